// The engine alone: no SDK, a provider that does nothing, a journal that forgets. Each figure is from a process of its own.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { JournalCost } from './engine/journal.ts';
import type { Phase } from './engine/operate.ts';
import { shapes } from './engine/shapes.ts';
import { repository } from './programs.ts';

const run = promisify(execFile);

const sizes = [1000, 10_000, 50_000] as const;
const journalSizes = [100, 1000, 10_000] as const;

interface PerResource {
  readonly cpuMicros: number;
  readonly heapBytes: number;
}

type Costs = { readonly [phase in Phase]: PerResource };

/** Without letting go of compiled code meanwhile, which would hide what a small stack holds. */
async function child<Result>(script: string, ...args: readonly string[]): Promise<Result> {
  const file = path.join(repository, 'tests/bench/engine', script);
  const { stdout } = await run(process.execPath, ['--expose-gc', '--no-flush-bytecode', file, ...args]);
  return JSON.parse(stdout) as Result;
}

const alone: { readonly shape: string; readonly count: number; readonly costs: Costs }[] = [];
for (const shape of shapes)
  for (const count of sizes) alone.push({ shape, count, costs: await child<Costs>('child.ts', shape, `${count}`) });

const journaled: { readonly count: number; readonly cost: JournalCost }[] = [];
for (const count of journalSizes)
  journaled.push({ count, cost: await child<JournalCost>('journal-child.ts', `${count}`) });

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ alone, journaled }, null, 2));
} else {
  console.log(
    `| the engine alone: per resource | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} | ratio |`,
  );
  console.log(`|---|${'---|'.repeat(sizes.length + 1)}`);
  for (const shape of shapes) {
    const rows = alone.filter((row) => row.shape === shape).map(({ costs }) => costs);
    for (const phase of Object.keys(rows[0]!) as Phase[]) {
      printRow(
        `${phase}, ${shape}: CPU`,
        'µs',
        rows.map((costs) => costs[phase].cpuMicros),
      );
      if (phase === 'create' || phase === 'no-op up')
        printRow(
          `${phase}, ${shape}: memory`,
          'kB',
          rows.map((costs) => costs[phase].heapBytes / 1000),
        );
    }
  }
  console.log(
    `\n| the journal: per resource created | ${journalSizes.map((size) => size.toLocaleString('en')).join(' | ')} | ratio |`,
  );
  console.log(`|---|${'---|'.repeat(journalSizes.length + 1)}`);
  const costs = journaled.map(({ cost }) => cost);
  printRow(
    'CPU to journal it',
    'µs',
    costs.map(({ appendMicros }) => appendMicros),
  );
  printRow(
    'CPU to make it part of the checkpoint',
    'µs',
    costs.map(({ commitMicros }) => commitMicros),
  );
  printRow(
    'size in the journal',
    'B',
    costs.map(({ bytes }) => bytes),
  );
}

function printRow(what: string, unit: string, values: readonly number[]): void {
  const shown = values.map((value) => `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`);
  console.log(`| ${what} | ${shown.join(' | ')} | ${(values.at(-1)! / values[0]!).toFixed(2)} |`);
}
