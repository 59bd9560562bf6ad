/* Run by process.test.ts: records steps as fast as it can and says which are durable, until it is killed. */
import { writeSync } from 'node:fs';
import { testStack, testState } from './states.ts';
import { openTestBackendAt, testUpdate } from './test-backend.ts';

const [url, prefix] = process.argv.slice(2) as [string, string];
const backend = openTestBackendAt(url);
const operation = await backend.beginOperation(testStack, testUpdate);
writeSync(1, `began with ${operation.base.resources.length}\n`);

async function step(number: number): Promise<void> {
  const resource = testState(`${prefix}-${number}`, { outputs: { filler: 'x'.repeat(500) } });
  await operation.journal.append({ kind: 'begin', step: number, operation: 'creating', resource });
  await operation.journal.append({
    kind: 'end',
    step: number,
    outcome: 'succeeded',
    changes: [{ kind: 'put', key: `n${number}`, state: resource }],
  });
  writeSync(1, `durable ${prefix}-${number}\n`);
}

let next = 0;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (;;) await step(next++);
  }),
);
