import { expect, test } from 'vitest';
import { decideStep, decisionTable, fits, type StepFacts } from './decide-step.ts';

const values: { readonly [fact in keyof StepFacts]: readonly StepFacts[fact][] } = {
  record: ['none', 'managed', 'external', 'component', 'gone'],
  goal: ['managed', 'component', 'external'],
  adoption: ['none', 'wanted', 'done'],
  identity: ['same', 'other'],
  difference: ['none', 'metadata', 'update', 'replace'],
  readiness: ['ready', 'not-ready'],
  order: ['create-first', 'delete-first'],
  guard: ['free', 'protected'],
};

function everyCombination(): StepFacts[] {
  let combinations: Partial<StepFacts>[] = [{}];
  for (const [fact, options] of Object.entries(values))
    combinations = combinations.flatMap((partial) => options.map((option) => ({ ...partial, [fact]: option })));
  return combinations as StepFacts[];
}

test('exactly one row of the decision table fits every combination of facts', () => {
  const combinations = everyCombination();
  expect(combinations).toHaveLength(5 * 3 * 3 * 2 * 4 * 2 * 2 * 2);
  for (const facts of combinations) {
    const rows = decisionTable.filter((row) => fits(row, facts)).map((row) => row.label);
    expect(rows, JSON.stringify(facts)).toHaveLength(1);
  }
});

test('every row of the decision table is reached, and no two have the same label', () => {
  const reached = new Set(everyCombination().map((facts) => decisionTable.find((row) => fits(row, facts))?.label));
  expect([...reached].sort()).toEqual(decisionTable.map((row) => row.label).sort());
});

test('what is protected is never deleted, replaced or given up, whatever else holds', () => {
  for (const facts of everyCombination()) {
    if (facts.guard !== 'protected' || facts.record === 'external') continue;
    const refused = ['replace-create-first', 'replace-delete-first', 'read-replacement', 'import-replacement'];
    expect(refused, JSON.stringify(facts)).not.toContain(decideStep(facts));
  }
});

test('what is gone is never deleted again', () => {
  for (const facts of everyCombination())
    if (facts.record === 'gone') expect(['recreate', 'import', 'read']).toContain(decideStep(facts));
});

test('the table, one sentence per row', () => {
  expect(decisionTable.map((row) => `${row.decision}: ${row.label}`)).toMatchInlineSnapshot();
});
