import type {
  EventSink,
  OperationResultKind,
  OperationSummary,
  Plan,
  PropertyMap,
  ResourceState,
} from '@radiant/model';
import type { Imports } from './import/import-api.ts';
import type { PlannedStateChange, RecordSummary, ResourceMove, StateChange } from './state/state-api.ts';

export * from './import/import-api.ts';
export * from './state/state-api.ts';

/** How the library talks to a person, when there is one. The CLI provides it; the library itself never prints. */
export interface Interaction {
  /** Whether a person can answer: stdin and stdout are terminals, no CI, no --non-interactive. */
  readonly isInteractive: boolean;
  /** A line for the person: where a stack was made, which cluster was chosen. */
  notice(line: string): void;
  warn(line: string): void;
  /** Asks without echo. Only called when `isInteractive`. */
  askSecret(question: string): Promise<string>;
  ask(question: string, choices?: readonly string[]): Promise<string>;
}

export interface WorkspaceOptions {
  /** Where `-C/--cwd` or the shell stands; the project is searched upward from here. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly interaction: Interaction;
  /** How to start this program again as another process: Node and the file to run (for the embedded cluster). */
  readonly relaunch: { readonly command: string; readonly args: readonly string[] };
  /** What needs a stack that somebody else holds waits for it, at most so long; else it is refused at once. */
  readonly wait?: { readonly limitMs?: number } | undefined;
  /** `--config-file`: used instead of `Pulumi.<stack>.yaml`, whatever the stack. Relative to `cwd`. */
  readonly configFile?: string | undefined;
}

/** A place to work in: a home, a backend, and usually a project. Nothing is read before it is needed. */
export interface Workspace {
  readonly home: Home;
  /** The project of Pulumi.yaml; throws OperationError when there is none upward from `cwd`. */
  project(): Promise<Project>;
  /** Undefined when there is no project. A broken Pulumi.yaml still throws. */
  projectIfAny(): Promise<Project | undefined>;
  /** `file:///home/me/.radiant` — from PULUMI_BACKEND_URL, the project's `backend.url`, the login, else the home. */
  backendUrl(): Promise<string>;
  /** Checks that the backend opens, then remembers it. `undefined` is the default store. */
  login(url: string | undefined): Promise<{ readonly url: string; readonly user: string }>;
  logout(options?: { readonly all?: boolean; readonly url?: string }): Promise<{ readonly url: string | undefined }>;
  whoAmI(): Promise<{ readonly user: string; readonly organizations: readonly string[]; readonly url: string }>;

  /** Stacks of the project, or of all projects. */
  listStacks(options?: StackFilter): Promise<readonly StackSummary[]>;
  createStack(name: string, options?: { readonly select?: boolean; readonly secretsProvider?: string }): Promise<Stack>;
  /** The stack named, else the selected one. Throws exit code 6: `no stack named 'x' found`, `no stack selected; …`. */
  openStack(name?: string): Promise<Stack>;
  /** Like openStack, but makes the stack when it does not exist (`up` on a terminal, `stack select --create`). */
  openOrCreateStack(name: string, options?: { readonly secretsProvider?: string }): Promise<Stack>;
  selectStack(name: string): Promise<void>;
  selectedStack(): Promise<string | undefined>;
  unselectStack(): Promise<void>;
  removeStack(name: string, options?: { readonly force?: boolean; readonly preserveConfig?: boolean }): Promise<void>;
  /**
   * Gives a stack (the selected one when `name` is undefined) another name, `organization/PROJECT/STACK` also another
   * project; its configuration file comes along, and it is selected.
   */
  renameStack(name: string | undefined, to: string): Promise<{ readonly from: string; readonly to: string }>;
  /** Copies what the stack file of one stack has, or one value of it, to that of another, secrets sealed anew. */
  copyConfig(copy: ConfigCopy): Promise<void>;

  /** The move of resources between two stacks, each the selected one when it is not named. */
  moveResources(between: { readonly source?: string; readonly destination?: string }): Promise<ResourceMove>;

  /**
   * Moves the stacks of a store from before stacks had projects. `projectOf` is asked about those whose resources do not
   * tell. Undefined: there is nothing to do.
   */
  upgradeStore(
    projectOf: (stack: string) => Promise<string | undefined>,
  ): Promise<{ readonly moved: readonly string[]; readonly skipped: readonly string[] } | undefined>;

  /**
   * Installs what the project needs, or the plugin or policy pack whose folder this is, by the package managers that it is
   * kept with. Throws OperationError for the command that fails.
   */
  install(options: InstallOptions, listener: InstallListener): Promise<void>;

  readonly cluster: ClusterControl;
  readonly plugins: PluginStore;
}

export interface InstallOptions {
  /** What the program itself needs. */
  readonly dependencies: boolean;
  /** What the plugins need whose sources the project brings. */
  readonly plugins: boolean;
  /** The versions of languages that the sources ask for, too. */
  readonly usesVersionTools: boolean;
}

export type InstallEvent =
  | { readonly kind: 'begins'; readonly title: string; readonly action: string; readonly command: string }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly kind: 'nothing-needed'; readonly title: string };

export type InstallListener = (event: InstallEvent) => void;

export interface StackFilter {
  /** Of all projects. */
  readonly all?: boolean;
  readonly project?: string;
  /** Only those with this tag, and this value of it. */
  readonly tag?: { readonly name: string; readonly value?: string };
}

/** The installed plugins. Nothing is downloaded. */
export interface PluginStore {
  /** By name, newest first: those of this home, and those of the established engine, which are used too. */
  list(): Promise<readonly InstalledPluginInfo[]>;
  /** Installs an archive (`.tar.gz`), a folder or an executable. Returns the folder it is in. */
  install(plugin: PluginName, file: string): Promise<string>;
  /** Removes a version, or all of them, from this home. Returns the versions that are gone. */
  remove(kind: string, name: string, version?: string): Promise<readonly string[]>;
}

export interface PluginName {
  /** `resource`, `language`, `analyzer`, `converter` or `tool`. */
  readonly kind: string;
  readonly name: string;
  /** With or without a leading `v`. */
  readonly version: string;
}

export interface InstalledPluginInfo extends PluginName {
  readonly dir: string;
  readonly sizeBytes: number;
  readonly installedAt: Date;
}

/** Everything Radiant keeps for a user: RADIANT_HOME, else PULUMI_HOME, else ~/.radiant. */
export interface Home {
  readonly root: string;
  readonly credentialsPath: string;
  readonly cacheDir: string;
  readonly clusterDir: string;
}

export interface Project {
  readonly name: string;
  readonly runtime: string;
  readonly runtimeOptions: { readonly [option: string]: unknown };
  readonly description?: string;
  /** The folder of Pulumi.yaml. */
  readonly dir: string;
  /** The file itself. */
  readonly path: string;
  readonly main?: string;
}

export interface StackSummary {
  readonly name: string;
  /** `organization/project/stack` */
  readonly fullName: string;
  readonly project: string;
  readonly isCurrent: boolean;
  /** Undefined when never updated. */
  readonly lastUpdate?: Date;
  readonly isUpdating: boolean;
  readonly resourceCount?: number;
  /** Why no more is known of it: its state cannot be read. */
  readonly problem?: string;
}

export interface Stack {
  readonly name: string;
  readonly fullName: string;
  readonly project: Project;
  readonly config: StackConfig;
  readonly tags: StackTagStore;
  /**
   * Makes the configuration what the last deployment had. An existing file is first moved out of the way, to the path
   * returned, unless forced. Throws `no previous deployment`.
   */
  refreshConfig(options?: { readonly force?: boolean }): Promise<{ readonly backup: string | undefined }>;
  /**
   * Seals all secrets of the stack, in its state and its file, by another passphrase or key. `provider` is `passphrase`,
   * `default` or the URL of a key; `passphrase` the new one, for when nobody can be asked.
   */
  changeSecretsProvider(change: { readonly provider: string; readonly passphrase?: string | undefined }): Promise<void>;
  /** Secrets are `[secret]` unless asked for. Values are plain JSON. */
  outputs(options?: { readonly showSecrets?: boolean }): Promise<{ readonly [name: string]: unknown }>;
  /** `{version, deployment}` as `stack export` prints it; with `version`, as that operation of the history left it. */
  exportDeployment(options?: { readonly showSecrets?: boolean; readonly version?: number }): Promise<object>;
  /** Newest first. */
  history(options?: HistoryOptions): Promise<readonly HistoryEntry[]>;
  /** Returns warnings (pending operations that were dropped). */
  importDeployment(
    text: string,
    options?: { readonly force?: boolean; readonly sourceName?: string },
  ): Promise<readonly string[]>;
  /** With `WorkspaceOptions.wait`: resolves when nobody holds the stack. Without: at once. `signal` ends the wait. */
  untilFree(signal?: AbortSignal): Promise<void>;
  /** URNs of interrupted creations of which only a person can find out whether they happened. */
  creationsInDoubt(): Promise<readonly string[]>;
  /** What is recorded, for a person to choose from. */
  records(): Promise<readonly RecordSummary[]>;
  /** What a change of the state by hand would do. Nothing is written. */
  planStateChange(change: StateChange): Promise<PlannedStateChange>;
  /** Makes it, provided that it still does what was planned. */
  changeState(change: StateChange, planned: PlannedStateChange): Promise<void>;
  preview(
    options: OperationOptions & { readonly of?: 'up' | 'refresh' | 'destroy' },
    events: EventSink,
  ): Promise<OperationReport>;
  up(options: OperationOptions, events: EventSink): Promise<OperationReport>;
  refresh(options: OperationOptions, events: EventSink): Promise<OperationReport>;
  destroy(options: OperationOptions, events: EventSink): Promise<OperationReport>;
  /** Writes what a preview foresaw to a file; its secrets are sealed as those of the state are. */
  writePlan(file: string, plan: Plan): Promise<void>;
  /** Reads such a file, ours or Pulumi's, and warns when the configuration has changed since it was made. */
  readPlan(file: string): Promise<Plan>;
  /** Breaks the lease of whoever holds the stack, and Pulumi's locks. Returns how many there were. */
  cancel(): Promise<number>;
}

/** Labels of a stack: names to values. */
export interface StackTagStore {
  /** By name. */
  list(): Promise<{ readonly [name: string]: string }>;
  /** Throws `stack tag 'x' not found for stack 's'`. */
  get(name: string): Promise<string>;
  set(name: string, value: string): Promise<void>;
  /** What is not there need not be removed. */
  remove(name: string): Promise<void>;
}

export interface HistoryOptions {
  readonly showSecrets?: boolean;
  /** Undefined or 0: everything. */
  readonly pageSize?: number;
  /** From 1. */
  readonly page?: number;
}

/** What is remembered of an operation. */
export interface HistoryEntry {
  /** 1 for the oldest. */
  readonly version: number;
  readonly kind: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly message: string;
  readonly environment: { readonly [name: string]: string };
  readonly config: readonly ConfigEntry[];
  readonly result: 'in-progress' | 'succeeded' | 'failed';
  /** Step names to counts. */
  readonly resourceChanges?: { readonly [op: string]: number } | undefined;
}

/** A policy pack as a person names it. */
export interface PolicyPackOption {
  /** A folder with a PulumiPolicy.yaml, or an executable; as told, relative to `root`. */
  readonly place: string;
  /** A file of JSON that configures its policies. */
  readonly configFile?: string;
  /** What both are relative to. */
  readonly root: string;
}

export interface OperationOptions {
  readonly message?: string;
  /** Undefined: 4 × cores, or PULUMI_PARALLEL; 0 and less: unlimited. */
  readonly parallel?: number;
  readonly refresh?: boolean;
  /** URNs or globs (`*` stands for all but colons, `**` for anything) of what alone is touched. Not with `excludes`. */
  readonly targets?: readonly string[];
  /** And what depends on the targets. */
  readonly targetDependents?: boolean;
  /** URNs or globs of what is not touched. */
  readonly excludes?: readonly string[];
  /** Nor what depends on the excluded. */
  readonly excludeDependents?: boolean;
  /** URNs or globs of what is replaced, whether it changes or not. */
  readonly replaces?: readonly string[];
  /** Run the program to refresh or destroy; to preview or update with `refresh`, read resources as they are declared. */
  readonly runProgram?: boolean;
  /** After a failure go on with what does not depend on it. */
  readonly continueOnError?: boolean;
  /** Replace and delete protected resources, too. */
  readonly ignoreProtect?: boolean;
  /** Destroy all but what is protected and what that depends on. */
  readonly excludeProtected?: boolean;
  /** Policy packs that every declared resource, and the stack, is to keep to. */
  readonly policyPacks?: readonly PolicyPackOption[];
  readonly typecheck?: 'off' | 'warn' | 'error';
  /** Binds the operation: what the plan does not foresee is refused. */
  readonly plan?: Plan;
  /** Whether the report of a preview is to have a plan. */
  readonly makesPlan?: boolean;
  /** What the person knows of creations that were interrupted and that no provider can tell about. */
  readonly pendingCreates?: {
    /** URN to the id of the thing that was created after all. */
    readonly imports: { readonly [urn: string]: string };
    /** URNs of what was not created. */
    readonly clears?: readonly string[];
    /** Nor were all the others. */
    readonly clearsOthers: boolean;
  };
  /** Declare what was declared when the operation of that version in the history ended, instead of running the program. */
  readonly rollbackTo?: number;
  /** Record these things, which exist, instead of running the program. */
  readonly imports?: Imports;
  /** Do not check the configuration against what Pulumi.yaml declares. */
  readonly skipConfigValidation?: boolean;
  readonly debug?: boolean;
  /** Aborted by the first Ctrl-C: nothing new begins, what runs is finished and recorded. */
  readonly drain?: AbortSignal;
  /** Aborted by the second: stops at once; the journal holds what was in flight. */
  readonly terminate?: AbortSignal;
  /** `auto.local`, `auto.inline`, `cli`: kept in the history. */
  readonly execKind?: string;
  /** `HOST:PORT` of the process in which the program lives, which serves `pulumirpc.LanguageRuntime` (Automation API). */
  readonly client?: string;
}

export interface OperationReport {
  readonly result: OperationResultKind;
  readonly summary: OperationSummary;
  /** Outputs of the stack after the operation; in a preview as far as known. Secret and Unknown values are kept as such. */
  readonly outputs: PropertyMap;
  /** What a preview foresaw, when it was asked for and nothing failed. */
  readonly plan?: Plan;
  /** Outputs recorded before the operation, for the difference. */
  readonly oldOutputs: PropertyMap;
  /** What was imported, when that was asked for. */
  readonly imported?: readonly ResourceState[];
  /** How many resources the stack has afterwards. */
  readonly resourceCount: number;
  /** 0 when it succeeded; see `exitCodes`. */
  readonly exitCode: number;
}

export interface StackConfig {
  /** Keys `namespace:name`, in the file's order, with project defaults. Secret values are opened only when asked. */
  list(options?: { readonly showSecrets?: boolean }): Promise<readonly ConfigEntry[]>;
  /** Throws `configuration key 'x' not found for stack 's'`. */
  get(key: string, options?: { readonly path?: boolean }): Promise<ConfigEntry>;
  set(key: string, value: string, options?: Omit<ConfigSetting, 'key' | 'value'>): Promise<void>;
  /** Sets all of them, in one writing of the file, or none. */
  setAll(settings: readonly ConfigSetting[]): Promise<void>;
  /** What is not there need not be removed. */
  remove(key: string, options?: { readonly path?: boolean }): Promise<void>;
  removeAll(keys: readonly string[], options?: { readonly path?: boolean }): Promise<void>;
}

/** `string`, `bool`, `int` and `float` as `config set --type` names them; `object` is JSON text of a structure. */
export type ConfigSettingType = 'string' | 'bool' | 'int' | 'float' | 'object';

export interface ConfigSetting {
  /** `name` or `namespace:name`; with `path`, followed by the way to a nested value: `outer.list[0]`. */
  readonly key: string;
  readonly value: string;
  readonly secret?: boolean;
  readonly path?: boolean;
  /** Undefined: text, and inside a structure what the text reads as. */
  readonly type?: ConfigSettingType;
  /** Refuse what is not `secret` and looks as if it should be. */
  readonly refusesLikelySecret?: boolean;
}

export interface ConfigCopy {
  /** Undefined: the selected stack. */
  readonly from: string | undefined;
  readonly to: string;
  /** Undefined: everything. */
  readonly key?: string;
  readonly path?: boolean;
}

export interface ConfigEntry {
  /** `project:name` */
  readonly key: string;
  /** Text, or JSON text of an object; undefined for a secret that was not opened. */
  readonly value: string | undefined;
  /** Present when the value is an object or a list. Its secret leaves are `[secret]` unless opened. */
  readonly objectValue?: unknown;
  readonly isSecret: boolean;
}

export type ClusterStatus =
  | {
      readonly kind: 'running';
      readonly pid: number;
      readonly server: string;
      readonly startedAt: Date;
      readonly isForeground: boolean;
    }
  | { readonly kind: 'stopped'; readonly hasData: boolean };

/** The embedded cluster of this home. */
export interface ClusterControl {
  /** Starts it in the background when it does not run. */
  start(): Promise<ClusterStatus>;
  /** Runs it in this process until `signal` aborts, taking over from one in the background. `background`: as the daemon that `start` launches. */
  serve(options: {
    readonly signal: AbortSignal;
    readonly background?: boolean;
    readonly onReady?: (status: ClusterStatus) => void;
  }): Promise<void>;
  /** Returns false when none was running. */
  stop(): Promise<boolean>;
  status(): Promise<ClusterStatus>;
  /** Empties it: all objects go, the identity stays. */
  reset(): Promise<void>;
  /** Starts it when it does not run; the text of a kubeconfig that kubectl takes. */
  kubeconfig(): Promise<string>;
}
