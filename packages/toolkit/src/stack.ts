import { randomUUID } from 'node:crypto';
import {
  exitCodes,
  OperationError,
  type OperationKind,
  type ResourceState,
  revealSecrets,
  type SecretsProvider,
  type Snapshot,
  stackUrn,
} from '@radiant/model';
import { kindOfProvider } from '@radiant/secrets';
import { encodeResource, formatStackRef, integrityError, type JsonObject, type StackRef } from '@radiant/state';
import type { OperationOptions, OperationReport, Stack } from './api.ts';
import { changeSecretsProvider } from './config/change-secrets-provider.ts';
import { refreshConfig } from './config/refresh-config.ts';
import { createStackConfig, type FullStackConfig } from './config/stack-config.ts';
import { StackFile } from './config/stack-file.ts';
import { stackSecrets } from './config/stack-secrets.ts';
import { userHome } from './home.ts';
import { type PlannedStack, readPlanFile, writePlanFile } from './operation/plan-file.ts';
import { type OperationSettings, performOperation, reportOf } from './operation/run-operation.ts';
import { operationOrigin } from './operation-origin.ts';
import { otherStacks } from './other-stacks.ts';
import { noProject, type ProjectFile, stackFilePath, toProject } from './project/project-file.ts';
import type { StackContext } from './stack-context.ts';
import { rollbackMessage, rollbackSettings } from './state/rollback.ts';
import { readStackHistory } from './state/stack-history.ts';
import { stackLogs } from './state/stack-logs.ts';
import { stackTags } from './state/stack-tags.ts';
import { stateChanges } from './state/state-changes.ts';
import { stateSecrets, undeclaredProvider } from './state/state-secrets.ts';

const historyKinds = { up: 'update', refresh: 'refresh', destroy: 'destroy', preview: 'preview' } as const;

export interface StackHandle extends Stack {
  readonly config: FullStackConfig;
}

/**
 * What runs a program, or reads or writes a stack file, works on stacks of the project whose folder this is: those of
 * others have theirs elsewhere.
 */
function assertOfProject({ stack, project }: StackRef, here: ProjectFile): void {
  if (project === here.name) return;
  if (here.name === '') throw noProject(here.dir);
  throw new OperationError({
    code: 'STACK_PROJECT_MISMATCH',
    summary: `the stack '${stack}' is of the project '${project}', and ${here.path} is the project '${here.name}'`,
    detail: 'Its program and its configuration are not here.',
    remedy: `Run this in the folder of that project, or name it:\n    radiant -C <folder> --stack ${stack} ...`,
    exitCode: exitCodes.configuration,
  });
}

/** A stack, with what can be done to it. Nothing is read before it is needed. */
export function openStackHandle(context: StackContext): StackHandle {
  const { ref, project, backend } = context;
  const secretsFor = (provider: SecretsProvider) => stackSecrets({ ...context, stack: ref.stack }, provider);
  const open = stateSecrets(context);
  const assertHere = () => assertOfProject(ref, project);

  // The configuration is sealed as the stack file says, the state as its checkpoint says; they are the same as a rule.
  const configSecrets = once(async () => {
    const { sealedWith } = await StackFile.open(stackFilePath(project, ref.stack));
    if (sealedWith !== undefined) return secretsFor(sealedWith);
    return secretsFor((await backend.loadStack(ref)).secretsProvider ?? (await undeclaredProvider(context)));
  });
  const config = createStackConfig(project, ref.stack, {
    open: async () => await (await configSecrets()).open(),
    recordIn: async (file) => await (await configSecrets()).recordIn(file),
  });

  const settingsOf = async (
    kind: OperationKind,
    isPreview: boolean,
    options: OperationOptions,
  ): Promise<OperationSettings> => ({
    kind,
    isPreview,
    organization: 'organization',
    stack: ref.stack,
    project,
    home: context.home,
    ...(options.rollbackTo === undefined
      ? {
          config: await config.openAll({
            isChecked: isProgramRun(kind, options) && options.skipConfigValidation !== true,
          }),
        }
      : await rollbackSettings(context, options.rollbackTo)),
    options,
    env: context.env,
    homeDir: userHome(context.env),
    embedded: context.cluster.embedded,
    announce: context.interaction.notice,
    stacks: otherStacks(context),
  });

  const preview = async (kind: OperationKind, options: OperationOptions, events: Parameters<Stack['up']>[1]) => {
    assertHere();
    const [settings, { snapshot, violations, manifest, interrupted }] = await Promise.all([
      settingsOf(kind, true, options),
      backend.loadStack(ref, { secrets: open }),
    ]);
    if (violations.length > 0) throw integrityError(violations, `cannot preview stack '${ref.stack}'`, backend.url);
    const outcome = await performOperation(
      settings,
      { base: snapshot, baseName: baseName(manifest), interruption: interrupted },
      events,
    );
    return reportOf(outcome, snapshot, settings);
  };

  const change = async (
    kind: 'up' | 'refresh' | 'destroy',
    options: OperationOptions,
    events: Parameters<Stack['up']>[1],
  ) => {
    assertHere();
    // The configuration is read now: a stack file that is edited meanwhile must not keep what was done from being recorded.
    const [settings, sealedConfig, { environment, message }] = await Promise.all([
      settingsOf(kind, false, options),
      config.sealed(),
      operationOrigin(project, options.execKind),
    ]);
    const operation = await backend.beginOperation(ref, {
      kind: options.imports === undefined ? historyKinds[kind] : 'import',
      message: options.message ?? (options.rollbackTo === undefined ? message : rollbackMessage(options.rollbackTo)),
      environment,
      secrets: open,
      signal: options.drain,
    });
    let report: OperationReport;
    let changes: OperationReport['summary']['changes'];
    try {
      const { base, journal } = operation;
      const terminate = AbortSignal.any([
        operation.signal,
        ...(options.terminate === undefined ? [] : [options.terminate]),
      ]);
      const outcome = await performOperation(
        { ...settings, options: { ...options, terminate } },
        { base, journal, baseName: baseName(operation.state.manifest), interruption: operation.state.interrupted },
        events,
      );
      report = reportOf(outcome, base, settings);
      changes = outcome.changes;
    } catch (error) {
      await operation.abandon();
      throw error;
    }
    if (operation.signal.aborted) {
      await operation.abandon();
      throw operation.signal.reason;
    }
    await operation.commit({
      result: report.result === 'succeeded' ? 'succeeded' : 'failed',
      changes,
      config: sealedConfig,
    });
    return report;
  };

  const planned: PlannedStack = {
    project: project.name,
    stack: ref.stack,
    config: () => config.asWritten(),
    secrets: async (provider) => await open(provider ?? (await backend.loadStack(ref)).secretsProvider),
  };

  return {
    name: ref.stack,
    fullName: formatStackRef(ref),
    project: toProject(project),
    get config() {
      assertHere();
      return config;
    },
    tags: stackTags(context),

    refreshConfig: async ({ force = false } = {}) => {
      assertHere();
      return await refreshConfig(
        {
          ref,
          backend,
          file: stackFilePath(project, ref.stack),
          open: async (provider) => secretsFor(provider).manager,
        },
        { force },
      );
    },

    async changeSecretsProvider(change) {
      assertHere();
      await changeSecretsProvider(context, change);
    },

    async outputs({ showSecrets = false } = {}) {
      const { snapshot } = await backend.loadStack(ref, showSecrets ? { secrets: open } : {});
      return printedOutputs(stackState(snapshot, ref), showSecrets);
    },
    async exportDeployment({ showSecrets = false, version } = {}) {
      const { json, warnings } = await backend.exportStack(ref, {
        ...(showSecrets ? { mode: 'plaintext', secrets: open } : { mode: 'encrypted' }),
        version,
      });
      for (const warning of warnings) context.interaction.warn(warning);
      return json;
    },
    async importDeployment(text, { force = false, sourceName = 'the deployment' } = {}) {
      const foreignRecords = force ? 'accepted' : 'refused';
      const { warnings } = await backend.importStack(ref, parseDeployment(text, sourceName), {
        foreignRecords,
        secrets: open,
        checkProvider: (provider) => void kindOfProvider(provider, ref.stack),
        source: sourceName,
        message: `stack import from ${sourceName}`,
        environment: (await operationOrigin(project, undefined)).environment,
      });
      return warnings;
    },
    untilFree: (signal) => backend.waitUntilFree(ref, signal),
    history: (options = {}) => readStackHistory(context, config.readSealed, options),

    ...stateChanges(context, async () => (ref.project === project.name ? await config.sealed() : {})),
    logs: (wanted, onLine) => stackLogs(context, wanted, onLine),

    preview: ({ of = 'up', ...options }, events) => preview(of === 'up' ? 'preview' : of, options, events),
    up: (options, events) => change('up', options, events),
    refresh: (options, events) => change('refresh', options, events),
    destroy: (options, events) => change('destroy', options, events),
    writePlan: (file, plan) => writePlanFile(file, plan, planned),
    readPlan: (file) => readPlanFile(file, planned, context.interaction.warn),
    cancel: async () => {
      const { revoked, foreignLocks } = await backend.cancel(ref);
      return foreignLocks + (revoked === undefined ? 0 : 1);
    },
  };
}

/** Whether the program gets the configuration: only then must it be what the program expects. */
function isProgramRun(kind: OperationKind, { runProgram = false, imports }: OperationOptions): boolean {
  if (imports !== undefined) return false;
  return runProgram || kind === 'up' || kind === 'preview';
}

/** Every change of a state is written with its time; one that has none gets names that nobody can foresee. */
function baseName({ time }: { readonly time?: string | undefined }): string {
  return time ?? randomUUID();
}

function stackState(snapshot: Snapshot, ref: StackRef): ResourceState | undefined {
  const urn = stackUrn(ref.stack, ref.project);
  return snapshot.resources.find((state) => state.urn === urn);
}

function printedOutputs(state: ResourceState | undefined, showSecrets: boolean): { readonly [name: string]: unknown } {
  if (state === undefined) return {};
  const shown = showSecrets ? { ...state, outputs: revealSecrets(state.outputs) } : state;
  return (encodeResource(shown, { mode: 'masked' }).outputs ?? {}) as JsonObject;
}

function parseDeployment(text: string, sourceName: string): unknown {
  try {
    // Editors and shells of Windows begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new OperationError({
      code: 'STATE_IMPORT_INVALID',
      summary: `could not deserialize deployment: ${sourceName} is not JSON: ${(error as Error).message}`,
      remedy: 'Import what `stack export` printed:\n    radiant stack import --file stack.json',
    });
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
