import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '../..');
export const launcher = path.join(repository, 'packages/cli/bin/radiant.cjs');

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home, a workshop of program folders, and an embedded cluster of its own; `dispose` ends and removes all of it. */
export interface Lab {
  readonly dir: string;
  readonly home: string;
  readonly env: { readonly [name: string]: string | undefined };
  radiant(cwd: string, ...args: string[]): Promise<Finished>;
  /** Like `radiant`, but a failure throws with everything that was said. */
  must(cwd: string, ...args: string[]): Promise<Finished>;
  start(
    cwd: string,
    args: readonly string[],
    options?: { detached?: boolean; env?: Record<string, string> },
  ): ChildProcess;
  /** A copy of an example, with the repository's node_modules. */
  example(name: string): Promise<string>;
  /** A program of the given files. */
  program(name: string, files: { readonly [file: string]: string }): Promise<string>;
  /** kubectl on this lab's embedded cluster. */
  kubectl(...args: string[]): Promise<Finished>;
  dispose(): Promise<void>;
}

/** `extra` is added to the environment of every command. */
export async function createLab(extra: { readonly [name: string]: string } = {}): Promise<Lab> {
  const dir = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-lab-')));
  const home = path.join(dir, 'home');
  await symlink(path.join(repository, 'node_modules'), path.join(dir, 'node_modules'));
  const env = {
    ...process.env,
    RADIANT_HOME: home,
    RADIANT_CLUSTER: 'embedded',
    KUBECONFIG: undefined,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    NO_COLOR: '1',
    ...extra,
  };
  const radiant = (cwd: string, ...args: string[]) => run(process.execPath, [launcher, ...args], cwd, env);
  const lab: Lab = {
    dir,
    home,
    env,
    radiant,
    async must(cwd, ...args) {
      const finished = await radiant(cwd, ...args);
      if (finished.code !== 0)
        throw new Error(
          `radiant ${args.join(' ')} ended with ${finished.code}\n${finished.stdout}\n${finished.stderr}`,
        );
      return finished;
    },
    start: (cwd, args, options = {}) =>
      spawn(process.execPath, [launcher, ...args], {
        cwd,
        env: { ...env, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: options.detached ?? false,
      }),
    async example(name) {
      const target = path.join(dir, name);
      await cp(path.join(repository, 'examples', name), target, {
        recursive: true,
        filter: (source) => !source.includes('node_modules'),
      });
      return target;
    },
    async program(name, files) {
      const target = path.join(dir, name);
      await mkdir(target, { recursive: true });
      for (const [file, text] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(target, file)), { recursive: true });
        await writeFile(path.join(target, file), text);
      }
      return target;
    },
    async kubectl(...args) {
      const kubeconfig = path.join(dir, 'kubeconfig');
      const { stdout } = await lab.must(dir, 'cluster', 'kubeconfig');
      await writeFile(kubeconfig, stdout, { mode: 0o600 });
      return await run('kubectl', ['--kubeconfig', kubeconfig, ...args], dir, env);
    },
    async dispose() {
      await radiant(dir, 'cluster', 'stop');
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return lab;
}

export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finished> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return await collect(child);
}

/** Waits for a child and what it said. */
export async function collect(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
