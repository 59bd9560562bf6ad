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

  goal(urn: Urn, goal: GoalPlan, seed: Uint8Array): void {
    const draft = this.#draft(urn);
    draft.goal = goal;
    draft.seed = seed;
  }

  steps(urn: Urn, ops: readonly StepOp[]): void {
    this.#draft(urn).steps.push(...ops);
  }

  outputChanges(urn: Urn, changes: PropertyChanges): void {
    this.#draft(urn).outputChanges = changes;
  }

  /** `outputsOf`: what is foreseen of the outputs of a declared resource. */
  plan(outputsOf: (urn: Urn) => PropertyMap | undefined): Plan {
    const resources = Array.from(this.#drafts, ([urn, draft]): readonly [Urn, ResourcePlan] => {
      const outputs = outputsOf(urn);
      const { goal, steps, seed, outputChanges } = draft;
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
    const draft: Draft = { steps: [], outputChanges: noPropertyChanges };
    this.#drafts.set(urn, draft);
    return draft;
  }
}

interface Draft {
  goal?: GoalPlan;
  seed?: Uint8Array;
  readonly steps: StepOp[];
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
