import { defineKind } from '../kinds/define-kind.ts';
import { builtinKinds } from '../kinds/index.ts';
import { decodeStruct } from '../schema/decode.ts';
import { type SchemaResource, schemaResources, structNamed } from '../schema/kube-types.ts';
import { definitionKind } from './custom-resources/definition-kind.ts';
import type { KubeKind, KubeSubresource } from './kube-kind.ts';
import type { ServedResource } from './served-resource.ts';

export type { ServedResource } from './served-resource.ts';

/** Every resource that is served, by its names. */
export interface KindTable {
  /** By what URLs say. */
  resource(group: string, version: string, resource: string): ServedResource | undefined;
  /** By what objects say; `apiVersion` with or without group. */
  ofObject(apiVersion: string, kind: string): ServedResource | undefined;
  /** The stored version, by `Deployment.apps` or `Pod`. */
  ofKindName(kindName: string): ServedResource | undefined;
  all(): readonly ServedResource[];
  /** Serves these in place of what was served in the name of `definition` before. */
  serve(definition: string, resources: readonly ServedResource[]): void;
  /** Changes whenever what is served does. */
  edition(): number;
}

export function createKindTable(): KindTable {
  const resources = new Map<string, ServedResource>();
  const byObject = new Map<string, ServedResource>();
  const byKindName = new Map<string, ServedResource>();
  const custom = new Map<string, readonly ServedResource[]>();
  let edition = 0;
  const kinds = new Map(
    [...builtinKinds, definitionKind].map((kind) => [`${kind.group}/${kind.version}/${kind.resource}`, kind]),
  );

  for (const entry of schemaResources) {
    const key = `${entry.group}/${entry.version}/${entry.resource}`;
    const served = serveBuiltin(kinds.get(key) ?? genericKind(entry), entry, byKindName);
    resources.set(key, served);
    byObject.set(`${served.apiVersion}/${entry.kind}`, served);
    const name = kindName(entry.group, entry.kind);
    if (served.stored === served || !byKindName.has(name)) byKindName.set(name, served.stored);
  }
  return {
    resource: (group, version, resource) => resources.get(`${group}/${version}/${resource}`),
    ofObject: (apiVersion, kind) => byObject.get(`${apiVersion}/${kind}`),
    ofKindName: (name) => byKindName.get(name),
    all: () => [...resources.values()],
    serve: (definition, next) => {
      for (const resource of custom.get(definition) ?? []) remove(resource);
      custom.set(definition, next);
      for (const resource of next) add(resource);
      edition += 1;
    },
    edition: () => edition,
  };

  function add(resource: ServedResource): void {
    const { group, version, resource: plural, kind } = resource.kind;
    resources.set(`${group}/${version}/${plural}`, resource);
    byObject.set(`${resource.apiVersion}/${kind}`, resource);
    byKindName.set(kindName(group, kind), resource.stored);
  }

  function remove(resource: ServedResource): void {
    const { group, version, resource: plural, kind } = resource.kind;
    resources.delete(`${group}/${version}/${plural}`);
    byObject.delete(`${resource.apiVersion}/${kind}`);
    byKindName.delete(kindName(group, kind));
  }

  function serveBuiltin(
    kind: KubeKind,
    entry: SchemaResource,
    known: ReadonlyMap<string, ServedResource>,
  ): ServedResource {
    const apiVersion = apiVersionOf(entry.group, entry.version);
    const base = {
      kind,
      apiVersion,
      type: structNamed(entry.type),
      read: (raw: unknown) => decodeStruct(raw, structNamed(entry.type)),
      verbs: entry.verbs,
      subresources: entry.subresources ?? {},
      collection: entry.group === '' ? entry.resource : `${entry.group}/${entry.resource}`,
    };
    const storedAs = kind.storedAs;
    if (storedAs === undefined) {
      const served: ServedResource = {
        ...base,
        get stored() {
          return served;
        },
        toStored: (object) => object,
        fromStored: (object) => object,
      };
      return served;
    }
    return {
      ...base,
      // Looked up when used: the other version may come later in the table.
      get stored() {
        return (
          byObject.get(`${apiVersionOf(storedAs.group, storedAs.version)}/${storedAs.kind}`) ??
          known.get(storedAs.kind)!
        );
      },
      toStored: storedAs.toStored,
      fromStored: storedAs.fromStored,
    };
  }
}

export function kindName(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`;
}

export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `deployments.apps`, as errors name resources. */
export function qualifiedResource({ kind }: ServedResource): string {
  return kindName(kind.group, kind.resource);
}

/** A kind that nothing special is known of: stored, defaulted not at all, validated as far as metadata goes. */
function genericKind(entry: SchemaResource): KubeKind {
  const subresources = Object.keys(entry.subresources ?? {});
  return defineKind({
    group: entry.group,
    version: entry.version,
    kind: entry.kind,
    resource: entry.resource,
    shortNames: entry.shortNames ?? [],
    categories: entry.categories ?? [],
    isNamespaced: entry.namespaced,
    hasGeneration: entry.generation,
    subresources: subresources.filter((name): name is KubeSubresource => name === 'status' || name === 'scale'),
  });
}
