import {
  bool,
  bytes,
  bytesMap,
  embedded,
  type MessageOf,
  message,
  named,
  optionalBool,
  repeated,
  string,
  stringMap,
  strings,
  struct,
  value,
} from '../wire/message.ts';
import { Alias, Callback } from './common-messages.ts';
import { CustomTimeouts, ResourceHooksBinding } from './resource-messages.ts';

// Messages of `pulumirpc.Callbacks` (callback.proto), and those that travel through it (resource.proto).

export const CallbackInvokeRequest = message({ token: string(1), request: bytes(2) });
export const CallbackInvokeResponse = message({ response: bytes(1) });

const resourceOptions = {
  dependsOn: strings(1),
  protect: optionalBool(2),
  ignoreChanges: strings(3),
  replaceOnChanges: strings(4),
  version: string(5),
  aliases: repeated(6, Alias),
  provider: string(7),
  customTimeouts: embedded(8, CustomTimeouts),
  pluginDownloadUrl: named('pluginDownloadURL', string(9)),
  retainOnDelete: optionalBool(10),
  deletedWith: string(11),
  deleteBeforeReplace: optionalBool(12),
  additionalSecretOutputs: strings(13),
  providers: stringMap(14),
  pluginChecksums: bytesMap(15),
  hooks: embedded(16, ResourceHooksBinding),
  importId: string(17),
  hideDiff: strings(18),
  replaceWith: strings(19),
  replacementTrigger: value(20),
};

export const TransformResourceOptions = message(resourceOptions);
export type TransformResourceOptions = MessageOf<typeof TransformResourceOptions>;

export const TransformRequest = message({
  type: string(1),
  name: string(2),
  custom: bool(3),
  parent: string(4),
  properties: struct(5),
  options: embedded(6, TransformResourceOptions),
});

export const TransformResponse = message({ properties: struct(1), options: embedded(2, TransformResourceOptions) });

export const TransformInvokeOptions = message({
  provider: string(1),
  pluginDownloadUrl: named('pluginDownloadURL', string(2)),
  version: string(3),
  pluginChecksums: bytesMap(4),
});

export const TransformInvokeRequest = message({
  token: string(1),
  args: struct(2),
  options: embedded(3, TransformInvokeOptions),
});

export const TransformInvokeResponse = message({ args: struct(1), options: embedded(2, TransformInvokeOptions) });

/** What hooks are told of a resource's options. */
export const ResourceOptions = message({ ...resourceOptions, parent: string(21) });
export type ResourceOptions = MessageOf<typeof ResourceOptions>;

export const RegisterResourceHookRequest = message({
  name: string(1),
  callback: embedded(2, Callback),
  onDryRun: bool(3),
  ignoreErrors: bool(4),
});

export const RegisterErrorHookRequest = message({ name: string(1), callback: embedded(2, Callback) });

export const ResourceHookRequest = message({
  urn: string(1),
  id: string(2),
  name: string(3),
  type: string(4),
  newInputs: struct(5),
  oldInputs: struct(6),
  newOutputs: struct(7),
  oldOutputs: struct(8),
  oldOptions: embedded(9, ResourceOptions),
  newOptions: embedded(10, ResourceOptions),
});

export const ResourceHookResponse = message({ error: string(1) });

export const ErrorHookRequest = message({
  urn: string(1),
  id: string(2),
  name: string(3),
  type: string(4),
  newInputs: struct(5),
  oldInputs: struct(6),
  oldOutputs: struct(7),
  failedOperation: string(8),
  errors: strings(9),
  oldOptions: embedded(10, ResourceOptions),
  newOptions: embedded(11, ResourceOptions),
});

export const ErrorHookResponse = message({ error: string(1), retry: bool(2) });
