// Measures the journal at one size, in a process of its own: `node journal-child.ts COUNT`. Prints JSON.
import { type JournalCost, measureJournal } from './journal.ts';

const count = Number(process.argv[2]);
if (!(count > 0)) throw new Error('usage: journal-child.ts COUNT');

for (let round = 0; round < 5; round += 1) await measureJournal(1000);
const rounds = Math.max(1, Math.floor(10_000 / count));
const costs: JournalCost[] = [];
for (let round = 0; round < rounds; round += 1) costs.push(await measureJournal(count));

const mean = (pick: (cost: JournalCost) => number) => costs.reduce((sum, cost) => sum + pick(cost), 0) / rounds;
const cost: JournalCost = {
  appendMicros: mean(({ appendMicros }) => appendMicros),
  commitMicros: mean(({ commitMicros }) => commitMicros),
  bytes: mean(({ bytes }) => bytes),
};
console.log(JSON.stringify(cost));
