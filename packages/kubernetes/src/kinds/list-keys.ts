/**
 * Lists whose items have an identity of their own, by the name of the field that holds them (kubernetes docs:
 * Server-Side Apply, merge strategy; structured-merge-diff schema of the built-in kinds).
 */
const keysByField: Readonly<Record<string, readonly string[]>> = {
  claims: ['name'],
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  ephemeralContainers: ['name'],
  hostAliases: ['ip'],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  matchConditions: ['name'],
  ownerReferences: ['uid'],
  resourceClaims: ['name'],
  schedulingGates: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  variables: ['name'],
  volumeDevices: ['devicePath'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
  webhooks: ['name'],
};

/** Where the order of the items means something: containers start in order, variables refer to earlier ones. */
const orderedFields = new Set(['containers', 'env', 'initContainers', 'webhooks']);

export interface ListIdentity {
  /** The item's key, or undefined when it lacks a part of it. */
  keyOf(item: unknown): string | undefined;
  readonly isOrdered: boolean;
}

/**
 * How items of a list at `path` are told apart; undefined where only their position does. `kind` is the kind of the
 * object.
 */
export function listIdentity(kind: string, path: readonly (string | number)[]): ListIdentity | undefined {
  const field = path.at(-1);
  if (typeof field !== 'string') return undefined;
  const keys =
    field === 'ports' ? portKeys(kind, path) : Object.hasOwn(keysByField, field) ? keysByField[field] : undefined;
  if (keys === undefined) return undefined;
  return { isOrdered: orderedFields.has(field), keyOf: (item) => keyOf(item, keys) };
}

function portKeys(kind: string, path: readonly (string | number)[]): readonly string[] | undefined {
  if (typeof path.at(-2) === 'number')
    return path.at(-3) === 'ingress' || path.at(-3) === 'egress' ? undefined : ['containerPort', 'protocol'];
  return kind === 'Service' && path.length === 2 ? ['port', 'protocol'] : undefined;
}

function keyOf(item: unknown, keys: readonly string[]): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const parts: string[] = [];
  for (const key of keys) {
    const value = (item as Record<string, unknown>)[key] ?? (key === 'protocol' ? 'TCP' : undefined);
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    parts.push(String(value));
  }
  return parts.join('|');
}

/** The keys of all items, or undefined when some have none or share one: then only positions tell them apart. */
export function uniqueKeys(items: readonly unknown[], identity: ListIdentity): readonly string[] | undefined {
  const keys: string[] = [];
  for (const item of items) {
    const key = identity.keyOf(item);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return new Set(keys).size === keys.length ? keys : undefined;
}
