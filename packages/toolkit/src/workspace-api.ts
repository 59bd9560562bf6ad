import type { ClusterControl } from './cluster-api.ts';
import type { ConfigCopy } from './config/config-api.ts';
import type { InstallListener, InstallOptions } from './install-api.ts';
import type { PluginStore } from './plugin-api.ts';
import type { Project } from './project/project-api.ts';
import type { Stack } from './stack-api.ts';
import type { ResourceMove } from './state/state-api.ts';
import type { TemplateStore } from './template/template-api.ts';

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
  /** What openStack would open. A full name needs no project around. */
  findStack(name?: string): Promise<Pick<Stack, 'name' | 'fullName'>>;
  /** Like openStack, but makes the stack when it does not exist (`up` on a terminal, `stack select --create`). */
  openOrCreateStack(name: string, options?: { readonly secretsProvider?: string }): Promise<Stack>;
  selectStack(name: string): Promise<void>;
  /** That of PULUMI_STACK, else the one that was selected in the project. */
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
  readonly templates: TemplateStore;
}

/** Everything Radiant keeps for a user: RADIANT_HOME, else PULUMI_HOME, else ~/.radiant. */
export interface Home {
  readonly root: string;
  readonly credentialsPath: string;
  readonly cacheDir: string;
  readonly clusterDir: string;
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

export interface StackFilter {
  /** Of all projects. */
  readonly all?: boolean;
  readonly project?: string;
  /** Only those with this tag, and this value of it. */
  readonly tag?: { readonly name: string; readonly value?: string };
}
