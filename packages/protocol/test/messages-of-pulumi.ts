import { createRequire } from 'node:module';

/** The messages that the SDK's own generated code declares, the judge of ours. */
export interface GeneratedMessage {
  serializeBinary(): Uint8Array;
  toObject(): Record<string, unknown>;
}

export interface GeneratedType {
  new (): GeneratedMessage;
  deserializeBinary(bytes: Uint8Array): GeneratedMessage;
}

const require = createRequire(import.meta.url);

export const generated: { readonly [file: string]: { readonly [message: string]: GeneratedType } } = {
  resource: require('@pulumi/pulumi/proto/resource_pb'),
  engine: require('@pulumi/pulumi/proto/engine_pb'),
  provider: require('@pulumi/pulumi/proto/provider_pb'),
  analyzer: require('@pulumi/pulumi/proto/analyzer_pb'),
  callback: require('@pulumi/pulumi/proto/callback_pb'),
  alias: require('@pulumi/pulumi/proto/alias_pb'),
  source: require('@pulumi/pulumi/proto/source_pb'),
  status: require('@pulumi/pulumi/proto/status_pb'),
  plugin: require('@pulumi/pulumi/proto/plugin_pb'),
  errors: require('@pulumi/pulumi/proto/errors_pb'),
};

export const generatedStruct: {
  readonly Struct: GeneratedType & { fromJavaScript(value: object): GeneratedMessage };
  readonly Value: GeneratedType & { fromJavaScript(value: unknown): GeneratedMessage };
} = require('google-protobuf/google/protobuf/struct_pb');
