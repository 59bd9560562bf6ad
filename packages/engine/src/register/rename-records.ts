import type { SnapshotChange, Urn } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import type { Registration } from './registration.ts';

/**
 * A resource found by an alias takes its new URN, and with it everything that refers to it. Generations that wait for
 * their deletion go along: their dependents name them by the same URN.
 */
export async function renameRecords({ ledger }: Operation, { urn, goal }: Registration, from: Urn): Promise<void> {
  const puts = ledger.generations(from).map((generation): SnapshotChange => {
    const renamed = { ...ledger.current(generation), urn, type: goal.type };
    return { kind: 'put', key: generation, state: renamed };
  });
  await ledger.change([...puts, { kind: 'rename', from, to: urn }]);
}
