import { openWorkspace } from '@radiant/toolkit';
import type { CliContext } from '../../packages/cli/src/context.ts';
import { run } from '../../packages/cli/src/run.ts';

export interface Spoken {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The real command line in this process, on no terminal; what it starts are children. */
export async function commandLine(cwd: string, env: CliContext['env'], args: readonly string[]): Promise<Spoken> {
  const [out, err]: [string[], string[]] = [[], []];
  const stream = (texts: string[]) => ({
    write: (text: string) => void texts.push(text),
    isTerminal: false,
    columns: 80,
    rows: 24,
    unread: new AbortController().signal,
  });
  const never = new AbortController().signal;
  const context: CliContext = {
    env,
    cwd,
    version: 'v3.270.0+radiant.0.1.0',
    out: stream(out),
    err: stream(err),
    input: { isTerminal: false, readAll: async () => '' },
    relaunch: { command: 'false', args: [] },
    openWorkspace: async (options) => openWorkspace(options),
    prompts: () => Promise.reject(new Error('nobody is there')),
    catchInterrupts: () => ({ drain: never, terminate: never, release: () => {} }),
    nowMs: () => performance.now(),
  };
  const code = await run(args, context);
  return { code, out: out.join(''), err: err.join('') };
}
