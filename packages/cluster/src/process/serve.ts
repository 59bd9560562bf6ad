import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, createCluster, type ListeningCluster } from '../cluster.ts';
import type { KubeRequest, KubeResponse } from '../server/http-messages.ts';
import { jsonResponse } from '../server/http-messages.ts';
import type { Handler } from '../server/router.ts';
import { ObjectStore, type Persistence } from '../storage/object-store.ts';
import { isHeldByAnother, sqlitePersistence } from '../storage/sqlite-persistence.ts';
import {
  type ClusterFiles,
  loadIdentity,
  makeFolder,
  readLastPort,
  readStatus,
  removeStatus,
  replaceFile,
  type ServeMode,
  startVariable,
  writePort,
  writeStatus,
} from './cluster-files.ts';
import { isServing, processStart, resetPath, sendControl, stopPath } from './control.ts';
import type { ClusterIdentity } from './identity.ts';
import { kubeconfigText } from './kubeconfig.ts';

export interface ServeOptions {
  /** `foreground` takes over from a server in the background; `background` leaves it be, and ends when idle. */
  readonly mode: ServeMode;
  /** Of the program that serves, for `status`. */
  readonly version: string;
  /** How long a server in the background stays without requests and watches. 15 minutes unless told otherwise. */
  readonly idleMs?: number;
  /** Called when requests are answered. */
  readonly onReady?: (served: { readonly port: number; readonly url: string }) => void;
  /** What went wrong and did not end the cluster. In the background it goes to the log unless told otherwise. */
  readonly onProblem?: (text: string) => void;
  /** Ends serving, as SIGTERM does. */
  readonly signal?: AbortSignal;
}

/** Why serving ended. `alreadyServed`: another process serves this cluster. */
export type ServeOutcome = 'stopped' | 'idle' | 'alreadyServed';

const defaultIdleMs = 15 * 60 * 1000;
const takeOverTimeoutMs = 10_000;
const retryMs = 20;

/** Serves the persistent cluster in this process until it is told to stop, or idle. Throws when another one serves in the foreground. */
export async function serveCluster(files: ClusterFiles, options: ServeOptions): Promise<ServeOutcome> {
  makeFolder(files);
  const identity = await loadIdentity(files);
  const held = await openDatabase(files, identity, options.mode);
  if (held === undefined) return 'alreadyServed';
  let database = held;
  for (;;) {
    const reason = await serveUntilTold(files, identity, database, options);
    if (reason !== 'reset') return reason;
    const cleared = sqlitePersistence(files.database);
    cleared.clear(cleared.load().revision);
    database = cleared;
  }
}

/** Whoever has the database serves; the operating system gives it up with the process. */
async function openDatabase(
  files: ClusterFiles,
  identity: ClusterIdentity,
  mode: ServeMode,
): Promise<Persistence | undefined> {
  const deadlineMs = Date.now() + takeOverTimeoutMs;
  let hasAsked = false;
  for (;;) {
    try {
      return sqlitePersistence(files.database);
    } catch (error) {
      if (!isHeldByAnother(error)) throw unreadable(files, error);
    }
    const status = readStatus(files);
    if (mode === 'background' && status !== undefined && (await isServing(status))) return undefined;
    if (mode === 'foreground' && status?.mode === 'foreground') {
      throw new Error(
        `the embedded cluster is already served in the foreground by process ${status.pid}; stop that one first`,
      );
    }
    if (Date.now() > deadlineMs) {
      throw new Error(
        `the embedded cluster in ${files.dir} is held by process ${status?.pid ?? '(unknown)'}, which does not stop; end it and try again`,
      );
    }
    // Without a status it is on its way up or down: either is soon over.
    if (mode === 'foreground' && !hasAsked && status !== undefined)
      hasAsked = await sendControl(status, identity, stopPath);
    await sleep(retryMs);
  }
}

function unreadable({ database }: ClusterFiles, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(
    `the embedded cluster's objects in ${database} cannot be read (${why}); "cluster reset" empties the cluster`,
    { cause: error },
  );
}

type EndReason = 'stopped' | 'idle' | 'reset';

async function serveUntilTold(
  files: ClusterFiles,
  identity: ClusterIdentity,
  database: Persistence,
  options: ServeOptions,
): Promise<EndReason> {
  const ended = Promise.withResolvers<EndReason>();
  const tell = options.onProblem ?? (options.mode === 'background' ? writeToLog : () => {});
  const cluster = createCluster({
    store: new ObjectStore(database, (error) => tell(`controllers: ${messageOf(error)}`)),
    identity,
    report: ({ controller, key, error }) => tell(`${controller} ${key}: ${messageOf(error)}`),
  });
  // One fault in one request or controller must not take the cluster from everybody else.
  const survive = (error: unknown) => tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (options.mode === 'background') process.on('uncaughtException', survive);
  const stop = () => ended.resolve('stopped');
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop();
  try {
    const listening = await listenOnLastPort(files, cluster, withControl(cluster.handle, ended.resolve));
    const { port } = listening.listener;
    replaceFile(files.kubeconfig, kubeconfigText({ port, caPem: identity.caPem, token: identity.token }));
    writePort(files, port);
    const startedAt = new Date().toISOString();
    const start = processStart(process.pid);
    writeStatus(files, {
      pid: process.pid,
      port,
      startedAt,
      version: options.version,
      mode: options.mode,
      ...(start !== undefined && { processStart: start }),
      ...(process.env[startVariable] !== undefined && { startedBy: process.env[startVariable] }),
    });
    options.onReady?.({ port, url: listening.url });
    const stopWaiting =
      options.mode === 'background' ? endWhenIdle(listening, options.idleMs ?? defaultIdleMs, ended.resolve) : () => {};
    const reason = await ended.promise;
    stopWaiting();
    return reason;
  } finally {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    process.off('uncaughtException', survive);
    options.signal?.removeEventListener('abort', stop);
    // First nobody new comes, then those who are here are served, then the database is free for another process.
    removeStatus(files);
    await cluster.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The log is the standard error of a process in the background. */
function writeToLog(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

/** A port that was just given up may take a moment; one that another program has taken is replaced. */
async function listenOnLastPort(files: ClusterFiles, cluster: Cluster, handle: Handler): Promise<ListeningCluster> {
  const lastPort = readLastPort(files);
  const attempts = 10;
  for (let attempt = 0; lastPort !== 0 && attempt < attempts; attempt++) {
    try {
      return await cluster.listen({ port: lastPort, handle });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') break;
      await sleep(retryMs);
    }
  }
  return cluster.listen({ port: 0, handle });
}

function withControl(handle: Handler, end: (reason: EndReason) => void): Handler {
  const ends: Record<string, EndReason> = { [stopPath]: 'stopped', [resetPath]: 'reset' };
  return async (request: KubeRequest): Promise<KubeResponse> => {
    const reason = request.method === 'POST' ? ends[request.url] : undefined;
    if (reason === undefined) return handle(request);
    setImmediate(() => end(reason));
    return jsonResponse(200, { accepted: true }, { connection: 'close' });
  };
}

function endWhenIdle({ listener }: ListeningCluster, idleMs: number, end: (reason: EndReason) => void): () => void {
  const timer = setInterval(
    () => {
      if (listener.activeRequests() === 0 && Date.now() - listener.lastActivityMs() >= idleMs) end('idle');
    },
    Math.max(10, Math.min(idleMs / 4, 30_000)),
  );
  timer.unref();
  return () => clearInterval(timer);
}
