import { createRequire } from 'node:module';
import { OperationError } from '@radiant/model';
import { guardian } from '../guardian.ts';
import { onLines } from '../lines.ts';
import { bringsLoader, configuresTsNode } from '../preload/own-loader.ts';
import { type PreloadSettings, settingsVariable } from '../preload/settings.ts';
import { cachesIn, preloadFile } from '../preload-file.ts';
import { type Child, spawnChild } from '../spawn-child.ts';
import { type RunningTypecheck, skippedTypecheck, startTypecheck } from '../typecheck/typecheck.ts';
import type { TypecheckVerdict } from '../typecheck/verdict.ts';
import { type ProgramConfig, programEnvironment, type RunnerArguments, runnerArguments } from './command.ts';
import { type Entry, findEntry } from './entry.ts';
import { type NodeOptions, readNodeOptions } from './options.ts';
import { type ProgramResult, programResult } from './outcome.ts';
import { findRunner, sdkDirOf } from './sdk.ts';

export type OutputStream = 'stdout' | 'stderr';

/** `error`: nothing is changed before the types are known to be right. */
export type TypecheckMode = 'off' | 'warn' | 'error';

export interface ProgramOptions extends RunnerArguments, ProgramConfig {
  /** `runtime` of Pulumi.yaml: its name and options. */
  readonly runtime: string;
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** What the program inherits; `process.env` as a rule. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether types are checked beside the program; what a verdict means is for the caller to decide. */
  readonly typecheck: TypecheckMode;
  /** Where results of earlier runs are kept (transpiled sources, compiled code, verdicts); made on use. */
  readonly cacheDir: string;
  /** How the program's SDK speaks to the monitor; `quick` where that SDK allows it. */
  readonly wire: 'quick' | 'grpc';
  /** Whether anybody will see what the SDK says for debugging. */
  readonly isDebugged: boolean;
  /** Each line the program writes, as it comes. */
  readonly onOutput: (stream: OutputStream, line: string) => void;
}

export interface RunningProgram {
  readonly pid: number;
  /** Never rejects. Resolves when the process has ended and its output has been delivered. */
  readonly done: Promise<ProgramResult>;
  /** Never rejects. What the type check found; it may take longer than the program, which does not wait for it. */
  readonly verdict: Promise<TypecheckVerdict>;
  /** Ends the program and what it started: asks first, insists after `killGraceMs`. */
  kill(): void;
}

const killGraceMs = 1000;
/** A process the program left behind may hold its output open; its lines are not waited for longer than this. */
const outputGraceMs = 500;
/** Enough for the native trace that V8 writes after it says that memory ran out. */
const stderrTailLines = 100;

/**
 * Starts the user's Node.js program under its own SDK's runner, on the Node that runs this, as a process group of its
 * own that ends with this process. Throws OperationError for what would keep it from starting: another runtime,
 * no SDK, no program directory or entry file, a runtime option of the wrong type.
 */
export function runProgram(options: ProgramOptions): RunningProgram {
  if (options.runtime !== 'nodejs') throw unsupportedRuntime(options.runtime);
  const nodeOptions = readNodeOptions(options.runtimeOptions);
  // A loader of the program's own may load files we have never heard of, so the entry is its business.
  const hasOwnLoader = bringsLoader(nodeOptions.nodeArguments, options.env);
  const entry = hasOwnLoader ? undefined : findEntry(options.programDir, options.entryPoint);
  const runnerPath = findRunner(options.programDir, nodeOptions.packageManager, options.env);
  const fallbackCompilerPath = ownCompilerPath();
  const preloadPath = preloadFile(options.cacheDir);
  const settings: PreloadSettings = {
    task: 'program',
    preloadPath,
    runnerPath,
    parentPid: process.pid,
    caches: cachesIn(options.cacheDir, preloadPath),
    fallbackCompilerPath,
    quickWire:
      options.wire === 'quick' ? { address: options.monitorAddress, isDebugged: options.isDebugged } : undefined,
  };
  const program = follow(startProgram(options, nodeOptions, settings), options.onOutput);
  const typecheck = startCheck(options, nodeOptions, settings, entry);
  return {
    ...program,
    verdict: typecheck.verdict,
    kill() {
      typecheck.stop();
      program.kill();
    },
  };
}

function startProgram(options: ProgramOptions, nodeOptions: NodeOptions, settings: PreloadSettings): Child {
  const { preloadPath, runnerPath } = settings;
  return spawnChild(
    process.execPath,
    [`--require=${preloadPath}`, ...nodeOptions.nodeArguments, runnerPath, ...runnerArguments(options)],
    {
      title: 'the program',
      cwd: options.programDir,
      env: {
        ...options.env,
        ...programEnvironment(options, nodeOptions),
        [settingsVariable]: JSON.stringify(settings),
      },
    },
  );
}

function startCheck(
  options: ProgramOptions,
  nodeOptions: NodeOptions,
  settings: PreloadSettings,
  entry: Entry | undefined,
): RunningTypecheck {
  if (options.typecheck === 'off') return skippedTypecheck('off');
  if (!nodeOptions.typescript) return skippedTypecheck('javascript');
  if (entry === undefined || configuresTsNode(options.env)) return skippedTypecheck('own-loader');
  return startTypecheck({
    sdkDir: sdkDirOf(settings.runnerPath),
    programDir: options.programDir,
    entry,
    configPath: nodeOptions.tsconfig ?? options.env.PULUMI_NODEJS_TSCONFIG_PATH ?? 'tsconfig.json',
    fallbackCompilerPath: settings.fallbackCompilerPath,
    preloadPath: settings.preloadPath,
    nodeArguments: nodeOptions.nodeArguments,
    env: options.env,
    caches: settings.caches,
  });
}

function follow(child: Child, onOutput: ProgramOptions['onOutput']): Omit<RunningProgram, 'verdict'> {
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

function signalGroup(child: Child, signal: NodeJS.Signals): void {
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
