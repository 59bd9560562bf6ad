import { assert } from '@radiant/model';

/** Everything that what to do with one declared resource depends on. */
export interface StepFacts {
  /**
   * What is recorded under its URN. `gone`: it was deleted to be made again, in this operation or in one that was
   * interrupted.
   */
  readonly record: 'none' | 'managed' | 'external' | 'component' | 'gone';
  /** What the program declares: `external` is a read of something that somebody else owns. */
  readonly goal: 'managed' | 'component' | 'external';
  /** `wanted`: an existing thing is to be adopted by its id. `done`: the option still stands from an earlier adoption. */
  readonly adoption: 'none' | 'wanted' | 'done';
  /** Whether the id to read is the recorded one; matters to what is read only. */
  readonly identity: 'same' | 'other';
  /** `metadata`: only what the provider never sees. */
  readonly difference: 'none' | 'metadata' | 'update' | 'replace';
  /** `not-ready`: it exists, but an earlier step ended before it was as it should be. */
  readonly readiness: 'ready' | 'not-ready';
  readonly order: 'create-first' | 'delete-first';
  /** `protected`: recorded as protected and still declared so. */
  readonly guard: 'free' | 'protected';
  /**
   * `out`: this operation is not to touch it, since it is no target, or since the program only runs to be heard. To read
   * touches nothing, unless what is ours would be given up for it.
   */
  readonly scope: 'in' | 'out';
}

export type StepDecision =
  | 'create'
  | 'same'
  | 'same-with-new-metadata'
  | 'update'
  | 'replace-create-first'
  | 'replace-delete-first'
  | 'recreate'
  | 'import'
  | 'import-replacement'
  | 'read'
  | 'read-replacement'
  | 'refuse-protected'
  | 'refuse-imported'
  | 'leave'
  | 'skip';

type Condition = { readonly [fact in keyof StepFacts]?: readonly StepFacts[fact][] };

export interface DecisionRow {
  readonly label: string;
  readonly when: Condition;
  readonly decision: StepDecision;
}

const notWanted = ['none', 'done'] as const;

const outOfScopeRows: readonly DecisionRow[] = [
  {
    label: 'what is recorded and not to be touched stays as it is recorded',
    when: { scope: ['out'], goal: ['managed', 'component'], record: ['managed', 'external', 'component', 'gone'] },
    decision: 'leave',
  },
  {
    label: 'what is ours and not to be touched is not given up for what is read',
    when: { scope: ['out'], goal: ['external'], record: ['managed', 'component'] },
    decision: 'leave',
  },
  {
    label: 'what is new and not to be touched is not made',
    when: { scope: ['out'], goal: ['managed', 'component'], record: ['none'] },
    decision: 'skip',
  },
];

const touchingRows: readonly DecisionRow[] = [
  {
    label: 'a component that is new is recorded',
    when: { record: ['none'], goal: ['component'] },
    decision: 'create',
  },
  {
    label: 'a resource that is new is created',
    when: { record: ['none'], goal: ['managed'], adoption: notWanted },
    decision: 'create',
  },
  {
    label: 'an existing thing that we have no record of is adopted',
    when: { record: ['none', 'gone'], goal: ['managed'], adoption: ['wanted'] },
    decision: 'import',
  },
  {
    label: 'what was deleted to be made again is made again',
    when: { record: ['gone'], goal: ['managed'], adoption: notWanted },
    decision: 'recreate',
  },
  {
    label: 'a component that was deleted to be made again is recorded again',
    when: { record: ['gone'], goal: ['component'] },
    decision: 'recreate',
  },

  {
    label: 'an adopted thing takes the place of one that was only read',
    when: { record: ['external'], goal: ['managed'], adoption: ['wanted'] },
    decision: 'import-replacement',
  },
  {
    label: 'an adopted thing takes the place of the one we own',
    when: { record: ['managed', 'component'], goal: ['managed'], adoption: ['wanted'], guard: ['free'] },
    decision: 'import-replacement',
  },
  {
    label: 'an adopted thing does not take the place of a protected one',
    when: { record: ['managed', 'component'], goal: ['managed'], adoption: ['wanted'], guard: ['protected'] },
    decision: 'refuse-protected',
  },

  {
    label: 'what was only read and is now ours is created; the other owner keeps his',
    when: { record: ['external'], goal: ['managed'], adoption: notWanted },
    decision: 'replace-create-first',
  },
  {
    label: 'a component takes the place of what was only read',
    when: { record: ['external'], goal: ['component'] },
    decision: 'replace-create-first',
  },
  {
    label: 'a component that becomes a resource is replaced by it',
    when: {
      record: ['component'],
      goal: ['managed'],
      adoption: notWanted,
      guard: ['free'],
      order: ['create-first'],
    },
    decision: 'replace-create-first',
  },
  {
    label: 'a component that becomes a resource is replaced by it, the old first when asked for',
    when: {
      record: ['component'],
      goal: ['managed'],
      adoption: notWanted,
      guard: ['free'],
      order: ['delete-first'],
    },
    decision: 'replace-delete-first',
  },
  {
    label: 'a protected component does not become a resource',
    when: { record: ['component'], goal: ['managed'], adoption: notWanted, guard: ['protected'] },
    decision: 'refuse-protected',
  },
  {
    label: 'a resource that becomes a component is replaced by it',
    when: { record: ['managed'], goal: ['component'], guard: ['free'], order: ['create-first'] },
    decision: 'replace-create-first',
  },
  {
    label: 'a resource that becomes a component is replaced by it, the old first when asked for',
    when: { record: ['managed'], goal: ['component'], guard: ['free'], order: ['delete-first'] },
    decision: 'replace-delete-first',
  },
  {
    label: 'a protected resource does not become a component',
    when: { record: ['managed'], goal: ['component'], guard: ['protected'] },
    decision: 'refuse-protected',
  },

  ...sameKindRows({ record: ['managed'], goal: ['managed'], adoption: notWanted }, 'resource'),
  ...sameKindRows({ record: ['component'], goal: ['component'] }, 'component'),
];

const readRows: readonly DecisionRow[] = [
  {
    label: 'what is not recorded is read',
    when: { record: ['none', 'gone'], goal: ['external'] },
    decision: 'read',
  },
  {
    label: 'what was read before is read again',
    when: { record: ['external'], goal: ['external'], identity: ['same'] },
    decision: 'read',
  },
  {
    label: 'another thing read under the same name takes its place',
    when: { record: ['external'], goal: ['external'], identity: ['other'] },
    decision: 'read-replacement',
  },
  {
    label: 'what we owned and is now only read is let go: it stays as it is, and is no longer ours to delete',
    when: { scope: ['in'], record: ['managed'], goal: ['external'], identity: ['same'] },
    decision: 'read',
  },
  {
    label: 'what we owned is given up for another thing that is read',
    when: { scope: ['in'], record: ['managed'], goal: ['external'], identity: ['other'], guard: ['free'] },
    decision: 'read-replacement',
  },
  {
    label: 'a protected resource is not given up for another thing',
    when: { scope: ['in'], record: ['managed'], goal: ['external'], identity: ['other'], guard: ['protected'] },
    decision: 'refuse-protected',
  },
  {
    label: 'a component is given up for a thing that is read',
    when: { scope: ['in'], record: ['component'], goal: ['external'], guard: ['free'] },
    decision: 'read-replacement',
  },
  {
    label: 'a protected component is not given up for a thing that is read',
    when: { scope: ['in'], record: ['component'], goal: ['external'], guard: ['protected'] },
    decision: 'refuse-protected',
  },
];

/** Exactly one row fits any facts; the test beside this file goes through all of them. */
export const decisionTable: readonly DecisionRow[] = [
  ...touchingRows.map((row): DecisionRow => ({ ...row, when: { ...row.when, scope: ['in'] } })),
  ...readRows,
  ...outOfScopeRows,
];

/** The rows for what stays what it was: a managed resource, or a component. */
function sameKindRows(kind: Condition, noun: 'resource' | 'component'): readonly DecisionRow[] {
  const replaced: Condition = { ...kind, difference: ['replace'], guard: ['free'] };
  const replacements: readonly DecisionRow[] = [
    {
      label: `a ${noun} that cannot be changed in place is created anew, then the old one deleted`,
      when: { ...replaced, order: ['create-first'] },
      decision: 'replace-create-first',
    },
    {
      label: `a ${noun} that cannot stand beside its successor is deleted first`,
      when: { ...replaced, order: ['delete-first'] },
      decision: 'replace-delete-first',
    },
  ];
  return [
    {
      label: `a ${noun} that is as declared is left alone`,
      when: { ...kind, difference: ['none'], readiness: ['ready'] },
      decision: 'same',
    },
    {
      label: `a ${noun} that differs only in what the provider never sees is recorded anew`,
      when: { ...kind, difference: ['metadata'], readiness: ['ready'] },
      decision: 'same-with-new-metadata',
    },
    {
      label: `a ${noun} that never became ready is updated, so that it is awaited again`,
      when: { ...kind, difference: ['none', 'metadata'], readiness: ['not-ready'] },
      decision: 'update',
    },
    {
      label: `a ${noun} that differs is updated`,
      when: { ...kind, difference: ['update'] },
      decision: 'update',
    },
    {
      label: `a protected ${noun} is not replaced`,
      when: { ...kind, difference: ['replace'], guard: ['protected'] },
      decision: 'refuse-protected',
    },
    ...(noun === 'component'
      ? replacements
      : [
          {
            label: 'an adopted resource is not replaced while the program still names the id to adopt',
            when: { ...replaced, adoption: ['done'] },
            decision: 'refuse-imported',
          } as const,
          ...replacements.map((row): DecisionRow => ({ ...row, when: { ...row.when, adoption: ['none'] } })),
        ]),
  ];
}

export function fits(row: DecisionRow, facts: StepFacts): boolean {
  const { when } = row;
  return (
    (when.record?.includes(facts.record) ?? true) &&
    (when.goal?.includes(facts.goal) ?? true) &&
    (when.adoption?.includes(facts.adoption) ?? true) &&
    (when.identity?.includes(facts.identity) ?? true) &&
    (when.difference?.includes(facts.difference) ?? true) &&
    (when.readiness?.includes(facts.readiness) ?? true) &&
    (when.order?.includes(facts.order) ?? true) &&
    (when.guard?.includes(facts.guard) ?? true) &&
    (when.scope?.includes(facts.scope) ?? true)
  );
}

/** What to do with one declared resource. Pure: everything it depends on is in `facts`. */
export function decideStep(facts: StepFacts): StepDecision {
  const row = decisionTable.find((candidate) => fits(candidate, facts));
  assert(row !== undefined, `the decision table has a row for ${JSON.stringify(facts)}`);
  return row.decision;
}

/** Whether a decision leads to steps at all, other than in a preview, which shows what would follow a refusal. */
export function runsAnyway(decision: StepDecision): boolean {
  return decision !== 'refuse-protected' && decision !== 'refuse-imported';
}
