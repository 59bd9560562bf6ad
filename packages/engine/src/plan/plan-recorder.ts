import {
  type Goal,
  type GoalPlan,
  noPropertyChanges,
  type Plan,
  type PropertyChanges,
  type PropertyMap,
  type ResourcePlan,
  type StepOp,
  type Urn,
} from '@radiant/model';

/** Collects what a preview foresees, to bind an update by it. */
export class PlanRecorder {
  readonly #drafts = new Map<Urn, Draft>();
  readonly #steps: { readonly urn: Urn; readonly op: StepOp }[] = [];

  goal(urn: Urn, goal: GoalPlan, seed: Uint8Array): void {
    const draft = this.#draft(urn);
    draft.goal = goal;
    draft.seed = seed;
  }

  steps(urn: Urn, ops: readonly StepOp[]): void {
    this.#draft(urn);
    this.#steps.push(...ops.map((op) => ({ urn, op })));
  }

  outputChanges(urn: Urn, changes: PropertyChanges): void {
    this.#draft(urn).outputChanges = changes;
  }

  /**
   * `outputsOf`: what is foreseen of the outputs of a declared resource. `aliased`: the URNs that resources were recorded
   * under, to those that they are declared by.
   */
  plan(outputsOf: (urn: Urn) => PropertyMap | undefined, aliased: ReadonlyMap<Urn, Urn>): Plan {
    const nameOf = (urn: Urn) => aliased.get(urn) ?? urn;
    const stepsOf = Map.groupBy(this.#steps, ({ urn }) => nameOf(urn));
    const names = new Set(Array.from(this.#drafts.keys(), nameOf));
    const resources = Array.from(names, (urn): readonly [Urn, ResourcePlan] => {
      const outputs = outputsOf(urn);
      const { goal, seed, outputChanges } = this.#draft(urn);
      const steps = (stepsOf.get(urn) ?? []).map(({ op }) => op);
      return [
        urn,
        {
          ...(goal === undefined ? {} : { goal: { ...goal, outputChanges } }),
          steps,
          ...(outputs === undefined ? {} : { outputs }),
          ...(seed === undefined ? {} : { seed }),
        },
      ];
    });
    return { resources: new Map(resources) };
  }

  #draft(urn: Urn): Draft {
    const known = this.#drafts.get(urn);
    if (known !== undefined) return known;
    const draft: Draft = { outputChanges: noPropertyChanges };
    this.#drafts.set(urn, draft);
    return draft;
  }
}

interface Draft {
  goal?: GoalPlan;
  seed?: Uint8Array;
  outputChanges: PropertyChanges;
}

export function goalPlan(goal: Goal, provider: string, inputChanges: PropertyChanges): GoalPlan {
  return {
    type: goal.type,
    name: goal.name,
    isCustom: goal.kind === 'custom',
    inputChanges,
    outputChanges: noPropertyChanges,
    ...(goal.parent === undefined ? {} : { parent: goal.parent }),
    ...(provider === '' ? {} : { provider }),
    isProtected: goal.protect ?? false,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    ...(goal.deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace: goal.deleteBeforeReplace }),
    ignoreChanges: goal.ignoreChanges,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases: goal.aliases,
    ...(goal.importId === undefined ? {} : { importId: goal.importId }),
    customTimeouts: goal.customTimeouts,
  };
}
