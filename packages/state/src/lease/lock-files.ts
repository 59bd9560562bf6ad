import { OperationError } from '@radiant/model';
import { baseName, type Durability, type Store } from '../store/store.ts';
import type { Holder } from './lease.ts';

/*
 * Lock files are how Pulumi's own CLI keeps a second operation out (Pulumi: pkg/backend/diy/lock.go). Ours, marked
 * by their name, keep it out while an operation runs or a journal waits; those it writes are respected.
 */

export interface LockFile {
  readonly key: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** RFC 3339. */
  readonly since: string;
  /** What runs, where the lock says so: those of Pulumi do not. */
  readonly operation?: string | undefined;
  /** The fencing token of the operation that made it; undefined for one that Pulumi made. */
  readonly token: number | undefined;
}

/** What people are told of a lock. */
export type HeldLock = Omit<LockFile, 'token'>;

export async function readLockFiles(store: Store, folder: string): Promise<readonly LockFile[]> {
  const names = (await store.list(folder)).filter(({ name, kind }) => kind === 'object' && name.endsWith('.json'));
  const locks = await Promise.all(names.map(({ name }) => readLockFile(store, `${folder}/${name}`)));
  return locks.filter((lock) => lock !== undefined);
}

async function readLockFile(store: Store, key: string): Promise<LockFile | undefined> {
  const object = await store.get(key);
  if (object === undefined) return undefined;
  let json: Record<string, unknown> = {};
  try {
    json = Object(JSON.parse(Buffer.from(object.bytes).toString())) as Record<string, unknown>;
  } catch {
    // A lock that cannot be read is still a lock.
  }
  return {
    key,
    user: textOf(json.username) ?? 'unknown',
    host: textOf(json.hostname) ?? 'unknown',
    pid: typeof json.pid === 'number' ? json.pid : 0,
    since: textOf(json.timestamp) ?? new Date(object.modifiedMs).toISOString(),
    operation: textOf(json.operation),
    token: tokenOf(baseName(key)),
  };
}

/** It is shown to people, and anybody who reaches the store may have written it. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replaceAll(/\p{Control}/gu, '?') : undefined;
}

/** The name tells whose it is, because after a power failure the content may not. */
export function lockKey(folder: string, { token, run }: Holder): string {
  return `${folder}/radiant-${token}-${run}.json`;
}

function tokenOf(name: string): number | undefined {
  const match = /^radiant-(\d+)-/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

export async function writeLockFile(
  store: Store,
  folder: string,
  holder: Holder,
  durability: Durability,
): Promise<void> {
  const lock = {
    pid: holder.process.pid,
    username: holder.user,
    hostname: holder.process.host,
    timestamp: new Date(holder.claimedAtMs).toISOString(),
    operation: holder.operation,
  };
  await store.put(lockKey(folder, holder), Buffer.from(JSON.stringify(lock)), durability);
}

/** Whose claim it is; undefined when it cannot be read (yet). */
export function describeHolder(locks: string, holder: Holder | undefined): HeldLock {
  if (holder === undefined) return { key: locks, user: 'unknown', host: 'unknown', pid: 0, since: 'an unknown time' };
  return {
    key: lockKey(locks, holder),
    user: textOf(holder.user)!,
    host: textOf(holder.process.host)!,
    pid: holder.process.pid,
    since: new Date(holder.claimedAtMs).toISOString(),
    operation: textOf(holder.operation),
  };
}

/**
 * The words that SDKs look for (Automation API: ConcurrentUpdateError), with who holds the stack and since when, and how
 * long it was waited for in vain.
 */
export function lockHeldError(store: Store, locks: readonly HeldLock[], waitedMs?: number): OperationError {
  const lines = locks.map(
    ({ key, user, host, pid, since }) => `  ${store.locate(key)}: created by ${user}@${host} (pid ${pid}) at ${since}`,
  );
  return new OperationError({
    code: 'STATE_LOCK_HELD',
    summary:
      `the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or ` +
      'delete the lock file with `pulumi cancel`.',
    detail: [...lines, ...(waitedMs === undefined ? [] : [waitedText(waitedMs)])].join('\n'),
  });
}

function waitedText(waitedMs: number): string {
  return `It was waited for ${Math.round(waitedMs / 1000)} seconds.`;
}
