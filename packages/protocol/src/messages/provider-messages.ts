import {
  bool,
  bytes,
  double,
  embedded,
  int32,
  type MessageOf,
  message,
  messageMap,
  named,
  optionalBool,
  optionalString,
  repeated,
  string,
  stringMap,
  strings,
  struct,
  value,
} from '../wire/message.ts';
import { Alias, CheckFailure, UrnList } from './common-messages.ts';
import { CustomTimeouts, ResourceHooksBinding } from './resource-messages.ts';

// Messages of `pulumirpc.ResourceProvider` (provider.proto), with the names of their fields in camel case. Property maps
// stay bytes.

export const HandshakeRequest = message({
  engineAddress: string(1),
  rootDirectory: optionalString(2),
  programDirectory: optionalString(3),
  configureWithUrn: bool(4),
  supportsViews: bool(5),
  supportsRefreshBeforeUpdate: bool(6),
  invokeWithPreview: bool(7),
});

export const HandshakeResponse = message({
  acceptSecrets: bool(1),
  acceptResources: bool(2),
  acceptOutputs: bool(3),
  supportsAutonamingConfiguration: bool(4),
});

export const ConfigureRequest = message({
  variables: stringMap(1),
  args: struct(2),
  acceptSecrets: bool(3),
  acceptResources: bool(4),
  sendsOldInputs: bool(5),
  sendsOldInputsToDelete: bool(6),
  id: optionalString(7),
  urn: optionalString(8),
  name: optionalString(9),
  type: optionalString(10),
});

export const ConfigureResponse = message({
  acceptSecrets: bool(1),
  supportsPreview: bool(2),
  acceptResources: bool(3),
  acceptOutputs: bool(4),
  supportsAutonamingConfiguration: bool(5),
});

/** A detail of a failed Configure. */
export const ConfigureErrorMissingKeys = message({
  missingKeys: repeated(1, message({ name: string(1), description: string(2) })),
});

/** `mode`: propose 0, enforce 1, disable 2. */
export const AutonamingOptions = message({
  proposedName: string(1),
  mode: int32(2, ['PROPOSE', 'ENFORCE', 'DISABLE']),
});

export const CheckRequest = message({
  urn: string(1),
  olds: struct(2),
  news: struct(3),
  randomSeed: bytes(5),
  name: string(6),
  type: string(7),
  autonaming: embedded(8, AutonamingOptions),
});

export const CheckResponse = message({ inputs: struct(1), failures: repeated(2, CheckFailure) });

export const DiffRequest = message({
  id: string(1),
  urn: string(2),
  olds: struct(3),
  news: struct(4),
  ignoreChanges: strings(5),
  oldInputs: struct(6),
  name: string(7),
  type: string(8),
});

/** `PropertyDiff.Kind`, by its numbers. */
export const diffKinds = ['add', 'add-replace', 'delete', 'delete-replace', 'update', 'update-replace'] as const;

/** `DiffResponse.DiffChanges`. */
export const diffChanges = { unknown: 0, none: 1, some: 2 } as const;

export const PropertyDiff = message({
  kind: int32(
    1,
    diffKinds.map((kind) => kind.replace('-', '_').toUpperCase()),
  ),
  inputDiff: bool(2),
});

export const DiffResponse = message({
  replaces: strings(1),
  stables: strings(2),
  deleteBeforeReplace: bool(3),
  changes: int32(4, ['DIFF_UNKNOWN', 'DIFF_NONE', 'DIFF_SOME']),
  diffs: strings(5),
  detailedDiff: messageMap(6, PropertyDiff),
  hasDetailedDiff: bool(7),
});
export type DiffResponse = MessageOf<typeof DiffResponse>;

export const InvokeRequest = message({ token: named('tok', string(1)), args: struct(2), preview: bool(7) });

export const InvokeResponse = message({ return: struct(1), failures: repeated(2, CheckFailure) });

/** One of both. */
export const ParameterizeRequest = message({
  args: embedded(1, message({ args: strings(1) })),
  value: embedded(2, message({ name: string(1), version: string(2), value: bytes(3) })),
});

export const ParameterizeResponse = message({ name: string(1), version: string(2) });

export const CallRequest = message({
  token: named('tok', string(1)),
  args: struct(2),
  argDependencies: messageMap(3, UrnList),
  project: string(6),
  stack: string(7),
  config: stringMap(8),
  configSecretKeys: strings(9),
  dryRun: bool(10),
  parallel: int32(11),
  monitorEndpoint: string(12),
  organization: string(14),
  acceptsOutputValues: bool(17),
});

export const CallResponse = message({
  return: struct(1),
  returnDependencies: messageMap(2, UrnList),
  failures: repeated(3, CheckFailure),
});

export const ConstructRequest = message({
  project: string(1),
  stack: string(2),
  config: stringMap(3),
  dryRun: bool(4),
  parallel: int32(5),
  monitorEndpoint: string(6),
  type: string(7),
  name: string(8),
  parent: string(9),
  inputs: struct(10),
  inputDependencies: messageMap(11, UrnList),
  protect: optionalBool(12),
  providers: stringMap(13),
  dependencies: strings(15),
  configSecretKeys: strings(16),
  organization: string(17),
  additionalSecretOutputs: strings(18),
  customTimeouts: embedded(19, CustomTimeouts),
  deletedWith: string(20),
  deleteBeforeReplace: optionalBool(21),
  ignoreChanges: strings(22),
  replaceOnChanges: strings(23),
  retainOnDelete: optionalBool(24),
  acceptsOutputValues: bool(25),
  resourceHooks: embedded(26, ResourceHooksBinding),
  replaceWith: strings(28),
  aliases: repeated(29, Alias),
  replacementTrigger: value(30),
});

export const ConstructResponse = message({
  urn: string(1),
  state: struct(2),
  stateDependencies: messageMap(3, UrnList),
});

export const CreateRequest = message({
  urn: string(1),
  properties: struct(2),
  timeout: double(3),
  preview: bool(4),
  name: string(5),
  type: string(6),
});

export const CreateResponse = message({ id: string(1), properties: struct(2), refreshBeforeUpdate: bool(3) });

export const ReadRequest = message({
  id: string(1),
  urn: string(2),
  properties: struct(3),
  inputs: struct(4),
  name: string(5),
  type: string(6),
  timeout: double(10),
});

export const ReadResponse = message({
  id: string(1),
  properties: struct(2),
  inputs: struct(3),
  refreshBeforeUpdate: bool(4),
});

export const UpdateRequest = message({
  id: string(1),
  urn: string(2),
  olds: struct(3),
  news: struct(4),
  timeout: double(5),
  ignoreChanges: strings(6),
  preview: bool(7),
  oldInputs: struct(8),
  name: string(9),
  type: string(10),
});

export const UpdateResponse = message({ properties: struct(1), refreshBeforeUpdate: bool(2) });

export const DeleteRequest = message({
  id: string(1),
  urn: string(2),
  properties: struct(3),
  timeout: double(4),
  oldInputs: struct(5),
  name: string(6),
  type: string(7),
});

/** A detail of a failed Create, Update or Read: the thing exists, and did not become ready. */
export const ErrorResourceInitFailed = message({
  id: string(1),
  properties: struct(2),
  reasons: strings(3),
  inputs: struct(4),
  refreshBeforeUpdate: bool(5),
});
export type ErrorResourceInitFailed = MessageOf<typeof ErrorResourceInitFailed>;

/** `pulumirpc.PluginAttach` (plugin.proto). */
export const PluginAttach = message({ address: string(1) });

/** `pulumirpc.PluginInfo` (plugin.proto). */
export const PluginInfo = message({ version: string(1) });

/** A detail of refused inputs (errors.proto). */
export const InputPropertiesError = message({
  errors: repeated(1, message({ propertyPath: string(1), reason: string(2) })),
});
