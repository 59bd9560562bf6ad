import type { ClusterClient, KindName, KubeChange } from '../cluster-client.ts';
import { builtinKinds } from '../kinds/index.ts';
import type { KubeObject } from '../kube-object.ts';
import { schemaResources } from '../schema/kube-types.ts';
import { isConditionTrue } from './conditions.ts';
import type { ControllerContext } from './controller.ts';
import { startWorkQueue } from './work-queue.ts';

export interface AnyKind {
  readonly name: KindName;
  readonly isNamespaced: boolean;
}

const definitionKind = 'CustomResourceDefinition.apiextensions.k8s.io';

/** Kinds that are there from the start. Versions stored as another kind, and requests in the shape of objects, aside. */
const fixedKinds: ReadonlyMap<KindName, AnyKind> = listFixedKinds();

/** Every stored kind with objects that last, custom ones included. */
export function servedKinds(client: ClusterClient): AnyKind[] {
  return [...fixedKinds.values(), ...client.list(definitionKind).filter(isServed).map(customKind)];
}

export function findKind(client: ClusterClient, name: KindName): AnyKind | undefined {
  const fixed = fixedKinds.get(name);
  if (fixed !== undefined) return fixed;
  return client
    .list(definitionKind)
    .filter(isServed)
    .map(customKind)
    .find((kind) => kind.name === name);
}

/** Follows all objects of all kinds, also of those that come later. */
export function watchEveryKind(
  context: ControllerContext,
  onChange: (kind: AnyKind, change: KubeChange) => void,
): () => void {
  const { client } = context;
  const follow = (kind: AnyKind) => client.watch(kind.name, (change) => onChange(kind, change));
  const fixed = [...fixedKinds.values()].map(follow);
  const custom = new Map<string, () => void>();
  const queue = startWorkQueue(context, 'custom-kinds', (key) => {
    const definition = client.get(definitionKind, undefined, key);
    const isFollowed = custom.has(key);
    if (definition !== undefined && isServed(definition) && !isFollowed)
      custom.set(key, follow(customKind(definition)));
    if (definition !== undefined || !isFollowed) return;
    custom.get(key)?.();
    custom.delete(key);
  });
  const stopDefinitions = client.watch(definitionKind, ({ object }) => queue.add(object.metadata.name));
  return () => {
    for (const stop of [...fixed, ...custom.values(), stopDefinitions]) stop();
    queue.stop();
  };
}

function isServed(definition: KubeObject): boolean {
  return isConditionTrue(definition, 'Established');
}

function customKind({ spec }: KubeObject): AnyKind {
  return { name: nameOf(spec.group, spec.names.kind), isNamespaced: spec.scope === 'Namespaced' };
}

function listFixedKinds(): Map<KindName, AnyKind> {
  const isStored = new Set(
    builtinKinds.filter((kind) => kind.storedAs === undefined).map(({ group, kind }) => nameOf(group, kind)),
  );
  const isElsewhere = new Set(
    builtinKinds.filter((kind) => kind.storedAs !== undefined).map(({ group, kind }) => nameOf(group, kind)),
  );
  const kinds = new Map<KindName, AnyKind>();
  for (const entry of schemaResources) {
    const name = nameOf(entry.group, entry.kind);
    if (isElsewhere.has(name) && !isStored.has(name)) continue;
    if (!entry.verbs.includes('watch') || !entry.verbs.includes('delete')) continue;
    kinds.set(name, { name, isNamespaced: entry.namespaced });
  }
  return kinds;
}

function nameOf(group: string, kind: string): KindName {
  return group === '' ? kind : `${kind}.${group}`;
}
