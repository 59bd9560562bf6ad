import type { Alias, CustomTimeouts } from './goal.ts';
import type { PropertyMap } from './property-value.ts';
import type { StepOp } from './step.ts';
import type { Urn } from './urn.ts';

/**
 * What a preview foresaw of every resource. Given to an update, it binds it: nothing else may happen (Pulumi:
 * deploy.Plan; engine reference 7.11).
 */
export interface Plan {
  readonly resources: ReadonlyMap<Urn, ResourcePlan>;
}

export interface ResourcePlan {
  /** As the program declared it; absent when it is only to be deleted. */
  readonly goal?: GoalPlan;
  /** In the order they happen. */
  readonly steps: readonly StepOp[];
  /** As far as they were foreseen. */
  readonly outputs?: PropertyMap;
  /** 32 bytes: what an automatic name was made of, so that the update makes the same one. */
  readonly seed?: Uint8Array;
}

/** Top-level properties that come, go, or get another value. An Unknown stands for any value, and for none. */
export interface PropertyChanges {
  readonly adds: PropertyMap;
  readonly deletes: readonly string[];
  readonly updates: PropertyMap;
}

export const noPropertyChanges: PropertyChanges = Object.freeze({
  adds: Object.freeze({}),
  deletes: Object.freeze([]),
  updates: Object.freeze({}),
});

/** What the program declared of a resource, its inputs and outputs as differences from the recorded ones. */
export interface GoalPlan {
  readonly type: string;
  readonly name: string;
  /** Whether a provider answers for it: false for components, remote ones too. */
  readonly isCustom: boolean;
  /** Of the inputs as the provider's check left them. */
  readonly inputChanges: PropertyChanges;
  /** Of what the program says of itself: outputs of components and of the stack. */
  readonly outputChanges: PropertyChanges;
  readonly parent?: Urn;
  /** `urn::id`; the id is `unknownId` for a provider that does not exist yet. Absent for components. */
  readonly provider?: string;
  readonly isProtected: boolean;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: { readonly [property: string]: readonly Urn[] };
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly Alias[];
  readonly importId?: string;
  readonly customTimeouts: CustomTimeouts;
}
