// `npm run fuzz -- --seed N [--runs M] [--seconds S] [--path P]`: looks for scenarios that break an invariant of the engine.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { describeScenario, testOf } from './describe.ts';
import { scenarios } from './generate.ts';
import { firstViolations } from './violations.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    path: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const numRuns = Number(values.runs);
console.log(`seed ${seed}, ${numRuns} scenarios`);

let count = 0;
const property = fc.asyncProperty(scenarios, async (scenario) => {
  count += 1;
  if (count % 500 === 0) console.log(`${count} scenarios`);
  const violations = await firstViolations(scenario);
  if (violations.length > 0) throw new Error(violations.join('\n'));
});
const details = await fc.check(property, {
  seed,
  numRuns,
  ...(values.path === undefined ? {} : { path: values.path }),
  ...(values.seconds === undefined ? {} : { interruptAfterTimeLimit: Number(values.seconds) * 1000 }),
});

if (!details.failed || details.counterexample === null) {
  console.log(`${details.numRuns} scenarios, and every invariant held`);
} else {
  const [scenario] = details.counterexample;
  const violations = await firstViolations(scenario);
  console.log(`\n${violations.join('\n')}\n\n${describeScenario(scenario)}\n`);
  console.log(`As a test:\n\n${testOf(scenario, violations)}\n`);
  console.log(`Again:\n    npm run fuzz -- --seed ${seed} --path ${details.counterexamplePath}`);
  process.exitCode = 1;
}
