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
  scope: ['in', 'out'],
};

function everyCombination(): StepFacts[] {
  let combinations: Partial<StepFacts>[] = [{}];
  for (const [fact, options] of Object.entries(values))
    combinations = combinations.flatMap((partial) => options.map((option) => ({ ...partial, [fact]: option })));
  return combinations as StepFacts[];
}

test('exactly one row of the decision table fits every combination of facts', () => {
  const combinations = everyCombination();
  expect(combinations).toHaveLength(5 * 3 * 3 * 2 * 4 * 2 * 2 * 2 * 2);
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
    if (facts.record === 'gone') expect(['recreate', 'import', 'read', 'leave']).toContain(decideStep(facts));
});

test('nothing that is not to be touched is changed, whatever else holds', () => {
  for (const facts of everyCombination())
    if (facts.scope === 'out' && facts.goal !== 'external') expect(['leave', 'skip']).toContain(decideStep(facts));
});

test('the table, one sentence per row', () => {
  expect(decisionTable.map((row) => `${row.decision}: ${row.label}`)).toMatchInlineSnapshot(`
    [
      "create: a component that is new is recorded",
      "create: a resource that is new is created",
      "import: an existing thing that we have no record of is adopted",
      "recreate: what was deleted to be made again is made again",
      "recreate: a component that was deleted to be made again is recorded again",
      "import-replacement: an adopted thing takes the place of one that was only read",
      "import-replacement: an adopted thing takes the place of the one we own",
      "refuse-protected: an adopted thing does not take the place of a protected one",
      "replace-create-first: what was only read and is now ours is created; the other owner keeps his",
      "replace-create-first: a component takes the place of what was only read",
      "replace-create-first: a component that becomes a resource is replaced by it",
      "replace-delete-first: a component that becomes a resource is replaced by it, the old first when asked for",
      "refuse-protected: a protected component does not become a resource",
      "replace-create-first: a resource that becomes a component is replaced by it",
      "replace-delete-first: a resource that becomes a component is replaced by it, the old first when asked for",
      "refuse-protected: a protected resource does not become a component",
      "same: a resource that is as declared is left alone",
      "same-with-new-metadata: a resource that differs only in what the provider never sees is recorded anew",
      "update: a resource that never became ready is updated, so that it is awaited again",
      "update: a resource that differs is updated",
      "refuse-protected: a protected resource is not replaced",
      "refuse-imported: an adopted resource is not replaced while the program still names the id to adopt",
      "replace-create-first: a resource that cannot be changed in place is created anew, then the old one deleted",
      "replace-delete-first: a resource that cannot stand beside its successor is deleted first",
      "same: a component that is as declared is left alone",
      "same-with-new-metadata: a component that differs only in what the provider never sees is recorded anew",
      "update: a component that never became ready is updated, so that it is awaited again",
      "update: a component that differs is updated",
      "refuse-protected: a protected component is not replaced",
      "replace-create-first: a component that cannot be changed in place is created anew, then the old one deleted",
      "replace-delete-first: a component that cannot stand beside its successor is deleted first",
      "read: what is not recorded is read",
      "read: what was read before is read again",
      "read-replacement: another thing read under the same name takes its place",
      "read: what we owned and is now only read is let go: it stays as it is, and is no longer ours to delete",
      "read-replacement: what we owned is given up for another thing that is read",
      "refuse-protected: a protected resource is not given up for another thing",
      "read-replacement: a component is given up for a thing that is read",
      "refuse-protected: a protected component is not given up for a thing that is read",
      "leave: what is recorded and not to be touched stays as it is recorded",
      "leave: what is ours and not to be touched is not given up for what is read",
      "skip: what is new and not to be touched is not made",
    ]
  `);
});
