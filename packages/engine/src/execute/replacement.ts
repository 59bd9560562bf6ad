import type { ProviderCapabilities, ResourceState, SnapshotChange, StateKey } from '@radiant/model';
import type { Comparison } from '../compare/compare-resource.ts';
import type { Ledger } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { runStep } from './run-step.ts';

/** A place for a record that this operation makes; nobody else may decide on it. */
export function claimNewKey({ ledger, claimed }: Operation): StateKey {
  const key = ledger.newKey();
  claimed.add(key);
  return key;
}

/**
 * Says that a record's thing is to go. Its protection is gone: the program has agreed to the replacement. The record is
 * taken as it reads now, since others may have been renamed meanwhile.
 */
export function supersede(ledger: Ledger, key: StateKey): SnapshotChange {
  return { kind: 'put', key, state: { ...ledger.current(key), disposition: 'superseded', isProtected: false } };
}

/**
 * What becomes of the record that `successor` takes the place of. Where ids name things, one that was lost and is made
 * again by the same name is one thing: to delete the old one later would delete the new one. Elsewhere ids may all be the
 * same, and whoever gives them is told to delete as often as he has created.
 */
export function handOver(
  ledger: Ledger,
  key: StateKey,
  successor: ResourceState,
  capabilities: ProviderCapabilities | undefined,
): SnapshotChange {
  const { ownership, id, type, provider } = ledger.current(key);
  const isSameThing =
    capabilities?.hasUniqueIds === true &&
    ownership === 'managed' &&
    id === successor.id &&
    type === successor.type &&
    provider === successor.provider;
  return isSameThing ? { kind: 'drop', key } : supersede(ledger, key);
}

/** The step that people see of a replacement; its halves do the work. */
export async function replaceMarker(
  operation: Operation,
  comparison: Comparison,
  old: ResourceState,
  current: ResourceState,
): Promise<void> {
  const step = stepInfo('replace', { old, new: current }, comparison);
  await runStep(operation, step, async () => ({ step }));
}
