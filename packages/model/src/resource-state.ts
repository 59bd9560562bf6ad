import type { CustomTimeouts, Extension, HookBindings, SourcePosition, StackFrame } from './goal.ts';
import type { PropertyMap, PropertyValue } from './property-value.ts';
import type { Urn } from './urn.ts';

/** Who owns the thing behind a resource: we do, somebody else does and we read it, or there is no thing. */
export type Ownership = 'managed' | 'external' | 'component';

/**
 * What the engine still owes a resource. `superseded` (Pulumi: delete) was replaced and is yet to be deleted;
 * `awaiting-recreate` (Pulumi: pendingReplacement) was deleted and is yet to be created again.
 */
export type Disposition = 'live' | 'superseded' | 'awaiting-recreate';

/** What we recorded of one resource. Never changed after it is made. */
export interface ResourceState {
  readonly urn: Urn;
  readonly type: string;
  readonly ownership: Ownership;
  readonly disposition: Disposition;
  /** The provider's identity for it; empty for components. */
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly parent?: Urn;
  /** `urn::id` of the provider resource; empty for components. */
  readonly provider: string;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: { readonly [property: string]: readonly Urn[] };
  readonly deletedWith?: Urn;
  /** The resource whose provider has published this one as a part of it: nobody works on it but with that one. */
  readonly viewOf?: Urn;
  readonly replaceWith: readonly Urn[];
  readonly replacementTrigger?: PropertyValue;
  readonly isProtected: boolean;
  readonly isTainted: boolean;
  /** Its provider wants it read before it is compared with what is declared. */
  readonly refreshBeforeUpdate: boolean;
  readonly retainOnDelete: boolean;
  /** Why the thing exists but never became ready. */
  readonly initErrors: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly hideDiffs: readonly string[];
  readonly customTimeouts: CustomTimeouts;
  readonly importId?: string;
  readonly hooks?: HookBindings;
  /** What its provider must be taught to serve it. */
  readonly extension?: Extension;
  readonly sourcePosition?: SourcePosition;
  readonly stackTrace: readonly StackFrame[];
  /** RFC 3339; absent in states that older engines wrote. */
  readonly created?: string;
  readonly modified?: string;
  /** Fields of the deployment format that this engine keeps but does not use, as they were read. */
  readonly extra?: { readonly [field: string]: unknown };
}

/** Whether destroying the stack must call the provider for this resource. */
export function owesProviderDelete(state: ResourceState): boolean {
  return state.ownership === 'managed' && state.disposition !== 'awaiting-recreate' && !state.retainOnDelete;
}
