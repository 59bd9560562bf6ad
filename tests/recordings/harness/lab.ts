import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CliContext } from '../../../packages/cli/src/context.ts';
import type { Wire } from '../../programs/harness/program-stack.ts';
import { commandLine, type Spoken } from '../../support/command-line.ts';
import { fixtures, type JsonObject, type ProgramName, parseLines } from './recorded.ts';

const repository = path.resolve(import.meta.dirname, '../../..');

const configured: { readonly [program in ProgramName]: readonly (readonly string[])[] } = {
  tour: [
    ['--secret', 'token', 't0ken-1'],
    ['plain-value', 'hello'],
    ['--path', 'nested.list[0]', 'one'],
  ],
  choices: [],
};

/** One command that logs its events and calls. */
export interface Operated extends Spoken {
  readonly events: readonly JsonObject[];
  readonly calls: readonly JsonObject[];
}

/**
 * Both recorded programs in one home, as they were recorded: the command line runs in this process, the programs and
 * their plugins in children.
 */
export class RecordingLab {
  /** Variables of the environment for all that follows. */
  variables: CliContext['env'] = {};
  readonly #root: string;
  readonly #wire: Wire;
  #logs = 0;

  private constructor(root: string, wire: Wire) {
    this.#root = root;
    this.#wire = wire;
  }

  static async create(wire: Wire): Promise<RecordingLab> {
    const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-recordings-')));
    await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
    return new RecordingLab(root, wire);
  }

  /** Copies a program and makes its stack `dev`, configured as it was when it was recorded. */
  async install(program: ProgramName): Promise<void> {
    await cp(path.join(fixtures, program, 'program'), this.folder(program), { recursive: true });
    await this.must(program, 'stack', 'init', 'dev');
    for (const setting of configured[program]) await this.must(program, 'config', 'set', ...setting);
  }

  say(program: ProgramName, ...args: readonly string[]): Promise<Spoken> {
    return this.#run(program, args, {});
  }

  /** Like `say`, but a failure throws with everything that was said. */
  async must(program: ProgramName, ...args: readonly string[]): Promise<Spoken> {
    const spoken = await this.say(program, ...args);
    if (spoken.code !== 0)
      throw new Error(`${args.join(' ')} ended with ${spoken.code}:\n${spoken.out}\n${spoken.err}`);
    return spoken;
  }

  /** An operation with `--event-log` and PULUMI_DEBUG_GRPC. */
  async operate(program: ProgramName, ...args: readonly string[]): Promise<Operated> {
    this.#logs += 1;
    const log = (what: string) => path.join(this.#root, `${what}-${this.#logs}.jsonl`);
    const env = { PULUMI_DEBUG_GRPC: log('calls') };
    const spoken = await this.#run(program, [...args, '--event-log', log('events')], env);
    const read = async (what: string) => parseLines(await readFile(log(what), 'utf8').catch(() => ''));
    return { ...spoken, events: await read('events'), calls: await read('calls') };
  }

  async printed(program: ProgramName, ...args: readonly string[]): Promise<JsonObject> {
    return JSON.parse((await this.must(program, ...args)).out) as JsonObject;
  }

  /** Marks a resource in the state as one that the next update replaces. */
  async taint(program: ProgramName, urn: string): Promise<void> {
    const state = await this.printed(program, 'stack', 'export');
    const deployment = state.deployment as JsonObject;
    const resources = (deployment.resources as readonly JsonObject[]).map((resource) =>
      resource.urn === urn ? { ...resource, taint: true } : resource,
    );
    const features = [...new Set([...((state.features ?? []) as readonly string[]), 'taint'])];
    const file = path.join(this.#root, 'tainted.json');
    await writeFile(file, JSON.stringify({ ...state, version: 4, features, deployment: { ...deployment, resources } }));
    await this.must(program, 'stack', 'import', '--file', file);
  }

  async dispose(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Where a program runs. */
  folder(program: ProgramName): string {
    return path.join(this.#root, program);
  }

  #run(program: ProgramName, args: readonly string[], env: CliContext['env']): Promise<Spoken> {
    return commandLine(this.folder(program), { ...this.#env(), ...this.variables, ...env }, args);
  }

  #env(): CliContext['env'] {
    return {
      PATH: process.env.PATH,
      HOME: this.#root,
      RADIANT_HOME: path.join(this.#root, 'home'),
      RADIANT_CLUSTER: 'embedded',
      RADIANT_WIRE: this.#wire,
      PULUMI_CONFIG_PASSPHRASE: 'correct-horse',
      NO_COLOR: '1',
    };
  }
}
