import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import { guardian } from '../../guardian.ts';
import { onLines } from '../../lines.ts';
import { hashOf, openDiskCache } from '../preload/disk-cache.ts';
import { type Caches, type CheckerSettings, settingsVariable } from '../preload/settings.ts';
import type { CheckRequest } from './checker.ts';
import { keptVerdict } from './kept-verdict.ts';
import type { SkipReason, TypeScriptVerdict } from './verdict.ts';

export interface TypecheckOptions extends CheckRequest {
  readonly preloadPath: string;
  /** Arguments for the checker's own Node, as the program has them: its memory limit, say. */
  readonly nodeArguments: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly caches: Caches;
}

export interface RunningTypecheck {
  /** Never rejects. */
  readonly verdict: Promise<TypeScriptVerdict>;
  /** Ends it; the verdict is then that it failed. */
  stop(): void;
}

/**
 * Checks the types of a program in a process of its own, at low priority; or, if nothing it was made from has changed,
 * answers with the verdict of an earlier check.
 */
export function startTypecheck(options: TypecheckOptions): RunningTypecheck {
  if (!/^\.[cm]?tsx?$/.test(extname(options.entry.file))) return skippedTypecheck('javascript');
  const { sdkDir, programDir, entry, configPath, fallbackCompilerPath } = options;
  const request: CheckRequest = { sdkDir, programDir, entry, configPath, fallbackCompilerPath };
  const key = hashOf('verdict', JSON.stringify(request), options.env.PULUMI_NODEJS_TRANSPILE_ONLY ?? '');
  const kept = keptVerdict(openDiskCache(options.caches.verdicts), key);
  return kept === undefined ? check(options, request, key) : settled(kept);
}

export function skippedTypecheck(reason: SkipReason): RunningTypecheck {
  return settled({ kind: 'skipped', reason });
}

function settled(verdict: TypeScriptVerdict): RunningTypecheck {
  return { verdict: Promise.resolve(verdict), stop() {} };
}

/** The program and the cluster come first. */
const checkerPriority = constants.priority.PRIORITY_BELOW_NORMAL;

function check(options: TypecheckOptions, request: CheckRequest, key: string): RunningTypecheck {
  const settings: CheckerSettings = {
    task: 'typecheck',
    parentPid: process.pid,
    caches: options.caches,
    request,
    key,
  };
  const child = spawn(process.execPath, [...options.nodeArguments, options.preloadPath], {
    cwd: options.programDir,
    env: { ...options.env, [settingsVariable]: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const { pid } = child;
  if (pid !== undefined) {
    guardian().watch(pid);
    lowerPriority(pid);
  }
  const stdout: string[] = [];
  const stderr: string[] = [];
  onLines(child.stdout, (line) => stdout.push(line));
  onLines(child.stderr, (line) => stderr.push(line));
  const verdict = new Promise<TypeScriptVerdict>((resolve) => {
    child.once('error', (error) =>
      resolve({ kind: 'failed', message: `${notDone} it could not be started: ${error.message}` }),
    );
    child.once('exit', () => pid !== undefined && guardian().release(pid));
    child.once('close', (code, signal) => {
      resolve(code === 0 ? parseVerdict(stdout) : failure(code, signal, stderr));
    });
  });
  return { verdict, stop: () => stop(child) };
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, checkerPriority);
  } catch {
    // It runs at the usual priority then.
  }
}

const notDone = "The program's types could not be checked:";

function parseVerdict(stdout: readonly string[]): TypeScriptVerdict {
  try {
    return JSON.parse(stdout.join('\n')) as TypeScriptVerdict;
  } catch {
    return { kind: 'failed', message: `${notDone} its verdict could not be read.` };
  }
}

function failure(code: number | null, signal: NodeJS.Signals | null, stderr: readonly string[]): TypeScriptVerdict {
  const ending = code === null ? `it was ended by signal ${signal}.` : `it exited with code ${code}.`;
  const cause = stderr.findLast((line) => /^\w*Error\b|heap out of memory/.test(line));
  return { kind: 'failed', message: `${notDone} ${ending}${cause === undefined ? '' : ` ${cause}`}` };
}

function stop(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}
