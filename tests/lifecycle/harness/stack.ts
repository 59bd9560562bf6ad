import {
  type ImportedResource,
  importProgram,
  type OperationOutcome,
  type OperationRequest,
  recordedProgram,
  runOperation,
} from '@radiant/engine';
import {
  bareGoal,
  type EngineEvent,
  emptySnapshot,
  type Goal,
  type JournalEntry,
  MonitorClosedError,
  OperationError,
  type PluginRequest,
  type PolicyPack,
  type ProgramOutcome,
  type ProgramRunner,
  type PropertyMap,
  type RegisterResourceResult,
  type ResourceMonitor,
  type Snapshot,
  stackType,
  type Urn,
  verifySnapshot,
} from '@radiant/model';
import { simulatedClock, simulatedRandom } from './simulated.ts';
import { describeEvents } from './transcript.ts';
import type { World } from './world.ts';

export type Options = Partial<Omit<Goal, 'kind' | 'type' | 'name' | 'inputs'>>;

/** What a program for tests can say. */
export interface Program {
  readonly monitor: ResourceMonitor;
  readonly stackUrn: Urn;
  thing(name: string, inputs?: PropertyMap, options?: Options): Promise<RegisterResourceResult>;
  resource(type: string, name: string, inputs?: PropertyMap, options?: Options): Promise<RegisterResourceResult>;
  component(name: string, options?: Options, inputs?: PropertyMap): Promise<RegisterResourceResult>;
  /** A component that the provider constructs. */
  remote(name: string, inputs?: PropertyMap, options?: Options): Promise<RegisterResourceResult>;
  read(
    name: string,
    id: string | undefined,
    options?: { readonly inputs?: PropertyMap },
  ): Promise<{ readonly urn: Urn; readonly outputs: PropertyMap }>;
  export(outputs: PropertyMap): Promise<void>;
}

export type ProgramBody = (program: Program) => Promise<void>;

export interface RunResult {
  readonly result: OperationOutcome['result'];
  /** One line per event that tells something, in order. */
  readonly events: readonly string[];
  readonly errors: readonly string[];
  readonly changes: OperationOutcome['changes'];
  readonly outcome: OperationOutcome;
  readonly journal: readonly JournalEntry[];
  readonly raw: readonly EngineEvent[];
}

export interface RunSettings {
  readonly request?: Partial<OperationRequest>;
  readonly journal?: (entry: JournalEntry) => void | Promise<void>;
  readonly drain?: AbortSignal;
  readonly terminate?: AbortSignal;
  readonly mayChange?: () => Promise<void>;
  /** What the program has installed for a package. */
  readonly installed?: (packageName: string) => PluginRequest | undefined;
  readonly policies?: readonly PolicyPack[];
}

interface RunOfProgram {
  readonly isPreview?: boolean;
  readonly program?: ProgramBody;
}

/** A stack with its recorded state over a world. Every operation that records goes into `snapshot`. */
export class TestStack {
  snapshot: Snapshot = emptySnapshot;
  readonly world: World;
  readonly name: string;
  readonly #random = simulatedRandom(1);

  constructor(world: World, name = 'dev') {
    this.world = world;
    this.name = name;
  }

  preview(body: ProgramBody, settings: RunSettings = {}): Promise<RunResult> {
    return this.#run({ kind: 'up', isPreview: true }, programRunner(body, this.name, settings), settings);
  }

  up(body: ProgramBody, settings: RunSettings = {}): Promise<RunResult> {
    return this.#run({ kind: 'up', isPreview: false }, programRunner(body, this.name, settings), settings);
  }

  /** An update, or its preview, by a program that speaks for itself: no SDK declares its stack. */
  upBare(program: ProgramRunner, settings: RunSettings & { readonly isPreview?: boolean } = {}): Promise<RunResult> {
    return this.#run({ kind: 'up', isPreview: settings.isPreview ?? false }, program, settings);
  }

  /** An update, or its preview, that declares what was declared when `target` was recorded. */
  rollback(target: Snapshot, settings: RunSettings & { readonly isPreview?: boolean } = {}): Promise<RunResult> {
    const program = recordedProgram(target, this.snapshot);
    return this.#run({ kind: 'up', isPreview: settings.isPreview ?? false }, program, settings);
  }

  /** An update, or its preview, that records what exists. */
  import(
    imports: readonly ImportedResource[],
    settings: RunSettings & { readonly isPreview?: boolean } = {},
  ): Promise<RunResult> {
    const targets = imports.map(({ urn }) => urn);
    return this.#run({ kind: 'up', isPreview: settings.isPreview ?? false }, importProgram(imports, this.snapshot), {
      ...settings,
      request: { options: { targets }, ...settings.request },
    });
  }

  /** `program`: for one that runs the program. */
  refresh(settings: RunSettings & RunOfProgram = {}): Promise<RunResult> {
    const kind = { kind: 'refresh', isPreview: settings.isPreview ?? false } as const;
    return this.#run(kind, this.#runnerOf(settings), settings);
  }

  destroy(settings: RunSettings & RunOfProgram = {}): Promise<RunResult> {
    const kind = { kind: 'destroy', isPreview: settings.isPreview ?? false } as const;
    return this.#run(kind, this.#runnerOf(settings), settings);
  }

  /** `name (disposition) id` of every record, providers and the stack left out. */
  records(): string[] {
    return this.snapshot.resources
      .filter(({ type }) => type !== stackType && !type.startsWith('pulumi:providers:'))
      .map(({ urn, disposition, id }) => {
        const mark = disposition === 'live' ? '' : ` (${disposition})`;
        return `${urn.split('::').at(-1)}${mark}${id === '' ? '' : ` = ${id}`}`;
      });
  }

  #runnerOf(settings: RunSettings & RunOfProgram): ProgramRunner | undefined {
    return settings.program === undefined ? undefined : programRunner(settings.program, this.name, settings);
  }

  async #run(
    kind: Pick<OperationRequest, 'kind' | 'isPreview'>,
    program: ProgramRunner | undefined,
    settings: RunSettings,
  ): Promise<RunResult> {
    const raw: EngineEvent[] = [];
    const journal: JournalEntry[] = [];
    const never = new AbortController().signal;
    const outcome = await runOperation(
      {
        ...kind,
        project: 'proj',
        stack: this.name,
        organization: 'organization',
        config: {},
        configSecretKeys: [],
        parallel: 16,
        projectRoot: '/project',
        snapshot: this.snapshot,
        ...settings.request,
      },
      {
        providers: {
          load: async (engine) => {
            const { packageName } = engine;
            await this.world.onCall('load', packageName);
            if (packageName === 'test' || packageName === 'pulumi') return this.world.provider(engine);
            throw new OperationError({ code: 'TEST_NO_PROVIDER', summary: `nobody serves package ${packageName}` });
          },
        },
        ...(program === undefined ? {} : { program }),
        installedPackage: settings.installed,
        ...(settings.policies === undefined ? {} : { policies: { load: async () => settings.policies! } }),
        journal: {
          append: async (entry) => {
            await settings.journal?.(entry);
            journal.push(entry);
          },
        },
        clock: simulatedClock(),
        random: this.#random,
        events: (event) => raw.push(event),
        cancellation: { drain: settings.drain ?? never, terminate: settings.terminate ?? never },
      },
    );
    if (!kind.isPreview) this.snapshot = outcome.snapshot;
    const violations = verifySnapshot(outcome.snapshot);
    if (violations.length > 0) throw new Error(violations.map(({ message }) => message).join('\n'));
    const errors = outcome.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    const { result, changes } = outcome;
    return { result, events: describeEvents(raw), errors, changes, outcome, journal, raw };
  }
}

/** Runs a program for tests as the toolkit runs a real one. */
export function programRunner(body: ProgramBody, stack: string, settings: RunSettings): ProgramRunner {
  return {
    async run(monitor): Promise<ProgramOutcome> {
      try {
        const program = await startProgram(monitor, stack);
        await body(program);
        await program.export({});
        return { kind: 'finished' };
      } catch (error) {
        if (error instanceof MonitorClosedError) return { kind: 'cancelled' };
        return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      }
    },
    ...(settings.mayChange === undefined ? {} : { mayChange: settings.mayChange }),
  };
}

async function startProgram(monitor: ResourceMonitor, stack: string): Promise<Program> {
  const root = await monitor.registerResource(goal('component', stackType, `proj-${stack}`, {}, {}));
  let isExported = false;
  const register = (kind: Goal['kind'], type: string, name: string, inputs: PropertyMap, options: Options) =>
    monitor.registerResource(goal(kind, type, name, inputs, { parent: root.urn, ...options }));
  return {
    monitor,
    stackUrn: root.urn,
    thing: (name, inputs = {}, options = {}) => register('custom', 'test:index:Thing', name, inputs, options),
    resource: (type, name, inputs = {}, options = {}) => register('custom', type, name, inputs, options),
    component: (name, options = {}, inputs = {}) => register('component', 'test:index:Group', name, inputs, options),
    remote: (name, inputs = {}, options = {}) => register('remote', 'test:index:Shelf', name, inputs, options),
    read: (name, id, { inputs = {} } = {}) =>
      monitor.readResource({
        type: 'test:index:Thing',
        name,
        id,
        parent: root.urn,
        inputs,
        dependencies: [],
        additionalSecretOutputs: [],
        stackTrace: [],
      }),
    export: async (outputs) => {
      if (isExported) return;
      isExported = true;
      await monitor.registerResourceOutputs(root.urn, outputs);
    },
  };
}

export function goal(kind: Goal['kind'], type: string, name: string, inputs: PropertyMap, options: Options = {}): Goal {
  return { ...bareGoal(kind, type, name, inputs), ...options };
}

/** Options that say: the property `property` came from `of`. */
export function from(of: { readonly urn: Urn }, ...properties: string[]): Options {
  return {
    dependencies: [of.urn],
    propertyDependencies: Object.fromEntries(properties.map((property) => [property, [of.urn]])),
  };
}
