import { type EngineEvent, exitCodes, OperationError, type PropertyMap } from '@radiant/model';
import type {
  ClusterStatus,
  ConfigEntry,
  HistoryEntry,
  OperationOptions,
  OperationReport,
  PlannedMove,
  PlannedStateChange,
  PluginName,
  Project,
  Stack,
  StackLogLine,
  Workspace,
} from '@radiant/toolkit';

/** What an operation of the fake does: says these events, then ends so. */
export interface FakeOperation {
  readonly events: readonly EngineEvent[];
  readonly outputs?: PropertyMap;
  readonly oldOutputs?: PropertyMap;
  /** Waits until told to drain or terminate. */
  readonly resourceCount?: number;
  readonly isEndless?: boolean;
}

export interface FakeWorkspaceOptions {
  readonly stacks?: readonly string[];
  readonly operations?: { readonly [name in 'preview' | 'up' | 'refresh' | 'destroy']?: FakeOperation };
  readonly config?: readonly ConfigEntry[];
  readonly outputs?: { readonly [name: string]: unknown };
  readonly deployment?: object;
  readonly history?: readonly HistoryEntry[];
  readonly creationsInDoubt?: readonly string[];
  readonly records?: Awaited<ReturnType<Stack['records']>>;
  /** What changes of the state by hand come to. */
  readonly stateChange?: Partial<PlannedStateChange>;
  readonly move?: PlannedMove;
  /** Thrown by whatever is called first. */
  readonly failure?: unknown;
  /** Those that can be removed. */
  readonly plugins?: readonly PluginName[];
  /** What the pods of the stack write. */
  readonly logs?: readonly StackLogLine[];
  /** The folder of the project. */
  readonly projectDir?: string;
}

const noEffects = { source: [], destination: [] };

/** The port behind the CLI, in memory. `calls` says in order what was asked of it. */
export interface FakeWorkspace extends Workspace {
  readonly calls: string[];
}

function projectIn(dir = '/projects/day'): Project {
  return { name: 'day', runtime: 'nodejs', runtimeOptions: {}, dir, path: `${dir}/Pulumi.yaml` };
}

export function fakeWorkspace(options: FakeWorkspaceOptions = {}): FakeWorkspace {
  const calls: string[] = [];
  const stacks = new Set(options.stacks ?? ['dev']);
  let selected: string | undefined = [...stacks][0];
  const called = (text: string): void => {
    calls.push(text);
    if (options.failure !== undefined) throw options.failure;
  };
  const open = (name: string | undefined): Stack => {
    const wanted = (name ?? selected)?.replace(/^organization\/day\//, '');
    if (wanted === undefined) throw notFound('no stack selected; select one: radiant stack select');
    if (!stacks.has(wanted)) throw notFound(`no stack named '${wanted}' found`);
    return fakeStack(wanted, options, called);
  };
  return {
    calls,
    home: {
      root: '/home/me/.radiant',
      credentialsPath: '/home/me/.radiant/credentials.json',
      cacheDir: '/home/me/.radiant/cache',
      clusterDir: '/home/me/.radiant/cluster',
    },
    project: async () => projectIn(options.projectDir),
    projectIfAny: async () => projectIn(options.projectDir),
    backendUrl: async () => 'file:///home/me/.radiant',
    login: async (url) => {
      called(`login ${url}`);
      return { url: url ?? 'file:///home/me/.radiant', user: 'me' };
    },
    logout: async (what) => {
      called(`logout ${JSON.stringify(what)}`);
      return { url: 'file:///home/me/.radiant' };
    },
    whoAmI: async () => ({ user: 'me', organizations: [], url: 'file:///home/me/.radiant' }),
    listStacks: async () =>
      [...stacks].map((name) => ({
        name,
        fullName: `organization/day/${name}`,
        project: 'day',
        isCurrent: name === selected,
        isUpdating: false,
        ...(name === 'dev' && { lastUpdate: new Date('2026-11-21T03:43:52.824Z'), resourceCount: 11 }),
      })),
    createStack: async (name, how) => {
      called(`createStack ${name} ${JSON.stringify(how)}`);
      stacks.add(name);
      return open(name);
    },
    openStack: async (name) => open(name),
    findStack: async (name) => open(name),
    openOrCreateStack: async (name, how) => {
      called(`openOrCreateStack ${name} ${JSON.stringify(how ?? {})}`);
      stacks.add(name);
      return open(name);
    },
    selectStack: async (name) => {
      called(`selectStack ${name}`);
      selected = open(name).name;
    },
    selectedStack: async () => selected,
    unselectStack: async () => {
      called('unselectStack');
      selected = undefined;
    },
    removeStack: async (name, how) => {
      called(`removeStack ${name} ${JSON.stringify(how ?? {})}`);
      stacks.delete(name);
    },
    upgradeStore: async () => undefined,
    renameStack: async (name, to) => {
      called(`renameStack ${name} ${to}`);
      return { from: name ?? selected ?? '', to };
    },
    moveResources: async (between) => ({
      source: `organization/day/${between.source ?? selected}`,
      destination: `organization/day/${between.destination ?? selected}`,
      plan: async (request) => {
        called(`plan move ${JSON.stringify(request)}`);
        return options.move ?? { moved: [], missing: [], cutInSource: [], cutInDestination: [], effects: noEffects };
      },
      perform: async () => called('move'),
    }),
    install: async (what, listener) => {
      called(`install ${JSON.stringify(what)}`);
      listener({ kind: 'begins', title: 'the program', action: 'installing the packages of Python', command: 'pip' });
      listener({ kind: 'output', stream: 'stdout', line: 'Collecting pulumi' });
      listener({ kind: 'nothing-needed', title: 'the plugin in box' });
    },
    copyConfig: async (copy) => called(`copyConfig ${JSON.stringify(copy)}`),
    cluster: fakeCluster(called),
    plugins: {
      list: async () => [],
      install: async ({ name }, file) => {
        called(`install ${name} from ${file}`);
        return `/home/plugins/${name}`;
      },
      removable: async (filter) => {
        called(`removable ${JSON.stringify(filter)}`);
        return options.plugins ?? [];
      },
      remove: async ({ kind, name, version }) => called(`remove ${kind} ${name} ${version}`),
      executable: async () => process.execPath,
    },
    templates: {
      requireEmptyFolder: async () => called('templates.requireEmptyFolder'),
      find: async () => ({ templates: [], release: async () => undefined }),
      suggestName: async ({ name }) => name,
      isNameTaken: async () => false,
      make: async ({ name }) => called(`templates.make ${name}`),
    },
  };
}

function notFound(summary: string): OperationError {
  return new OperationError({ code: 'STACK_NOT_FOUND', summary, exitCode: exitCodes.stackNotFound });
}

function fakeStack(name: string, options: FakeWorkspaceOptions, called: (text: string) => void): Stack {
  const config = new Map((options.config ?? []).map((entry) => [entry.key, entry]));
  const run = async (
    kind: 'preview' | 'up' | 'refresh' | 'destroy',
    given: OperationOptions,
    events: (event: EngineEvent) => void,
  ): Promise<OperationReport> => {
    const { drain, terminate, plan: boundBy, ...plain } = given;
    called(`${kind} ${JSON.stringify(plain)}${boundBy === undefined ? '' : ' by a plan'}`);
    const operation = options.operations?.[kind] ?? { events: [] };
    for (const event of operation.events) events(event);
    if (operation.isEndless) await aborted(drain!, terminate!);
    const summary = operation.events.findLast((event) => event.kind === 'summary')?.summary ?? {
      kind,
      isPreview: kind === 'preview',
      result: operation.isEndless ? 'cancelled' : 'succeeded',
      durationMs: 100,
      changes: {},
      isMaybeCorrupt: false,
      policyPacks: {},
    };
    return {
      result: summary.result,
      summary,
      outputs: operation.outputs ?? {},
      oldOutputs: operation.oldOutputs ?? {},
      resourceCount: operation.resourceCount ?? 0,
      exitCode: summary.result === 'failed' ? 1 : 0,
      ...(given.makesPlan === true && { plan: { resources: new Map() } }),
    };
  };
  return {
    name,
    fullName: `organization/day/${name}`,
    project: projectIn(options.projectDir),
    config: {
      list: async () => [...config.values()],
      get: async (key) => {
        const entry = config.get(key) ?? config.get(`day:${key}`);
        if (entry === undefined) {
          throw new OperationError({
            code: 'CONFIG_KEY_NOT_FOUND',
            summary: `configuration key '${key}' not found for stack '${name}'`,
          });
        }
        return entry;
      },
      set: async (key, value, how) => called(`config.set ${key}=${value} ${JSON.stringify(how)}`),
      setAll: async (settings) => called(`config.setAll ${JSON.stringify(settings)}`),
      remove: async (key, how) => called(`config.remove ${key} ${JSON.stringify(how)}`),
      removeAll: async (keys, how) => called(`config.removeAll ${keys.join(' ')} ${JSON.stringify(how)}`),
    },
    tags: {
      list: async () => ({ team: 'day' }),
      get: async (tag) => `value of ${tag}`,
      set: async (tag, value) => called(`tag ${tag}=${value}`),
      remove: async (tag) => called(`untag ${tag}`),
    },
    changeSecretsProvider: async (change) => called(`changeSecretsProvider ${JSON.stringify(change)}`),
    refreshConfig: async ({ force = false } = {}) => {
      called(`config.refresh force=${force}`);
      return { backup: force ? undefined : `Pulumi.${name}.yaml.bak` };
    },
    outputs: async (how) => {
      called(`outputs ${JSON.stringify(how)}`);
      return options.outputs ?? {};
    },
    exportDeployment: async (how) => {
      called(`export ${JSON.stringify(how ?? {})}`);
      return options.deployment ?? { version: 3, deployment: {} };
    },
    importDeployment: async (text, how) => {
      called(`import ${text} ${JSON.stringify(how)}`);
      return ['a pending operation was dropped'];
    },
    history: async (how) => {
      called(`history ${JSON.stringify(how)}`);
      return options.history ?? [];
    },
    untilFree: async () => undefined,
    creationsInDoubt: async () => options.creationsInDoubt ?? [],
    records: async () => options.records ?? [],
    planStateChange: async (change) => {
      called(`plan ${JSON.stringify(change)}`);
      return { effects: [], mended: [], left: [], isNeeded: true, ...options.stateChange };
    },
    logs: async ({ signal, ...wanted }, onLine) => {
      called(`logs ${JSON.stringify(wanted)}`);
      for (const line of options.logs ?? []) onLine(line);
      if (wanted.isFollowed) await aborted(signal!, signal!);
    },
    changeState: async ({ kind }) => called(`change state: ${kind}`),
    preview: ({ of, ...given }, events) => {
      called(`preview of ${of}`);
      return run('preview', given, events);
    },
    up: (given, events) => run('up', given, events),
    refresh: (given, events) => run('refresh', given, events),
    destroy: (given, events) => run('destroy', given, events),
    writePlan: async (file) => called(`writePlan ${file}`),
    readPlan: async (file) => {
      called(`readPlan ${file}`);
      return { resources: new Map() };
    },
    cancel: async () => {
      called('cancel');
      return 1;
    },
  };
}

/** Ends when told to stop at once, or as soon as told to drain. */
function aborted(drain: AbortSignal, terminate: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (drain.aborted) resolve();
    drain.addEventListener('abort', () => resolve(), { once: true });
    terminate.addEventListener('abort', () => resolve(), { once: true });
  });
}

function fakeCluster(called: (text: string) => void): Workspace['cluster'] {
  const running: ClusterStatus = {
    kind: 'running',
    pid: 42,
    server: 'https://127.0.0.1:6443',
    startedAt: new Date('2026-11-21T03:43:52Z'),
    isForeground: false,
  };
  return {
    start: async () => {
      called('cluster.start');
      return running;
    },
    serve: async ({ background, onReady }) => {
      called(`cluster.serve background=${background}`);
      onReady?.({ ...running, isForeground: true });
    },
    stop: async () => true,
    status: async () => ({ kind: 'stopped', hasData: true }),
    reset: async () => called('cluster.reset'),
    kubeconfig: async () => 'apiVersion: v1\nkind: Config\n',
  };
}
