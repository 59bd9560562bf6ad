/* Run by process.test.ts: counts up in a stack that others count up too, for as long as it is told. */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError, type ResourceState } from '@radiant/model';
import { testStack, testState } from './states.ts';
import { openTestBackendAt, testSuccess, testUpdate } from './test-backend.ts';

const [url, durationMs, leaseTtlMs] = process.argv.slice(2) as [string, string, string];
const backend = openTestBackendAt(url, { leaseTtlMs: Number(leaseTtlMs), heartbeatMs: Number(leaseTtlMs) / 5 });

function counterOf(states: readonly ResourceState[]): number {
  return Number(states[0]?.outputs.count ?? 0);
}

async function countUp(): Promise<void> {
  const operation = await backend.beginOperation(testStack, testUpdate);
  const count = counterOf(operation.base.resources) + 1;
  const key = count === 1 ? 'n0' : 'b0';
  const state = testState('counter', { outputs: { count } });
  try {
    await operation.journal.append({ kind: 'begin', step: 1, operation: 'updating', resource: state });
    writeSync(1, `began ${count}\n`);
    await operation.journal.append({
      kind: 'end',
      step: 1,
      outcome: 'succeeded',
      changes: [{ kind: 'put', key, state }],
    });
    writeSync(1, `recorded ${count}\n`);
  } catch (error) {
    await operation.abandon();
    throw error;
  }
  await operation.commit(testSuccess);
  writeSync(1, `committed ${count}\n`);
}

/** What may befall it, and what it says then. */
const expected: { readonly [code: string]: string } = {
  STATE_LOCK_HELD: 'refused',
  STATE_LEASE_LOST: 'fenced',
  STATE_STORE_TOO_SLOW: 'slow',
};
const endMs = Date.now() + Number(durationMs);
while (Date.now() < endMs) {
  try {
    await countUp();
  } catch (error) {
    const word = error instanceof OperationError ? expected[error.code] : undefined;
    if (word === undefined) throw error;
    writeSync(1, `${word}\n`);
    await sleep(Math.random() * 10);
  }
}
