import { bool, embedded, int32, message, optionalString, string, stringMap, strings, struct } from '../wire/message.ts';

// Messages of `pulumirpc.LanguageRuntime` (language.proto).

export const LanguageHandshakeRequest = message({
  engineAddress: string(1),
  rootDirectory: optionalString(2),
  programDirectory: optionalString(3),
});

const ProgramInfo = message({
  rootDirectory: string(1),
  programDirectory: string(2),
  entryPoint: string(3),
  options: struct(4),
});

export const RunRequest = message({
  project: string(1),
  stack: string(2),
  pwd: string(3),
  program: string(4),
  args: strings(5),
  config: stringMap(6),
  dryRun: bool(7),
  parallel: int32(8),
  monitorAddress: string(9),
  configSecretKeys: strings(11),
  organization: string(12),
  configPropertyMap: struct(13),
  info: embedded(14, ProgramInfo),
  attachDebugger: bool(16),
});

export const RunResponse = message({
  error: string(1),
  bail: bool(2),
});
