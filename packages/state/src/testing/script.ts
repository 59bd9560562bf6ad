import { type JournalEntry, replay, Secret, type Snapshot, verifySnapshot } from '@radiant/model';
import { expect } from 'vitest';
import type { Backend } from '../backend/backend.ts';
import { CrashedError } from './memory-file-system.ts';
import { testStack, testState } from './states.ts';
import { testSecrets, testSuccess, testUpdate } from './test-backend.ts';

/* An operation for tests of durability: whatever meets it, everything whose append had resolved is there afterwards. */

const ref = testStack;

const script: readonly (readonly JournalEntry[])[] = [
  [{ kind: 'begin', step: 1, operation: 'creating', resource: testState('a') }],
  [
    { kind: 'end', step: 1, outcome: 'succeeded', changes: [{ kind: 'put', key: 'n0', state: testState('a') }] },
    { kind: 'change', changes: [{ kind: 'put', key: 'b0', state: testState('zero', { outputs: { x: 1 } }) }] },
    {
      kind: 'begin',
      step: 2,
      operation: 'creating',
      resource: testState('b', { inputs: { password: new Secret('hunter2') } }),
    },
  ],
  [
    {
      kind: 'end',
      step: 2,
      outcome: 'succeeded',
      changes: [{ kind: 'put', key: 'n1', state: testState('b', { outputs: { password: new Secret('hunter2') } }) }],
    },
  ],
  [{ kind: 'begin', step: 3, operation: 'deleting', resource: testState('a') }],
];

export const scriptEntries = script.flat();

export interface RunResult {
  /** How many entries were appended, and of these how many resolved, from the first. */
  readonly appended: number;
  readonly acknowledged: number;
  readonly base: Snapshot | undefined;
  readonly end: 'committed' | 'failed' | 'crashed';
}

/**
 * An `up` that does the script and stops at the first failure, as an engine would. `begun` is called where an engine
 * would now call the provider.
 */
export async function runScript(backend: Backend, begun: () => void = () => undefined): Promise<RunResult> {
  let appended = 0;
  let acknowledged = 0;
  let base: Snapshot | undefined;
  try {
    const operation = await backend.beginOperation(ref, testUpdate);
    base = operation.base;
    let failure: unknown;
    for (const entries of script) {
      const results = await Promise.allSettled(
        entries.map(async (entry) => {
          appended += 1;
          await operation.journal.append(entry);
          if (entry.kind === 'begin') begun();
        }),
      );
      const firstFailed = results.findIndex(({ status }) => status === 'rejected');
      acknowledged += firstFailed < 0 ? results.length : firstFailed;
      const rejected = results[firstFailed];
      if (rejected?.status === 'rejected') {
        failure = rejected.reason;
        break;
      }
    }
    if (failure instanceof CrashedError) throw failure;
    await operation.commit({ ...testSuccess, result: failure === undefined ? 'succeeded' : 'failed' });
    return { appended, acknowledged, base, end: 'committed' };
  } catch (error) {
    return { appended, acknowledged, base, end: error instanceof CrashedError ? 'crashed' : 'failed' };
  }
}

/** A stack with one resource, `zero`, made by an operation that met nothing. */
export async function prepareStack(backend: Backend): Promise<void> {
  await backend.createStack(ref, { secretsProvider: testSecrets });
  const operation = await backend.beginOperation(ref, testUpdate);
  await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state: testState('zero') }] });
  await operation.commit(testSuccess);
}

const before: Snapshot = { resources: [testState('zero')], pendingOperations: [] };

/** The snapshot is the one after some prefix of the script, and the prefix holds all that was acknowledged. */
export function expectNothingLost(snapshot: Snapshot, result: RunResult, where: string): void {
  expect(verifySnapshot(snapshot), where).toEqual([]);
  const least = result.end === 'committed' ? result.appended : result.acknowledged;
  const possible: Snapshot[] = [];
  for (let count = least; count <= result.appended; count += 1)
    possible.push(replay(before, scriptEntries.slice(0, count)));
  expect(possible, where).toContainEqual(snapshot);
}
