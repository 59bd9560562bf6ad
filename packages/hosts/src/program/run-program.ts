import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { OperationError } from '@radiant/model';
import { guardian } from '../guardian.ts';
import { onLines } from '../lines.ts';
import { type PreloadSettings, settingsVariable } from '../preload/settings.ts';
import { preloadFile } from '../preload-file.ts';
import { type ProgramConfig, programEnvironment, type RunnerArguments, runnerArguments } from './command.ts';
import { findEntry } from './entry.ts';
import { type NodeOptions, readNodeOptions } from './options.ts';
import { type ProgramResult, programResult } from './outcome.ts';
import { findRunner } from './sdk.ts';

export type OutputStream = 'stdout' | 'stderr';

export interface ProgramOptions extends RunnerArguments, ProgramConfig {
  /** `runtime` of Pulumi.yaml: its name and options. */
  readonly runtime: string;
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** What the program inherits; `process.env` as a rule. */
  readonly env: NodeJS.ProcessEnv;
  /** Where results of earlier runs are kept (transpiled sources, compiled code); made on use. */
  readonly cacheDir: string;
  /** Each line the program writes, as it comes. */
  readonly onOutput: (stream: OutputStream, line: string) => void;
}

export interface RunningProgram {
  readonly pid: number;
  /** Never rejects. Resolves when the process has ended and its output has been delivered. */
  readonly done: Promise<ProgramResult>;
  /** Ends the program and what it started: asks first, insists after `killGraceMs`. */
  kill(): void;
}

const killGraceMs = 1000;
/** A process the program left behind may hold its output open; its lines are not waited for longer than this. */
const outputGraceMs = 500;
const stderrTailLines = 20;

/**
 * Starts the user's Node.js program under its own SDK's runner, on the Node that runs this, as a process group of its
 * own that ends with this process. Throws OperationError for what would keep it from starting: another runtime,
 * no SDK, no program directory or entry file, a runtime option of the wrong type.
 */
export function runProgram(options: ProgramOptions): RunningProgram {
  if (options.runtime !== 'nodejs') throw unsupportedRuntime(options.runtime);
  const nodeOptions = readNodeOptions(options.runtimeOptions);
  const { programDir, entryPoint, cacheDir } = options;
  if (!bringsLoader(nodeOptions)) findEntry(programDir, entryPoint);
  const runnerPath = findRunner(programDir, nodeOptions.packageManager, options.env);
  const preloadPath = preloadFile(cacheDir);
  const settings: PreloadSettings = {
    preloadPath,
    runnerPath,
    parentPid: process.pid,
    cacheDir,
    fallbackCompilerPath: ownCompilerPath(),
  };
  const child = spawn(
    process.execPath,
    [`--require=${preloadPath}`, ...nodeOptions.nodeArguments, runnerPath, ...runnerArguments(options)],
    {
      cwd: programDir,
      env: {
        ...options.env,
        ...programEnvironment(options, nodeOptions),
        [settingsVariable]: JSON.stringify(settings),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    },
  );
  return follow(child, options.onOutput);
}

function follow(
  child: ChildProcessByStdio<null, Readable, Readable>,
  onOutput: ProgramOptions['onOutput'],
): RunningProgram {
  const { pid } = child;
  if (pid !== undefined) guardian().watch(pid);
  const stderrTail: string[] = [];
  let isKilled = false;
  onLines(child.stdout, (line) => onOutput('stdout', line));
  onLines(child.stderr, (line) => {
    stderrTail.push(line);
    if (stderrTail.length > stderrTailLines) stderrTail.shift();
    onOutput('stderr', line);
  });
  const done = new Promise<ProgramResult>((resolve) => {
    child.once('error', (error) => resolve(notStarted(error)));
    child.once('exit', (exitCode, signal) => {
      if (pid !== undefined) guardian().release(pid);
      const finish = () => {
        clearTimeout(patience);
        resolve(isKilled ? { kind: 'killed' } : programResult(exitCode, signal, stderrTail));
      };
      const patience = setTimeout(finish, outputGraceMs);
      child.once('close', finish);
    });
  });
  return {
    pid: pid ?? -1,
    done,
    kill() {
      if (isKilled || child.exitCode !== null || child.signalCode !== null) return;
      isKilled = true;
      signalGroup(child, 'SIGTERM');
      const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), killGraceMs);
      child.once('exit', () => clearTimeout(insist));
    },
  };
}

function signalGroup(child: ChildProcessByStdio<null, Readable, Readable>, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

function notStarted(error: Error): ProgramResult {
  const message = `Program could not be started: ${error.message}`;
  return { kind: 'failed', exitCode: null, signal: null, message, stderrTail: [] };
}

/** A loader of the program's own may load files we have never heard of, so the entry is its business. */
function bringsLoader({ nodeArguments }: NodeOptions): boolean {
  return nodeArguments.some((word) => /^(--import|--loader|--experimental-loader|--require|-r)(=|$)/.test(word));
}

function ownCompilerPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('typescript');
  } catch {
    return undefined;
  }
}

function unsupportedRuntime(runtime: string): OperationError {
  return new OperationError({
    code: 'RUNTIME_UNSUPPORTED',
    summary: `programs of the runtime '${runtime}' cannot be run`,
    detail: 'Node.js programs (`runtime: nodejs`) can.',
    remedy: 'Correct `runtime` in Pulumi.yaml.',
  });
}
