import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** Where and what a process is: enough for another to tell later, on the same machine, whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  /** The boot and the process-id namespace that `pid` belongs to; empty where the system does not tell. */
  readonly realm: string;
  readonly pid: number;
  /** In the system's own unit; tells a process from a later one of the same id. Empty where the system does not tell. */
  readonly startedAt: string;
}

/** `unknown`: it ran elsewhere, or the system does not tell. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** What a lease needs to know of processes: the real ones in the product, made-up ones in tests. */
export interface Processes {
  self(): Promise<ProcessIdentity>;
  livenessOf(identity: ProcessIdentity): Promise<Liveness>;
}

export const systemProcesses: Processes = {
  self: () => {
    own ??= identify(process.pid);
    return own;
  },
  livenessOf: async (identity) => {
    const self = await systemProcesses.self();
    if (identity.host !== self.host || identity.realm !== self.realm) return 'unknown';
    if (!isRunning(identity.pid)) return 'dead';
    const startedAt = await startOf(identity.pid);
    if (startedAt === 'ended') return 'dead';
    return startedAt === identity.startedAt || identity.startedAt === '' || startedAt === '' ? 'alive' : 'dead';
  },
};

let own: Promise<ProcessIdentity> | undefined;

async function identify(pid: number): Promise<ProcessIdentity> {
  const [realm, startedAt] = await Promise.all([readRealm(), startOf(pid)]);
  return { host: hostname(), realm, pid, startedAt };
}

async function readRealm(): Promise<string> {
  const parts = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** `ended` for a process that only waits to be reaped; empty when the system does not tell. */
async function startOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return await linuxStartOf(pid);
  if (process.platform === 'win32') return '';
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } });
    return stdout.trim();
  } catch {
    return '';
  }
}

async function linuxStartOf(pid: number): Promise<string> {
  try {
    // The command, in parentheses, may hold spaces; state is the first field after it and the start the twentieth.
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
