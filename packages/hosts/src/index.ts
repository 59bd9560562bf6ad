export { type Guardian, guardian } from './guardian.ts';
export { type InstalledPlugin, installedPlugins, pluginEntry, pluginKinds } from './plugin/installed-plugins.ts';
export { dynamicProviderCommand, type PluginContext, pluginCommand } from './plugin/plugin-command.ts';
export { findPlugin, isStartable, type PluginLocation, type ProjectPlugin } from './plugin/plugin-location.ts';
export { type PluginCommand, type PluginProcess, startPlugin } from './plugin/plugin-process.ts';
export { type PolicyPackContext, policyPackCommand } from './plugin/policy-pack-command.ts';
export { buildPreload, preloadBuildOptions } from './preload-file.ts';
export type { ProgramConfig, RunnerArguments } from './program/command.ts';
export type { ProgramResult } from './program/outcome.ts';
export {
  type OutputStream,
  type ProgramOptions,
  type RunningProgram,
  runProgram,
  type TypecheckMode,
} from './program/run-program.ts';
export type { SkipReason, TypecheckVerdict, TypeDiagnostic } from './typecheck/verdict.ts';
