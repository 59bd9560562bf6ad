// Measures one shape at one size, in a process of its own: `node --expose-gc child.ts SHAPE COUNT`. Prints JSON.
import { type Cost, measurePhases, type Phase, phases } from './operate.ts';
import { type Shape, shapes } from './shapes.ts';

const [shape, count] = [process.argv[2] as Shape, Number(process.argv[3])];
if (!shapes.includes(shape) || !(count > 0)) throw new Error('usage: child.ts SHAPE COUNT');

/** The compiler has its say first: it would be most of a small stack's time. */
const warmUpCount = 20_000;
for (let done = 0; done < warmUpCount; done += 1000) await measurePhases(shape, 1000);

/** A small stack is taken through often enough that one tick of the clock or of the collector is not seen. */
const rounds = Math.max(1, Math.floor(20_000 / count));
const measured: { readonly [phase in Phase]: Cost }[] = [];
for (let round = 0; round < rounds; round += 1) measured.push(await measurePhases(shape, count));

const mean = (pick: (cost: Cost) => number, phase: Phase) =>
  measured.reduce((sum, costs) => sum + pick(costs[phase]), 0) / rounds / count;
const perResource = Object.fromEntries(
  phases.map((phase) => [
    phase,
    {
      cpuMicros: mean(({ cpuMs }) => cpuMs, phase) * 1000,
      wallMicros: mean(({ wallMs }) => wallMs, phase) * 1000,
      heapBytes: mean(({ heapBytes }) => heapBytes, phase),
    },
  ]),
);
console.log(JSON.stringify(perResource));
