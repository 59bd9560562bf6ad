// What one step writes, and how long that takes, in stacks of several sizes. Each figure is from a process of its own.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from './programs.ts';
import type { StepCost } from './state/step-child.ts';

const run = promisify(execFile);

const sizes = [100, 1000, 10_000] as const;

const rows = {
  'one step: bytes': ({ step }) => step.bytes,
  'one step: µs': ({ step }) => step.micros,
  'no-op operation: bytes': ({ noOp }) => noOp.bytes,
  'no-op operation, which reads the stack: µs': ({ noOp }) => noOp.micros,
  'end of an operation that changed something: bytes': ({ commit }) => commit.bytes,
  'end of an operation that changed something: bytes copied': ({ commit }) => commit.copiedBytes,
  'end of an operation that changed something: µs': ({ commit }) => commit.micros,
} satisfies Record<string, (cost: StepCost) => number>;

const costs: StepCost[] = [];
for (const size of sizes) {
  const { stdout } = await run(process.execPath, [path.join(repository, 'tests/bench/state/step-child.ts'), `${size}`]);
  costs.push(JSON.parse(stdout) as StepCost);
}

if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify(
      sizes.map((size, index) => ({ size, ...costs[index] })),
      null,
      2,
    ),
  );
} else {
  console.log(`| the state: in a stack of | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} | ratio |`);
  console.log(`|---|${'---|'.repeat(sizes.length + 1)}`);
  for (const [what, pick] of Object.entries(rows)) {
    const values = costs.map(pick);
    const shown = values.map((value) => Math.round(value).toLocaleString('en'));
    console.log(`| ${what} | ${shown.join(' | ')} | ${(values.at(-1)! / values[0]!).toFixed(2)} |`);
  }
}
