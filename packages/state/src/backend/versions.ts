import { OperationError } from '@radiant/model';
import type { Store } from '../store/store.ts';
import { hashOf, type StoredCheckpoint } from './checkpoint.ts';
import { historyNames, stampOf } from './history.ts';
import { type CheckpointSuffix, checkpointSuffixes, historyFolder } from './layout.ts';
import type { StackRef } from './names.ts';

/**
 * The checkpoint that the operation of this version (1 is the oldest) left behind: its own copy, or, when it changed
 * nothing, the one before. Throws `STACK_VERSION_NOT_FOUND`, `STACK_VERSION_NOT_KEPT`.
 */
export async function readVersion(store: Store, ref: StackRef, version: number): Promise<StoredCheckpoint> {
  const names = (await store.list(historyFolder(ref))).map(({ name }) => name);
  const entries = historyNames(names);
  const entry = entries[version - 1];
  if (entry === undefined) throw noSuchVersion(ref, version, entries.length);
  const copies = names
    .flatMap((name) => copyOf(name))
    .filter(({ stamp }) => stamp <= stampOf(entry))
    .sort((a, b) => (a.stamp < b.stamp ? 1 : -1));
  const copy = copies[0];
  const key = `${historyFolder(ref)}/${copy?.name}`;
  const object = copy === undefined ? undefined : await store.get(key);
  if (copy === undefined || object === undefined) throw notKept(ref, version);
  return { key, suffix: copy.suffix, bytes: object.bytes, tag: object.tag, hash: hashOf(object.bytes) };
}

interface CheckpointCopy {
  readonly name: string;
  readonly stamp: bigint;
  readonly suffix: CheckpointSuffix;
}

function copyOf(name: string): readonly CheckpointCopy[] {
  const match = /-(\d+)\.checkpoint(\.json(?:\.gz|\.zst)?)$/.exec(name);
  const suffix = checkpointSuffixes.find((known) => known === match?.[2]);
  return match === null || suffix === undefined ? [] : [{ name, stamp: BigInt(match[1]!), suffix }];
}

function noSuchVersion({ stack }: StackRef, version: number, count: number): OperationError {
  return new OperationError({
    code: 'STACK_VERSION_NOT_FOUND',
    summary: `the stack '${stack}' has no version ${version}`,
    detail: count === 0 ? 'It has never been updated.' : `Its history has versions 1 to ${count}.`,
    remedy: `See what there is:\n    radiant stack history --stack ${stack}`,
  });
}

function notKept({ stack }: StackRef, version: number): OperationError {
  return new OperationError({
    code: 'STACK_VERSION_NOT_KEPT',
    summary: `the state of stack '${stack}' after version ${version} was not kept`,
    detail: 'Neither that operation nor one before it has left a copy of the checkpoint in the history.',
    remedy: `Choose a later version:\n    radiant stack history --stack ${stack}`,
  });
}
