import {
  emptyMap,
  type Goal,
  type GoalPlan,
  noPropertyChanges,
  type Plan,
  type PropertyMap,
  type ResourceState,
  type StepOp,
  type Urn,
  urnName,
} from '@radiant/model';
import { ExpectedSteps, unplannedStep } from './expected-steps.ts';
import { goalViolations } from './goal-violations.ts';
import { changeViolations } from './property-changes.ts';

/** Judges what an operation is about to do by a plan. Every judgement is a list of texts, empty when all is as planned. */
export class PlanConstraint {
  readonly #plan: Plan;
  readonly #names: ReadonlyMap<Urn, Urn>;
  readonly #expected: ReadonlyMap<Urn, ExpectedSteps>;

  /** `names`: the URNs of records that the plan knows by others (`plannedNames`). */
  constructor(plan: Plan, names: ReadonlyMap<Urn, Urn>) {
    this.#plan = plan;
    this.#names = names;
    this.#expected = new Map(Array.from(plan.resources, ([urn, { steps }]) => [urn, new ExpectedSteps(steps)]));
  }

  seed(urn: Urn): Uint8Array | undefined {
    return this.#plan.resources.get(urn)?.seed;
  }

  /** Judges a declaration, its inputs set apart. `old` is what is recorded of it. */
  ofGoal(urn: Urn, goal: Goal, provider: string, old: ResourceState | undefined): readonly string[] {
    const planned = this.#goal(urn, goal, old);
    if (planned === 'deleted') return [violation(urn, 'resource unexpectedly not deleted')];
    if (planned === undefined) return [];
    return goalViolations(planned, goal, provider).map((text) => violation(urn, text));
  }

  /** Judges inputs as the provider's check left them, against those recorded. */
  ofInputs(urn: Urn, olds: PropertyMap | undefined, news: PropertyMap): readonly string[] {
    const planned = this.#plan.resources.get(urn);
    // What was neither declared nor recorded can only be created, which is judged as a step.
    if (planned?.goal === undefined && olds === undefined) return [];
    return propertyViolations(
      urn,
      changeViolations(olds ?? emptyMap, news, planned?.goal?.inputChanges ?? noPropertyChanges),
    );
  }

  /** Judges what a component or the stack says of itself. */
  ofOutputs(urn: Urn, oldOutputs: PropertyMap, outputs: PropertyMap): readonly string[] {
    const planned = this.#plan.resources.get(urn);
    if (planned === undefined) return [`no plan for resource ${urn}`];
    return propertyViolations(
      urn,
      changeViolations(oldOutputs, outputs, planned.goal?.outputChanges ?? noPropertyChanges),
    );
  }

  /** Judges steps that are about to begin, in their order, and takes note of them. */
  ofSteps(urn: Urn, ops: readonly StepOp[]): readonly string[] {
    const expected = this.#expected.get(this.#names.get(urn) ?? urn);
    return ops.flatMap((op) => (expected === undefined ? unplannedStep(op) : expected.admit(op)) ?? []);
  }

  /** Takes note that a resource has failed on its way. */
  breakOff(urn: Urn): void {
    this.#expected.get(urn)?.breakOff();
  }

  /** Resources of which steps were planned that did not come. */
  owed(isRecorded: (urn: Urn) => boolean): readonly Urn[] {
    const isOwed = ([urn, expected]: readonly [Urn, ExpectedSteps]) => {
      const { owed } = expected;
      // What was to go may be gone already.
      return owed.length > 0 && (isRecorded(urn) || !owed.every((op) => removals.has(op)));
    };
    return [...this.#expected].filter(isOwed).map(([urn]) => urn);
  }

  /** What is not planned must stay as it is recorded (Pulumi: checkMissingPlan). */
  #goal(urn: Urn, goal: Goal, old: ResourceState | undefined): GoalPlan | 'deleted' | undefined {
    const planned = this.#plan.resources.get(urn);
    if (planned !== undefined)
      return planned.goal ?? (planned.steps.some((op) => removals.has(op)) ? 'deleted' : undefined);
    return old === undefined ? undefined : unchangedGoal(goal, old);
  }
}

const removals: ReadonlySet<StepOp> = new Set([
  'delete',
  'delete-replaced',
  'discard',
  'discard-replaced',
  'remove-pending-replace',
]);

function violation(urn: Urn, text: string): string {
  return `resource ${urn} violates plan: ${text}`;
}

function propertyViolations(urn: Urn, changes: readonly string[]): readonly string[] {
  return changes.length === 0 ? [] : [violation(urn, `properties changed: ${changes.join(', ')}`)];
}

/** The goal that leaves a record as it is. Options that no record keeps are taken as they are declared. */
function unchangedGoal(goal: Goal, old: ResourceState): GoalPlan {
  return {
    type: old.type,
    name: urnName(old.urn),
    isCustom: old.ownership !== 'component',
    inputChanges: noPropertyChanges,
    outputChanges: noPropertyChanges,
    ...(old.parent === undefined ? {} : { parent: old.parent }),
    provider: old.provider,
    isProtected: old.isProtected,
    dependencies: old.dependencies,
    propertyDependencies: old.propertyDependencies,
    ...(goal.deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace: goal.deleteBeforeReplace }),
    ignoreChanges: old.ignoreChanges,
    additionalSecretOutputs: old.additionalSecretOutputs,
    aliases: goal.aliases,
    ...(old.importId === undefined ? {} : { importId: old.importId }),
    customTimeouts: old.customTimeouts,
  };
}
