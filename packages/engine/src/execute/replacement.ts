import type { ResourceState, SnapshotChange, StateKey } from '@radiant/model';
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
