import { chmod, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Diagnostic, EngineEvent, StepInfo } from '@radiant/model';
import {
  type Interaction,
  type OperationOptions,
  type OperationReport,
  openWorkspace,
  type Stack,
  type Workspace,
} from '@radiant/toolkit';
import { commandLine, type Spoken } from '../../support/command-line.ts';

const repository = path.resolve(import.meta.dirname, '../../..');

/** What carries the messages between a program and the engine. */
export const wires = ['quick', 'grpc'] as const;
export type Wire = (typeof wires)[number];

/** One operation on a real program: what was said, and what came of it. */
export interface ProgramRun {
  readonly result: OperationReport['result'];
  /** `op name` of every step that ended well, in order; default providers left out. */
  readonly steps: readonly string[];
  readonly errors: readonly string[];
  /** Everything that was told, with its severity. */
  readonly diagnostics: readonly Diagnostic[];
  readonly report: OperationReport;
  readonly events: readonly EngineEvent[];
}

/**
 * A real program on the stock SDK in a folder of its own, with a real state beside it; the engine runs in this process,
 * the program in a child. What a test changes about it are its files, its configuration and the options of operations.
 */
export class ProgramStack {
  readonly dir: string;
  readonly env: { [name: string]: string | undefined };
  /** Lines that were meant for a person. */
  readonly notices: string[] = [];
  readonly #root: string;
  readonly #stackName: string;

  private constructor(root: string, dir: string, env: { [name: string]: string | undefined }, stackName: string) {
    this.#root = root;
    this.dir = dir;
    this.env = env;
    this.#stackName = stackName;
  }

  /** `files` by path; `Pulumi.yaml` and `package.json` are made when they are not among them. */
  static async create(
    files: { readonly [file: string]: string },
    settings: {
      readonly wire?: Wire;
      readonly project?: string;
      readonly stack?: string;
      readonly copyOf?: string;
      /** Another project, whose home and state it shares. */
      readonly beside?: ProgramStack;
    } = {},
  ): Promise<ProgramStack> {
    const { wire = 'quick', project = 'proj', stack = 'dev', copyOf, beside } = settings;
    const root = beside === undefined ? await newRoot() : beside.#root;
    const dir = path.join(root, project);
    await mkdir(dir);
    if (copyOf !== undefined) await cp(copyOf, dir, { recursive: true });
    const env = {
      PATH: process.env.PATH,
      HOME: root,
      RADIANT_HOME: path.join(root, 'home'),
      RADIANT_CLUSTER: 'embedded',
      RADIANT_WIRE: wire,
      PULUMI_CONFIG_PASSPHRASE: 'a passphrase for tests',
    };
    const program = new ProgramStack(root, dir, env, stack);
    const defaults: { [file: string]: string } =
      copyOf === undefined
        ? {
            'Pulumi.yaml': `name: ${project}\nruntime: nodejs\n`,
            'package.json': JSON.stringify({ name: project, private: true, main: mainOf(files) }),
          }
        : {};
    await program.write({ ...defaults, ...files });
    await program.workspace().createStack(stack);
    return program;
  }

  /** Writes or overwrites files of the program. */
  async write(files: { readonly [file: string]: string }): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      const target = path.join(this.dir, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, text);
    }
  }

  async makeExecutable(file: string): Promise<void> {
    await chmod(path.join(this.dir, file), 0o755);
  }

  workspace(): Workspace {
    const interaction: Interaction = {
      isInteractive: false,
      notice: (line) => this.notices.push(line),
      warn: (line) => this.notices.push(line),
      askSecret: () => Promise.reject(new Error('nobody is there')),
      ask: () => Promise.reject(new Error('nobody is there')),
    };
    return openWorkspace({ cwd: this.dir, env: this.env, interaction, relaunch: { command: 'false', args: [] } });
  }

  stack(): Promise<Stack> {
    return this.workspace().openStack(this.#stackName);
  }

  async config(key: string, value: string, options: { readonly secret?: boolean } = {}): Promise<void> {
    await (await this.stack()).config.set(key, value, options);
  }

  preview(options: OperationOptions & { readonly of?: 'up' | 'refresh' | 'destroy' } = {}): Promise<ProgramRun> {
    return this.#run((stack, events) => stack.preview({ ...unchecked, ...options }, events));
  }

  /** `listener` hears of every event as it happens. */
  up(options: OperationOptions = {}, listener: (event: EngineEvent) => void = () => {}): Promise<ProgramRun> {
    return this.#run((stack, events) =>
      stack.up({ ...unchecked, ...options }, (event) => {
        events(event);
        listener(event);
      }),
    );
  }

  refresh(options: OperationOptions = {}): Promise<ProgramRun> {
    return this.#run((stack, events) => stack.refresh({ ...unchecked, ...options }, events));
  }

  destroy(options: OperationOptions = {}): Promise<ProgramRun> {
    return this.#run((stack, events) => stack.destroy({ ...unchecked, ...options }, events));
  }

  /** Like `up`, but a failure throws with everything that was said. */
  async mustUp(options: OperationOptions = {}): Promise<ProgramRun> {
    const run = await this.up(options);
    if (run.result !== 'succeeded') throw new Error(`up ended as ${run.result}:\n${textOf(run.diagnostics)}`);
    return run;
  }

  /** A command on this stack, as a person would give it. */
  command(...args: readonly string[]): Promise<Spoken> {
    return commandLine(this.dir, { ...this.env, NO_COLOR: '1' }, [...args, '--stack', this.#stackName]);
  }

  /** The deployment as `stack export` prints it. */
  async exported(showSecrets = false): Promise<{ readonly resources: readonly ExportedResource[] }> {
    const json = (await (await this.stack()).exportDeployment({ showSecrets })) as {
      readonly deployment: { readonly resources?: readonly ExportedResource[] };
    };
    return { ...json.deployment, resources: json.deployment.resources ?? [] };
  }

  /** The exported record of the one resource of that name; throws when there is none. */
  async resource(name: string): Promise<ExportedResource> {
    const { resources } = await this.exported();
    const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined)
      throw new Error(`no resource "${name}" among ${resources.map(({ urn }) => urn).join(', ')}`);
    return found;
  }

  async dispose(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #run(
    operate: (stack: Stack, events: (event: EngineEvent) => void) => Promise<OperationReport>,
  ): Promise<ProgramRun> {
    const events: EngineEvent[] = [];
    const report = await operate(await this.stack(), (event) => events.push(event));
    const diagnostics = events.flatMap((event) => (event.kind === 'diagnostic' ? [event.diagnostic] : []));
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    const steps = events.flatMap((event) => (event.kind === 'step-succeeded' ? describeStep(event.step) : []));
    return { result: report.result, steps, errors, diagnostics, report, events };
  }
}

export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: { readonly [name: string]: unknown };
  readonly outputs?: { readonly [name: string]: unknown };
  readonly [field: string]: unknown;
}

async function newRoot(): Promise<string> {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-program-')));
  await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  await mkdir(path.join(root, 'home'));
  await symlink(await sharedCache(), path.join(root, 'home', 'cache'));
  return root;
}

/** What is compiled once for all tests of this user, as it is for all runs of a program. */
async function sharedCache(): Promise<string> {
  const dir = path.join(os.tmpdir(), `radiant-test-cache-${os.userInfo().uid}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** Types are checked where a test is about types: a check takes longer than the rest of a small program. */
const unchecked = { typecheck: 'off' } as const;

function mainOf(files: { readonly [file: string]: string }): string {
  return Object.keys(files).find((file) => /^index\.[mc]?[jt]s$/.test(file)) ?? 'index.ts';
}

function describeStep(step: StepInfo): string[] {
  return step.isInternal ? [] : [`${step.op} ${step.urn.split('::').at(-1)}`];
}

function textOf(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(({ severity, message }) => `${severity}: ${message}`).join('\n');
}
