import { isPropertyMap, type PropertyMap, Secret } from '@radiant/model';

/** A kind of object, in one of its versions. */
export interface KubeKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What a resource type stands for: objects of a kind, or a patch to objects that somebody else owns. */
export interface ResourceKind extends KubeKind {
  readonly role: 'object' | 'patch';
}

export function apiVersionOf(kind: KubeKind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const cut = apiVersion.indexOf('/');
  return cut < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, cut), version: apiVersion.slice(cut + 1) };
}

export function kubeKind(apiVersion: string, kind: string): KubeKind {
  return { ...parseApiVersion(apiVersion), kind };
}

/** `Deployment.apps`, `Pod`: kind and group, without the version (Kubernetes: GroupKind). */
export function groupKindOf(kind: KubeKind): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
}

/**
 * The kind behind a type token `kubernetes:apps/v1:Deployment`; the core group is spelled `core/v1`. Undefined when the
 * token is not one of an API object. A type is a patch exactly when its name is the input `kind` followed by `Patch`
 * (Pulumi: kinds.IsPatchURN).
 */
export function parseResourceType(type: string, inputs: PropertyMap): ResourceKind | undefined {
  const [, module, name, ...rest] = type.split(':');
  const [group, version, ...more] = (module ?? '').split('/');
  if (!group || !version || !name || more.length > 0 || rest.length > 0) return undefined;
  if (group === 'helm.sh' || group === 'yaml' || group === 'kustomize') return undefined;
  const stated = plainText(inputs.kind);
  const isPatch = stated !== undefined && name === `${stated}Patch`;
  return {
    group: group === 'core' ? '' : group,
    version,
    kind: isPatch ? stated : name,
    role: isPatch ? 'patch' : 'object',
  };
}

function plainText(value: PropertyMap[string] | undefined): string | undefined {
  const inner = value instanceof Secret ? value.value : value;
  return typeof inner === 'string' ? inner : undefined;
}

/** `metadata` when it is a map that is known, secrets opened. */
export function metadataOf(inputs: PropertyMap): PropertyMap {
  const metadata = inputs.metadata instanceof Secret ? inputs.metadata.value : inputs.metadata;
  return isPropertyMap(metadata) ? metadata : {};
}

/** A string of `metadata`; undefined when absent, empty or not known. */
export function metadataText(inputs: PropertyMap, field: string): string | undefined {
  const metadata = metadataOf(inputs);
  return Object.hasOwn(metadata, field) ? plainText(metadata[field]) || undefined : undefined;
}
