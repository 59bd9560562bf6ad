import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { OperationError } from '@radiant/model';

export type Child = ChildProcessByStdio<null, Readable, Readable>;

interface ChildOptions extends Pick<SpawnOptions, 'cwd'> {
  readonly env: NodeJS.ProcessEnv;
  /** What people call it, should it not start. */
  readonly title: string;
}

/**
 * Starts a child that we listen to, in a process group of its own. Throws OperationError when the operating system does
 * not take its environment; other reasons why it cannot be started arrive as its event `error`.
 */
export function spawnChild(command: string, args: readonly string[], { title, env, cwd }: ChildOptions): Child {
  try {
    return spawn(command, [...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'E2BIG' ? environmentTooLarge(title, env) : error;
  }
}

function environmentTooLarge(title: string, env: NodeJS.ProcessEnv): OperationError {
  const largest = Object.entries(env)
    .map(([name, value = '']) => ({ name, size: Buffer.byteLength(value) }))
    .sort((a, b) => b.size - a.size)
    .slice(0, 3);
  return new OperationError({
    code: 'ENVIRONMENT_TOO_LARGE',
    summary: `${title} cannot be started: its environment is larger than the operating system allows`,
    detail: `The largest variables:\n${largest.map(({ name, size }) => `    ${name}: ${size} bytes`).join('\n')}`,
    remedy:
      'PULUMI_CONFIG holds the whole configuration of the stack (on Linux 128 KiB at most). ' +
      'Keep large values in files that the program reads.',
  });
}
