import { availableParallelism } from 'node:os';
import {
  type ImportedResource,
  type Interruption,
  importProgram,
  type OperationOutcome,
  type OperationPorts,
  recordedProgram,
  runOperation,
} from '@radiant/engine';
import {
  type EventSink,
  exitCodes,
  isProviderType,
  type Journal,
  type OperationKind,
  type OperationResultKind,
  type ResourceState,
  type Snapshot,
  stackType,
  stackUrn,
} from '@radiant/model';
import type { OperationOptions, OperationReport } from '../api.ts';
import type { OpenedConfig } from '../config/stack-config.ts';
import { type Environment, pluginFolders } from '../home.ts';
import { resolveImports } from '../import/resolve-imports.ts';
import { policySource } from '../policy/policy-packs.ts';
import { installedPackages } from '../project/installed-packages.ts';
import { systemClock, systemRandom } from '../system.ts';
import { engineVersion } from '../version.ts';
import { callLog } from './call-log.ts';
import { isDynamicPackage } from './dynamic-packages.ts';
import { locateProgram } from './locate-program.ts';
import { OperationServer } from './operation-server.ts';
import type { PluginSettings } from './plugins.ts';
import { type ProgramSettings, programRunner } from './program.ts';
import { isNative, type ProviderSettings, providerSource } from './providers.ts';
import { disabledFeatures, engineSwitches } from './switches.ts';

/** An operation that changes something is recorded; a preview is not. */
export interface Recording {
  readonly base: Snapshot;
  /** Differs once the stack has changed. */
  readonly baseName: string;
  /** The operation before it, when that did not end in order. */
  readonly interruption?: Interruption | undefined;
  readonly journal?: Journal;
}

export interface OperationSettings extends Omit<ProviderSettings, 'plugins'> {
  readonly kind: OperationKind;
  readonly isPreview: boolean;
  readonly organization: string;
  readonly stack: string;
  readonly project: ProgramSettings['project'];
  readonly home: ProgramSettings['home'];
  readonly config: OpenedConfig;
  readonly options: OperationOptions;
  /** What stands in for the user's program: what was declared when this state was recorded. */
  readonly redeclares?: Snapshot;
}

const never = new AbortController().signal;

/** Runs one operation of the engine with everything it touches: the program, the providers, time. */
export async function performOperation(
  settings: OperationSettings,
  recording: Recording,
  events: EventSink,
): Promise<OperationOutcome> {
  const { project, config } = settings;
  const imports =
    settings.options.imports === undefined
      ? undefined
      : resolveImports(settings.options.imports, recording.base, { stack: settings.stack, project: project.name });
  // Nothing else is touched by an import.
  const options =
    imports === undefined ? settings.options : { ...settings.options, targets: imports.map(({ urn }) => urn) };
  const { programDir } = locateProgram(project);
  const log = callLog(settings.env);
  const server = new OperationServer({
    engineVersion,
    projectDirectory: project.dir,
    programDirectory: programDir,
    disabledFeatures: disabledFeatures(settings.env),
    log,
  });
  const plugins: PluginSettings = {
    ...settings,
    programDir,
    server,
    cacheDir: settings.home.cacheDir,
    pluginFolders: pluginFolders(settings.env, settings.home),
    log,
  };
  try {
    return await runOperation(
      {
        kind: settings.kind,
        isPreview: settings.isPreview,
        project: project.name,
        stack: settings.stack,
        organization: settings.organization,
        config: config.values,
        configSecretKeys: config.secretKeys,
        secretTexts: config.secretTexts,
        parallel: options.parallel ?? defaultParallel(settings.env),
        projectRoot: project.dir,
        snapshot: recording.base,
        interruption: recording.interruption,
        options: { ...options, ...engineSwitches(settings.env), refresh: options.refresh ?? project.refreshAlways },
      },
      {
        providers: providerSource({ ...settings, plugins }),
        ...programPorts(settings, plugins, recording.base, imports),
        policies: policySource({ packs: options.policyPacks ?? [], env: settings.env, server, log }),
        journal: recording.journal,
        clock: systemClock,
        random: systemRandom(recording.baseName),
        events,
        cancellation: { drain: options.drain ?? never, terminate: options.terminate ?? never },
      },
    );
  } finally {
    await server.close();
  }
}

function programPorts(
  settings: OperationSettings,
  { server, pluginFolders: folders, log }: PluginSettings,
  base: Snapshot,
  imports: readonly ImportedResource[] | undefined,
): Pick<OperationPorts, 'program' | 'installedPackage'> {
  const { project, home, env, config, options, redeclares } = settings;
  const installedPackage =
    project.runtime === 'nodejs' ? pluginsOfProgram(locateProgram(project).programDir) : undefined;
  if (imports !== undefined) return { program: importProgram(imports, base), installedPackage };
  // A state says itself which plugins made it.
  if (redeclares !== undefined) return { program: recordedProgram(redeclares, base) };
  const { typecheck = 'error', debug: isDebugged = false, attachesDebugger = false, client } = options;
  const language = { project, env, config, server, pluginFolders: folders, log, attachesDebugger };
  return {
    program: programRunner({ ...language, home, typecheck, isDebugged, client }),
    installedPackage,
  };
}

/** What installed packages say of their plugins; those that need none are not looked for. */
function pluginsOfProgram(programDir: string): OperationPorts['installedPackage'] {
  const find = installedPackages(programDir);
  return (packageName) => (isNative(packageName) || isDynamicPackage(packageName) ? undefined : find(packageName));
}

/** Pulumi's default: four provider calls per processor. */
function defaultParallel(env: Environment): number {
  const asked = Number.parseInt(env.PULUMI_PARALLEL ?? '', 10);
  return Number.isNaN(asked) ? 4 * availableParallelism() : asked;
}

export function reportOf(
  outcome: OperationOutcome,
  base: Snapshot,
  { stack, project, options }: Pick<OperationSettings, 'stack' | 'project' | 'options'>,
): OperationReport {
  const urn = stackUrn(stack, project.name);
  return {
    result: outcome.result,
    summary: outcome.summary,
    outputs: outcome.stackOutputs,
    ...(outcome.plan !== undefined && { plan: outcome.plan }),
    oldOutputs: base.resources.find((state) => state.urn === urn)?.outputs ?? {},
    ...(options.imports !== undefined && { imported: added(base, outcome.snapshot) }),
    resourceCount: outcome.snapshot.resources.length,
    exitCode: exitCodeOf(outcome.result),
  };
}

/** What there is more of, but for what the engine declares itself. */
function added(base: Snapshot, { resources }: Snapshot): readonly ResourceState[] {
  const known = new Set(base.resources.map(({ urn }) => urn));
  return resources.filter(({ urn, type }) => !known.has(urn) && type !== stackType && !isProviderType(type));
}

function exitCodeOf(result: OperationResultKind): number {
  switch (result) {
    case 'succeeded':
      return 0;
    case 'failed':
      return exitCodes.generic;
    case 'cancelled':
      return exitCodes.cancelled;
  }
}
