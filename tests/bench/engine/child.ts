// Measures one shape at one size, in a process of its own: `node --expose-gc child.ts SHAPE COUNT`. Prints JSON.
import { type Cost, measurePhases, type Phase, phases } from './operate.ts';
import { type Shape, shapes } from './shapes.ts';

const [shape, count] = [process.argv[2] as Shape, Number(process.argv[3])];
if (!shapes.includes(shape) || !(count > 0)) throw new Error('usage: child.ts SHAPE COUNT');

/** The compiler has its say first: it would be most of a small stack's time. */
const warmUpCount = 20_000;
for (let done = 0; done < warmUpCount; done += 1000) await measurePhases('time', shape, 1000);

/** A small stack is taken through often enough that the collector has its share, as in a long run of a large one. */
const rounds = Math.max(1, Math.floor(50_000 / count));
const measured: { readonly [phase in Phase]: Cost }[] = [];
for (let round = 0; round < rounds; round += 1) measured.push(await measurePhases('time', shape, count));

/** What a small stack holds is little beside what the runtime keeps or lets go of by the way. */
const looks: { readonly [phase in Phase]: Cost }[] = [];
for (let look = 0; look < Math.min(rounds, 9); look += 1) looks.push(await measurePhases('memory', shape, count));
const heldBytes = (phase: Phase) => {
  const sorted = looks.map((costs) => costs[phase].heapBytes).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
};

const cpuMs = (phase: Phase) => measured.reduce((sum, costs) => sum + costs[phase].cpuMs, 0);
const perResource = Object.fromEntries(
  phases.map((phase) => [
    phase,
    { cpuMicros: (cpuMs(phase) / rounds / count) * 1000, heapBytes: heldBytes(phase) / count },
  ]),
);
console.log(JSON.stringify(perResource));
