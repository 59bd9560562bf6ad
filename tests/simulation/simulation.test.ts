import fc from 'fast-check';
import { test } from 'vitest';
import { scenarios } from './generate.ts';
import { firstViolations } from './violations.ts';

/** `SIMULATION_RUNS=5000 SIMULATION_SEED=7` searches further than CI does; `npm run fuzz` shows what it finds. */
const numRuns = Number(process.env.SIMULATION_RUNS ?? 200);
const seed = Number(process.env.SIMULATION_SEED ?? 7);

test('whatever programs, records, failures, interrupts and crashes come, every operation keeps the invariants', async () => {
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const violations = await firstViolations(scenario);
    if (violations.length > 0) throw new Error(violations.join('\n'));
  });
  await fc.assert(property, { numRuns, seed });
});
