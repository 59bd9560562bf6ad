import type { KindName, KubeChange } from '../cluster-client.ts';
import { builtinKinds } from '../kinds/index.ts';
import { schemaResources } from '../schema/kube-types.ts';
import type { ControllerContext } from './controller.ts';

export interface AnyKind {
  readonly name: KindName;
  readonly isNamespaced: boolean;
}

/** Every stored kind with objects that last; versions that are stored as another kind, and requests in the shape of objects, aside. */
export const everyKind: readonly AnyKind[] = listKinds();

/** Follows all objects of all kinds. */
export function watchEveryKind(
  context: ControllerContext,
  onChange: (kind: AnyKind, change: KubeChange) => void,
): () => void {
  const stops = everyKind.map((kind) => context.client.watch(kind.name, (change) => onChange(kind, change)));
  return () => {
    for (const stop of stops) stop();
  };
}

function listKinds(): AnyKind[] {
  const elsewhere = new Set(
    builtinKinds.filter((kind) => kind.storedAs !== undefined).map(({ group, kind }) => nameOf(group, kind)),
  );
  const kept = builtinKinds.filter((kind) => kind.storedAs === undefined).map(({ group, kind }) => nameOf(group, kind));
  const kinds = new Map<KindName, AnyKind>();
  for (const entry of schemaResources) {
    const name = nameOf(entry.group, entry.kind);
    const isElsewhere = elsewhere.has(name) && !kept.includes(name);
    if (isElsewhere || !entry.verbs.includes('watch') || !entry.verbs.includes('delete')) continue;
    kinds.set(name, { name, isNamespaced: entry.namespaced });
  }
  return [...kinds.values()];
}

function nameOf(group: string, kind: string): KindName {
  return group === '' ? kind : `${kind}.${group}`;
}
