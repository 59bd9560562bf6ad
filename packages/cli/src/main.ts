import type { Workspace, WorkspaceOptions } from '@radiant/toolkit';
import type { CliContext, OutputStream } from './context.ts';
import { reportFailure } from './process/failure.ts';
import { catchInterrupts } from './process/interrupts.ts';
import { run } from './run.ts';

/** What the launcher hands over. */
export interface Launch {
  readonly args: readonly string[];
  /** The launcher's own file: what to run to run Radiant again. */
  readonly launcher: string;
  readonly version: string;
}

/** Runs one command in this process and ends the process with the command's exit code. */
export function main(launch: Launch): Promise<never> {
  return runToEnd(launch, createProcessContext(launch));
}

export async function runToEnd(launch: Launch, context: CliContext): Promise<never> {
  // What nobody waited for must not end in silence, nor in Node's own words.
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, context)));
  const exitCode = await run(launch.args, context);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(exitCode);
}

export function createProcessContext(launch: Launch): CliContext {
  return {
    env: process.env,
    cwd: process.cwd(),
    version: launch.version,
    out: outputStream(process.stdout),
    err: outputStream(process.stderr),
    input: { isTerminal: process.stdin.isTTY === true, readAll: readStandardInput },
    relaunch: { command: process.execPath, args: [launch.launcher] },
    openWorkspace,
    prompts: async (form) =>
      form === 'plain'
        ? (await import('./process/plain-prompts.ts')).plainPrompts
        : (await import('./process/terminal-prompts.ts')).terminalPrompts,
    catchInterrupts: () => catchInterrupts(process),
    nowMs: () => performance.now(),
  };
}

async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const toolkit = await import('@radiant/toolkit');
  return toolkit.openWorkspace(options);
}

/** Whoever reads our output may go away (`radiant up | head`); the operation goes on all the same. */
function outputStream(stream: NodeJS.WriteStream): OutputStream {
  const unread = new AbortController();
  stream.on('error', () => unread.abort());
  return {
    unread: unread.signal,
    write: (text) => {
      if (stream.writable) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
  };
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
