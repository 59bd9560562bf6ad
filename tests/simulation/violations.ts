import { violationsOf } from './invariants/index.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** Runs a scenario up to the first operation that breaks an invariant, and says what it broke. */
export async function firstViolations(scenario: Scenario): Promise<readonly string[]> {
  let number = 0;
  for await (const episode of runScenario(scenario)) {
    number += 1;
    const violations = violationsOf(episode);
    const { kind, isPreview } = episode.observation;
    if (violations.length > 0)
      return violations.map((violation) => `operation ${number} (${isPreview ? 'preview' : kind}): ${violation}`);
  }
  return [];
}
