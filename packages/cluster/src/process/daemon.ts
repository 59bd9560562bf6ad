import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClusterFiles,
  clusterFiles,
  makeFolder,
  readIdentity,
  readStatus,
  type ServerStatus,
  startVariable,
} from './cluster-files.ts';
import { isAlive, isServing, resetPath, sendControl, stopPath } from './control.ts';
import type { ServeOptions, ServeOutcome } from './serve.ts';

export interface SpawnCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface EnsureRunningOptions {
  /** Starts a process that calls `serve({ mode: 'background' })` for the same folder. */
  readonly spawn: SpawnCommand;
  /** A server of another version in the background is replaced by one of this version. */
  readonly version?: string;
  /** 20 seconds unless told otherwise. */
  readonly timeoutMs?: number;
}

export interface RunningCluster {
  readonly status: ServerStatus;
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** Whether this call started it. */
  readonly wasStarted: boolean;
}

/** The embedded cluster as a process of its own, persistent in a folder. */
export interface ClusterDaemon {
  /** Starts the cluster unless it runs. Safe for many processes at once: exactly one server results. Throws when it does not come up. */
  ensureRunning(options: EnsureRunningOptions): Promise<RunningCluster>;
  /** Serves in this process until told to stop, or idle. */
  serve(options: ServeOptions): Promise<ServeOutcome>;
  /** Resolves when it has ended; false when it did not run. */
  stop(): Promise<boolean>;
  /** Undefined when it does not run. */
  status(): Promise<ServerStatus | undefined>;
  /** Deletes every object; certificates, token, port and the UID of kube-system stay, so whoever knows the cluster still does. */
  reset(): Promise<void>;
  /** YAML; undefined when the cluster has never run. */
  readKubeconfig(): string | undefined;
  readonly files: ClusterFiles;
}

const pollMs = 5;
const defaultTimeoutMs = 20_000;
const stopTimeoutMs = 10_000;
const exitGraceMs = 2000;
const maxLogBytes = 1024 * 1024;

export function clusterDaemon(dir: string): ClusterDaemon {
  const files = clusterFiles(dir);
  return {
    files,
    ensureRunning: (options) => ensureRunning(files, options),
    async serve(options) {
      const { serveCluster } = await import('./serve.ts');
      return serveCluster(files, options);
    },
    stop: () => stop(files),
    status: () => runningStatus(files),
    reset: () => reset(files),
    readKubeconfig() {
      try {
        return readFileSync(files.kubeconfig, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

async function runningStatus(files: ClusterFiles): Promise<ServerStatus | undefined> {
  const status = readStatus(files);
  return status !== undefined && (await isServing(status)) ? status : undefined;
}

async function ensureRunning(files: ClusterFiles, options: EnsureRunningOptions): Promise<RunningCluster> {
  const running = await runningStatus(files);
  if (running !== undefined && isAcceptable(running, options.version)) return describe(running, false);
  if (running !== undefined) await stop(files);
  makeFolder(files);
  const child = startDetached(files, options.spawn);
  const deadlineMs = Date.now() + (options.timeoutMs ?? defaultTimeoutMs);
  while (Date.now() < deadlineMs) {
    const status = await runningStatus(files);
    if (status !== undefined) {
      const isOurs = status.startedBy === child.id;
      // Another one was quicker: ours must not wait until that one stops, and serve then.
      if (!isOurs) child.end();
      return describe(status, isOurs);
    }
    const failure = child.failure();
    if (failure !== undefined) throw new Error(`the embedded cluster did not start: ${failure}\n${logTail(files)}`);
    await sleep(pollMs);
  }
  throw new Error(`the embedded cluster did not start in time; its log is ${files.log}\n${logTail(files)}`);
}

function isAcceptable(status: ServerStatus, version: string | undefined): boolean {
  return version === undefined || status.version === version || status.mode === 'foreground';
}

function describe(status: ServerStatus, wasStarted: boolean): RunningCluster {
  return { status, url: `https://127.0.0.1:${status.port}`, wasStarted };
}

interface DetachedChild {
  readonly id: string;
  /** With whatever it has started itself. */
  end(): void;
  /** Why it will never serve; undefined while it may, or when it ended well because another one serves. */
  failure(): string | undefined;
}

/** In a session of its own, without our stdio: it outlives whoever started it, however that ends. */
function startDetached(files: ClusterFiles, { command, args, env }: SpawnCommand): DetachedChild {
  trimLog(files);
  const log = openSync(files.log, 'a', 0o600);
  const id = randomUUID();
  let failure: string | undefined;
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: files.dir,
      env: { ...(env ?? process.env), [startVariable]: id },
    });
    child.on('error', (error) => {
      failure = `${command} could not be run (${error.message})`;
    });
    child.on('exit', (code, signal) => {
      if (code !== 0) failure = `its process ended with ${signal ?? `exit code ${code}`}; its log is ${files.log}`;
    });
    child.unref();
    return { id, failure: () => failure, end: () => endGroup(child) };
  } finally {
    closeSync(log);
  }
}

/** A detached child leads a process group, where there are such. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    child.kill();
  }
}

function trimLog({ log }: ClusterFiles): void {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxLogBytes) truncateSync(log);
}

function logTail({ log }: ClusterFiles): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
  } catch {
    return '';
  }
}

async function stop(files: ClusterFiles): Promise<boolean> {
  const status = readStatus(files);
  const identity = readIdentity(files);
  if (status === undefined || identity === undefined || !isAlive(status.pid)) return false;
  const isAccepted = await sendControl(status, identity, stopPath);
  if (!isAccepted && (await isServing(status)))
    throw new Error(`process ${status.pid} does not answer as the embedded cluster; end it by hand`);
  const deadlineMs = Date.now() + stopTimeoutMs;
  // The status goes first, the process last; a program that serves among other things lives on.
  while (readStatus(files)?.pid === status.pid && Date.now() < deadlineMs) await sleep(pollMs);
  const graceMs = Math.min(deadlineMs, Date.now() + exitGraceMs);
  while (status.pid !== process.pid && isAlive(status.pid) && Date.now() < graceMs) await sleep(pollMs);
  return isAccepted;
}

async function reset(files: ClusterFiles): Promise<void> {
  const status = await runningStatus(files);
  const identity = readIdentity(files);
  if (status !== undefined && identity !== undefined) {
    const before = status.startedAt;
    if (!(await sendControl(status, identity, resetPath)))
      throw new Error(`process ${status.pid} does not answer as the embedded cluster; end it by hand`);
    const deadlineMs = Date.now() + stopTimeoutMs;
    while (Date.now() < deadlineMs) {
      const next = await runningStatus(files);
      if (next !== undefined && next.startedAt !== before) return;
      await sleep(pollMs);
    }
    throw new Error(`the embedded cluster did not come back after it was emptied; its log is ${files.log}`);
  }
  if (identity === undefined) return;
  await emptyDatabase(files);
}

/** With nobody serving. A file that cannot be read is thrown away. */
async function emptyDatabase({ database: file }: ClusterFiles): Promise<void> {
  const { isHeldByAnother, sqlitePersistence } = await import('../storage/sqlite-persistence.ts');
  try {
    const database = sqlitePersistence(file);
    database.clear(database.load().revision);
    database.close();
  } catch (error) {
    if (isHeldByAnother(error)) throw error;
    for (const path of [file, `${file}-wal`, `${file}-shm`]) rmSync(path, { force: true });
  }
}
