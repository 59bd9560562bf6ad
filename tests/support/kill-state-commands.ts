import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { openBackendAt } from '../../packages/state/src/backend/backend.ts';
import { openStore } from '../../packages/state/src/store/open-store.ts';
import { smallExport, smallUrns } from '../state/harness/real-stacks.ts';
import type { LabStore } from './lab-stores.ts';
import { collect, createLab, type Finished, type Lab, launcher } from './radiant.ts';

const newPassphrase = 'another passphrase';

/** A command that changes what is recorded of stack `dev`, or its configuration. */
export interface StateCommand {
  readonly args: readonly string[];
  readonly input?: string;
  /** How the command may refuse to be done twice; without it, doing it twice is like doing it once. */
  readonly refusesAgain?: RegExp;
  /** Two stacks are changed, one after the other: everything is in one of them, or in both. */
  readonly isInTwoParts?: true;
}

const goneAlready = /no such resource|not found|is no resource|holds no|no resources found to move/i;
const yes = ['--yes', '--stack', 'dev'];

export const stateCommands: readonly StateCommand[] = [
  {
    args: ['state', 'rename', smallUrns.part, 'renamed', ...yes],
    refusesAgain: goneAlready,
  },
  {
    args: ['state', 'delete', smallUrns.user, ...yes],
    refusesAgain: goneAlready,
  },
  { args: ['state', 'protect', smallUrns.user, ...yes] },
  {
    args: ['state', 'move', '--source', 'dev', '--dest', 'other', '--yes', smallUrns.user],
    refusesAgain: goneAlready,
    isInTwoParts: true,
  },
  { args: ['stack', 'import', '--stack', 'dev', '--file', 'next.json'] },
  { args: ['config', 'set', '--stack', 'dev', 'added', 'value'] },
  { args: ['stack', 'change-secrets-provider', 'passphrase', '--stack', 'dev'], input: newPassphrase },
];

/** What the stacks are: records without what every command changes. */
interface Picture {
  readonly dev: readonly string[];
  readonly other: readonly string[];
  readonly config: string;
}

/** A project of two stacks, whose commands are killed and done again. */
export class KilledCommands {
  readonly #lab: Lab;
  readonly #dir: string;
  readonly #store: LabStore;
  readonly #file: string;
  #sealed: unknown;
  #config = '';

  private constructor(lab: Lab, dir: string, store: LabStore) {
    this.#lab = lab;
    this.#dir = dir;
    this.#store = store;
    this.#file = path.join(dir, 'Pulumi.dev.yaml');
  }

  static async create(store: LabStore): Promise<KilledCommands> {
    const lab = await createLab(store.env);
    const dir = await lab.program('proj', { 'Pulumi.yaml': 'name: proj\nruntime: nodejs\n' });
    const killed = new KilledCommands(lab, dir, store);
    await lab.must(dir, 'stack', 'init', 'other');
    await lab.must(dir, 'stack', 'init', 'dev');
    await lab.must(dir, 'config', 'set', '--secret', 'token', 'canary');
    const { deployment, version } = JSON.parse(smallExport());
    deployment.resources[0].outputs = {
      secret: { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', plaintext: '"canary"' },
    };
    await writeFile(path.join(dir, 'base.json'), JSON.stringify({ version, deployment }));
    deployment.resources.pop();
    await writeFile(path.join(dir, 'next.json'), JSON.stringify({ version, deployment }));
    await lab.must(dir, 'stack', 'import', '--file', 'base.json');
    killed.#config = await readFile(killed.#file, 'utf8');
    killed.#sealed = (
      await killed.#backend().exportStack({ project: 'proj', stack: 'dev' }, { mode: 'encrypted' })
    ).json;
    return killed;
  }

  dispose(): Promise<void> {
    return this.#lab.dispose();
  }

  /**
   * Kills the command at `kills` moments, from the one in which it takes the stack (or begins) to its end. Whatever was
   * changed is changed wholly or not at all, and the same command once more, without a question, ends where an undisturbed
   * one does.
   */
  async expectSurvives(command: StateCommand, kills: number): Promise<void> {
    await this.#reset();
    const before = await this.#picture();
    const undisturbed = await this.#run(command, undefined);
    expect(undisturbed.finished, command.args.join(' ')).toMatchObject({ code: 0 });
    const after = await this.#picture();
    expect(after).not.toEqual(before);
    for (let kill = 0; kill < kills; kill += 1) {
      await this.#reset();
      const delayMs = (undisturbed.msFromTaking * (kill + Math.random())) / kills;
      const where = `${command.args.join(' ')}, killed ${Math.round(delayMs)} ms after it had taken the stack`;
      await this.#run(command, delayMs);
      const killed = await this.#picture();
      this.#expectWhole(killed, before, after, command, where);
      const { finished } = await this.#run(command, undefined);
      const said = `${where}\n${finished.stdout}\n${finished.stderr}`;
      const isDone = isSame(killed, after, command);
      if (isDone && command.refusesAgain !== undefined)
        expect(finished.stderr + finished.stdout, said).toMatch(command.refusesAgain);
      else expect(finished.code, said).toBe(0);
      const end = await this.#picture();
      expect(isSame(end, after, command), `${said}\n${JSON.stringify(end)}`).toBe(true);
      if (command.input !== undefined) await this.#expectSecretsOpen(newPassphrase);
    }
  }

  #expectWhole(killed: Picture, before: Picture, after: Picture, command: StateCommand, where: string): void {
    const halfway = command.isInTwoParts ? [{ ...after, dev: before.dev }] : [];
    const isWhole = [before, after, ...halfway].some((picture) => isSame(killed, picture, command));
    expect(isWhole, `${where}\n${JSON.stringify(killed, null, 1)}`).toBe(true);
  }

  async #expectSecretsOpen(passphrase: string): Promise<void> {
    const env = { PULUMI_CONFIG_PASSPHRASE: passphrase };
    for (const args of [
      ['config', 'get', 'token'],
      ['stack', 'output', '--show-secrets', 'secret'],
    ]) {
      const { stdout } = await collect(this.#lab.start(this.#dir, args, { env }));
      expect(stdout.trim()).toBe('canary');
    }
  }

  /** With `killAfterMs`, kills it so long after it has taken the stack. */
  async #run(
    { args, input = '' }: StateCommand,
    killAfterMs: number | undefined,
  ): Promise<{ readonly finished: Finished; readonly msFromTaking: number }> {
    const claims = await this.#claims();
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: this.#dir,
      env: this.#lab.env as NodeJS.ProcessEnv,
      stdio: 'pipe',
      detached: true,
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const ending = collect(child);
    // Configuration is changed without the stack: there the moments are those from the start.
    const takesNothing = args[0] === 'config';
    while (!takesNothing && child.exitCode === null && (await this.#claims()) === claims) await sleep(2);
    const takenMs = performance.now();
    if (killAfterMs !== undefined) {
      await Promise.race([sleep(killAfterMs), ending]);
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    const finished = await ending;
    return { finished, msFromTaking: performance.now() - takenMs };
  }

  #backend() {
    const place = { home: this.#lab.home, cwd: this.#dir, toolVersion: 'v3.270.0+test', rescueFolders: [] };
    return openBackendAt(this.#store.url, place);
  }

  async #claims(): Promise<string> {
    const store = openStore(this.#store.url, { home: this.#lab.home, cwd: this.#dir });
    const names = (await store.list('.pulumi/radiant/proj/dev')).map(({ name }) => name);
    return (
      names
        .filter((name) => /^lease-\d+\.json$/.test(name))
        .sort()
        .at(-1) ?? ''
    );
  }

  async #reset(): Promise<void> {
    const empty = { version: 3, deployment: { manifest: {}, resources: [] } };
    const options = { source: 'base', foreignRecords: 'refused' } as const;
    await this.#backend().importStack({ project: 'proj', stack: 'dev' }, this.#sealed, options);
    await this.#backend().importStack({ project: 'proj', stack: 'other' }, empty, options);
    await writeFile(this.#file, this.#config);
  }

  async #picture(): Promise<Picture> {
    const recordsOf = async (stack: string) => {
      const { snapshot, secretsProvider } = await this.#backend().loadStack({ project: 'proj', stack });
      const records = snapshot.resources.map(({ urn, id, parent, isProtected, dependencies }) =>
        JSON.stringify({ urn, id, parent, isProtected, dependencies }),
      );
      const pending = snapshot.pendingOperations.map(({ kind, resource }) => `${kind} ${resource.urn}`);
      return [...records, ...pending, ...(stack === 'dev' ? [JSON.stringify(secretsProvider?.type)] : [])];
    };
    return {
      dev: await recordsOf('dev'),
      other: await recordsOf('other'),
      config: await readFile(this.#file, 'utf8'),
    };
  }
}

/** Ciphertexts and salts differ each time. */
function isSame(one: Picture, other: Picture, { input }: StateCommand): boolean {
  const text = ({ config, ...rest }: Picture) =>
    JSON.stringify({
      ...rest,
      config: input === undefined ? config : config.replaceAll(/(secure|encryptionsalt): .*/g, '$1'),
    });
  return text(one) === text(other);
}
