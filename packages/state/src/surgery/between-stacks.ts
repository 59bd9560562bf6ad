import { formatUrn, parseUrn, type ResourceState, stackType, stackUrn, type Urn } from '@radiant/model';
import type { StackRef } from '../backend/names.ts';
import { newRecord } from '../deployment/new-record.ts';
import type { EditedRecord } from './edited-state.ts';

/** A reference that ends, because its two ends are in different stacks now. */
export interface CutReference {
  readonly urn: Urn;
  readonly kind: 'dependency' | 'property dependency' | 'deleted with' | 'replace with';
  /** Of a property dependency. */
  readonly property?: string;
  readonly to: Urn;
}

/** The URN of the same resource in another stack. */
export function inStack(urn: Urn, ref: StackRef): Urn {
  const parts = parseUrn(urn);
  if (parts === undefined) return urn;
  if (parts.qualifiedType === stackType) return stackUrn(ref.stack, ref.project);
  return formatUrn({ ...parts, ...ref });
}

/** The record without its references to `gone`; where its parent is among them, it becomes a child of the stack. */
export function cutReferences(
  record: EditedRecord,
  gone: ReadonlySet<Urn>,
  stack: Urn,
): { readonly record: EditedRecord; readonly cut: readonly CutReference[] } {
  const { state } = record;
  const { urn, parent, deletedWith } = state;
  const cut = cutsOf(state, gone);
  const isOrphan = parent !== undefined && parent !== stack && gone.has(parent);
  if (cut.length === 0 && !isOrphan) return { record, cut };
  const kept = (urns: readonly Urn[]) => urns.filter((other) => other === urn || !gone.has(other));
  const { deletedWith: _deletedWith, ...rest } = state;
  return {
    cut,
    record: {
      ...record,
      state: {
        ...rest,
        ...(isOrphan && { parent: stack }),
        ...(deletedWith !== undefined && !gone.has(deletedWith) && { deletedWith }),
        dependencies: kept(state.dependencies),
        replaceWith: kept(state.replaceWith),
        propertyDependencies: Object.fromEntries(
          Object.entries(state.propertyDependencies).map(([property, urns]) => [property, kept(urns)]),
        ),
      },
    },
  };
}

function cutsOf(state: ResourceState, gone: ReadonlySet<Urn>): readonly CutReference[] {
  const { urn, deletedWith } = state;
  const among = (urns: readonly Urn[]) => urns.filter((other) => other !== urn && gone.has(other));
  return [
    ...among(state.dependencies).map((to) => ({ urn, kind: 'dependency' as const, to })),
    ...Object.entries(state.propertyDependencies).flatMap(([property, urns]) =>
      among(urns).map((to) => ({ urn, kind: 'property dependency' as const, property, to })),
    ),
    ...among(deletedWith === undefined ? [] : [deletedWith]).map((to) => ({ urn, kind: 'deleted with' as const, to })),
    ...among(state.replaceWith).map((to) => ({ urn, kind: 'replace with' as const, to })),
  ];
}

/** The resource of a stack that has none yet. */
export function newStackRecord({ stack, project }: StackRef): ResourceState {
  return newRecord({ urn: stackUrn(stack, project), type: stackType, ownership: 'component', id: '', inputs: {} });
}
