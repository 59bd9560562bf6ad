import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scenarios } from './generate.ts';
import { runScenario } from './run-scenario.ts';

test('the same scenario happens the same way again, event by event and record by record', async () => {
  for (const scenario of fc.sample(scenarios, { seed: 11, numRuns: 20 }))
    expect(await trace(scenario)).toEqual(await trace(scenario));
});

async function trace(scenario: Parameters<typeof runScenario>[0]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { observation } of runScenario(scenario))
    lines.push(JSON.stringify(observation.events), JSON.stringify(observation.journal), observation.result);
  return lines;
}
