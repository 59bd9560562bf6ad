import type { KubeObject } from '../json.ts';

/** How far an object is on its way to being of use. */
export type Readiness =
  | { readonly kind: 'ready'; readonly warnings?: readonly string[] }
  | {
      readonly kind: 'waiting';
      /** What is waited for, in one line. */
      readonly status: string;
      /** What seems to hold it up, worst first; may be empty. */
      readonly causes: readonly string[];
    }
  /** It will not get ready by itself. */
  | { readonly kind: 'failed'; readonly causes: readonly string[] };

/** A kind that a rule looks at besides the object itself: `apps/v1/ReplicaSet`. */
export type RelatedKind = string;

/** The cluster around the object, as far as the rule's related kinds go. */
export interface Surroundings {
  get(kind: RelatedKind, name: string): KubeObject | undefined;
  all(kind: RelatedKind): Iterable<KubeObject>;
  ownedBy(kind: RelatedKind, uid: string): Iterable<KubeObject>;
  /** False where the cluster does not let us see the kind. */
  sees(kind: RelatedKind): boolean;
}

/** When objects of a kind are ready: a pure judgement over what the cluster shows. */
export interface ReadinessRule {
  /** Kinds in the object's namespace, or cluster-scoped ones, that the judgement needs. */
  related(object: KubeObject): readonly RelatedKind[];
  judge(object: KubeObject, around: Surroundings): Readiness;
}

export const ready: Readiness = Object.freeze({ kind: 'ready' });

export function waiting(status: string, causes: readonly string[] = []): Readiness {
  return { kind: 'waiting', status, causes };
}

export function failed(...causes: readonly string[]): Readiness {
  return { kind: 'failed', causes };
}
