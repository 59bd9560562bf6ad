import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterIdentity, createIdentity } from './identity.ts';

/** What a served cluster says of itself in `status.json`; the file is there while it serves. */
export interface ServerStatus {
  readonly pid: number;
  readonly port: number;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Of the program that serves. */
  readonly version: string;
  readonly mode: ServeMode;
  /** When the operating system started the process, in its own words, where it says so: another process may get the same pid later. */
  readonly processStart?: string;
  /** What `startVariable` said when it was started: which of several starters at once it belongs to. */
  readonly startedBy?: string;
}

/** Environment variable by which a starter recognises the server it started, through whatever launcher. */
export const startVariable = 'EMBEDDED_CLUSTER_START';

export type ServeMode = 'background' | 'foreground';

/** Where a persistent cluster keeps what. */
export interface ClusterFiles {
  readonly dir: string;
  readonly database: string;
  readonly identity: string;
  readonly kubeconfig: string;
  readonly status: string;
  readonly port: string;
  readonly log: string;
}

export function clusterFiles(dir: string): ClusterFiles {
  return {
    dir,
    database: join(dir, 'objects.db'),
    identity: join(dir, 'identity.json'),
    kubeconfig: join(dir, 'kubeconfig'),
    status: join(dir, 'status.json'),
    port: join(dir, 'port'),
    log: join(dir, 'server.log'),
  };
}

/** Only the owner may look: the folder holds the key and the token. */
export function makeFolder({ dir }: ClusterFiles): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
}

/** Made once; when two processes make one at the same time, both get the same. */
export async function loadIdentity(files: ClusterFiles): Promise<ClusterIdentity> {
  const known = readIdentity(files);
  if (known !== undefined) return known;
  const draft = `${files.identity}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(await createIdentity(), undefined, 2), { mode: 0o600 });
  try {
    linkSync(draft, files.identity);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readIdentity(files)!;
}

/** Undefined when the cluster has never been served. */
export function readIdentity(files: ClusterFiles): ClusterIdentity | undefined {
  const text = readIfThere(files.identity);
  return text === undefined ? undefined : (JSON.parse(text) as ClusterIdentity);
}

export function readStatus(files: ClusterFiles): ServerStatus | undefined {
  const text = readIfThere(files.status);
  return text === undefined ? undefined : (JSON.parse(text) as ServerStatus);
}

export function writeStatus(files: ClusterFiles, status: ServerStatus): void {
  replaceFile(files.status, `${JSON.stringify(status)}\n`);
}

/** Ours only: whoever took over has written its own. */
export function removeStatus(files: ClusterFiles): void {
  if (readStatus(files)?.pid === process.pid) rmSync(files.status, { force: true });
}

/** The port of the last time, so that kubeconfigs in use stay valid; 0 when there was none. */
export function readLastPort(files: ClusterFiles): number {
  const port = Number(readIfThere(files.port) ?? 0);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
}

export function writePort(files: ClusterFiles, port: number): void {
  replaceFile(files.port, `${port}\n`);
}

/** Atomically, readable by the owner only. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
