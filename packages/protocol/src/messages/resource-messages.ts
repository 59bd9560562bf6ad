import {
  bool,
  bytes,
  bytesMap,
  embedded,
  int32,
  type MessageOf,
  message,
  messageMap,
  named,
  optionalBool,
  packedInt32,
  repeated,
  string,
  stringMap,
  strings,
  struct,
  value,
} from '../wire/message.ts';
import { Alias, Callback, CheckFailure, SourcePosition, StackTrace, UrnList } from './common-messages.ts';

// Messages of `pulumirpc.ResourceMonitor` (resource.proto), with the names of their fields in camel case. Property maps
// (google.protobuf.Struct) and values (google.protobuf.Value) stay bytes: `properties/` reads and writes them.

/** `ResourceMonitorFeature`. */
export const features = {
  secrets: 0,
  resourceReferences: 1,
  outputValues: 2,
  aliasSpecs: 3,
  replacementTrigger: 4,
  deletedWith: 5,
  replaceWith: 6,
  transforms: 7,
  invokeTransforms: 8,
  parameterization: 9,
  resourceHooks: 10,
  errorHooks: 11,
  sendsOptionsToHooks: 12,
  byteString: 13,
  invokeDependsOn: 14,
  invokeParent: 15,
  stateMigrations: 16,
} as const;

const featureNames = Object.keys(features).map(
  (name) => `RESOURCE_MONITOR_FEATURE_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
);

export type Feature = keyof typeof features;

/** `Result`; 3.270 has dropped `skip` and takes every value but 0 for a failure. */
export const registerResults = { succeeded: 0, failed: 1, skipped: 2 } as const;

const resultNames = ['SUCCESS', 'FAIL', 'SKIP'];

export const DeploymentInfo = message({
  project: string(1),
  stack: string(2),
  organization: string(3),
  config: stringMap(4),
  configSecretKeys: strings(5),
  dryRun: bool(6),
  parallel: int32(7),
  supportedFeatures: packedInt32(8, featureNames),
});

export const SupportsFeatureRequest = message({ id: string(1) });
export const SupportsFeatureResponse = message({ hasSupport: bool(1) });

export const ReadResourceRequest = message({
  id: string(1),
  type: string(2),
  name: string(3),
  parent: string(4),
  properties: struct(5),
  dependencies: strings(6),
  provider: string(7),
  version: string(8),
  acceptSecrets: bool(9),
  additionalSecretOutputs: strings(10),
  acceptResources: bool(12),
  pluginDownloadUrl: named('pluginDownloadURL', string(13)),
  sourcePosition: embedded(14, SourcePosition),
  pluginChecksums: bytesMap(15),
  packageRef: string(16),
  stackTrace: embedded(17, StackTrace),
});
export type ReadResourceRequest = MessageOf<typeof ReadResourceRequest>;

export const ReadResourceResponse = message({
  urn: string(1),
  properties: struct(2),
  result: int32(3, resultNames),
  unknown: bool(4),
});

export const ExistsResourceRequest = message({
  type: string(1),
  id: string(2),
  parent: string(3),
  properties: struct(4),
  provider: string(5),
  version: string(6),
  pluginDownloadUrl: named('pluginDownloadURL', string(7)),
  pluginChecksums: bytesMap(8),
  packageRef: string(9),
});
export type ExistsResourceRequest = MessageOf<typeof ExistsResourceRequest>;

export const ExistsResourceResponse = message({ exists: bool(1), unknown: bool(2) });

export const CustomTimeouts = message({ create: string(1), update: string(2), delete: string(3), read: string(4) });
export type CustomTimeouts = MessageOf<typeof CustomTimeouts>;

export const ResourceHooksBinding = message({
  beforeCreate: strings(1),
  afterCreate: strings(2),
  beforeUpdate: strings(3),
  afterUpdate: strings(4),
  beforeDelete: strings(5),
  afterDelete: strings(6),
  onError: strings(7),
});
export type ResourceHooksBinding = MessageOf<typeof ResourceHooksBinding>;

export const RegisterResourceRequest = message({
  type: string(1),
  name: string(2),
  parent: string(3),
  custom: bool(4),
  object: struct(5),
  protect: optionalBool(6),
  dependencies: strings(7),
  provider: string(8),
  propertyDependencies: messageMap(9, UrnList),
  deleteBeforeReplace: bool(10),
  version: string(11),
  ignoreChanges: strings(12),
  acceptSecrets: bool(13),
  additionalSecretOutputs: strings(14),
  aliasUrns: named('aliasURNs', strings(15)),
  importId: string(16),
  customTimeouts: embedded(17, CustomTimeouts),
  deleteBeforeReplaceDefined: bool(18),
  supportsPartialValues: bool(19),
  remote: bool(20),
  acceptResources: bool(21),
  providers: stringMap(22),
  replaceOnChanges: strings(23),
  pluginDownloadUrl: named('pluginDownloadURL', string(24)),
  retainOnDelete: optionalBool(25),
  aliases: repeated(26, Alias),
  deletedWith: string(27),
  aliasSpecs: bool(28),
  sourcePosition: embedded(29, SourcePosition),
  pluginChecksums: bytesMap(30),
  transforms: repeated(31, Callback),
  supportsResultReporting: bool(32),
  packageRef: string(33),
  hooks: embedded(34, ResourceHooksBinding),
  stackTrace: embedded(35, StackTrace),
  hideDiffs: strings(37),
  replaceWith: strings(38),
  replacementTrigger: value(39),
  envVarMappings: stringMap(41),
  stateMigrations: repeated(43, Callback),
});
export type RegisterResourceRequest = MessageOf<typeof RegisterResourceRequest>;

export const RegisterResourceResponse = message({
  urn: string(1),
  id: string(2),
  object: struct(3),
  stable: bool(4),
  stables: strings(5),
  propertyDependencies: messageMap(6, UrnList),
  result: int32(7, resultNames),
  unknown: bool(8),
});
export type RegisterResourceResponse = MessageOf<typeof RegisterResourceResponse>;

export const RegisterResourceOutputsRequest = message({ urn: string(1), outputs: struct(2) });

export const ResourceInvokeRequest = message({
  token: named('tok', string(1)),
  args: struct(2),
  provider: string(3),
  version: string(4),
  acceptResources: bool(5),
  pluginDownloadUrl: named('pluginDownloadURL', string(6)),
  sourcePosition: embedded(7, SourcePosition),
  pluginChecksums: bytesMap(8),
  packageRef: string(9),
  stackTrace: embedded(10, StackTrace),
  dependsOn: strings(13),
  parent: string(15),
});
export type ResourceInvokeRequest = MessageOf<typeof ResourceInvokeRequest>;

export const ResourceInvokeResponse = message({
  return: struct(1),
  failures: repeated(2, CheckFailure),
  unknown: bool(3),
});

export const ResourceCallRequest = message({
  token: named('tok', string(1)),
  args: struct(2),
  argDependencies: messageMap(3, UrnList),
  provider: string(4),
  version: string(5),
  pluginDownloadUrl: named('pluginDownloadURL', string(13)),
  sourcePosition: embedded(15, SourcePosition),
  pluginChecksums: bytesMap(16),
  packageRef: string(17),
  stackTrace: embedded(18, StackTrace),
});
export type ResourceCallRequest = MessageOf<typeof ResourceCallRequest>;

export const Parameterization = message({ name: string(1), version: string(2), value: bytes(3) });

export const RegisterPackageRequest = message({
  name: string(1),
  version: string(2),
  downloadUrl: string(3),
  checksums: bytesMap(4),
  parameterization: embedded(5, Parameterization),
  extension: embedded(6, Parameterization),
});
export type RegisterPackageRequest = MessageOf<typeof RegisterPackageRequest>;

export const RegisterPackageResponse = message({ ref: string(1) });
