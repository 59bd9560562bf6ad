import { isPropertyMap, type PropertyMap, type PropertyValue, Secret, Unknown } from '@radiant/model';
import { isAutonamed } from '../kinds/annotations.ts';
import { parseQuantity } from '../kinds/quantity.ts';
import { apiVersionOf, groupKindOf, type ResourceKind } from '../kinds/resource-kind.ts';
import type { Change, Path } from './compare.ts';
import { identityPatterns, immutablePatterns, isPodFieldMutable, type Pattern } from './immutable-fields.ts';

/** What besides the change itself decides whether it can be made in place. */
export interface ReplacementContext {
  readonly kind: ResourceKind;
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
  /** The provider's options of the same names: change the data of auto-named objects in place too. */
  readonly mutableConfigMaps: boolean;
  readonly mutableSecrets: boolean;
}

/** Whether `change` can only be made by making the object anew. */
export function forcesReplacement(change: Change, context: ReplacementContext): boolean {
  const { kind } = context;
  if (change.kind === 'delete' && change.path.length === 1 && change.path[0] === 'metadata') return true;
  if (kind.role === 'patch') return identityPatterns().some((pattern) => touches(pattern, change));
  if (kind.group === '' && kind.kind === 'Pod' && touchesPodSpec(change)) return true;
  if (kind.group === '' && kind.kind === 'Service' && touches(['spec', 'clusterIP'], change))
    return !movesExternalName(context);
  if (kind.group === '' && (kind.kind === 'ConfigMap' || kind.kind === 'Secret') && touchesData(change, context))
    return true;
  if (kind.group === '' && kind.kind === 'PersistentVolumeClaim' && shrinksClaim(change)) return true;
  const key = groupKindOf(kind);
  const versioned = kind.group === '' ? key : `${kind.kind}.${apiVersionOf(kind)}`;
  return immutablePatterns(key, versioned).some((pattern) => touches(pattern, change));
}

/** Whether what `pattern` names is changed: the change lies at or under it, or takes away or brings all above it. */
function touches(pattern: Pattern, change: Change): boolean {
  const { path } = change;
  const shared = Math.min(pattern.length, path.length);
  for (let index = 0; index < shared; index++) if (pattern[index] !== path[index]) return false;
  if (path.length >= pattern.length) return true;
  const rest = pattern.slice(path.length);
  return reaches(change.old, rest) || reaches(change.new, rest);
}

function reaches(value: PropertyValue | undefined, path: Pattern): boolean {
  const inner = open(value);
  if (path.length === 0) return inner !== undefined && inner !== null;
  if (inner instanceof Unknown) return true;
  return isPropertyMap(inner) && Object.hasOwn(inner, path[0]!) && reaches(inner[path[0]!], path.slice(1));
}

function touchesPodSpec(change: Change): boolean {
  const [top, field] = change.path;
  if (top !== 'spec') return false;
  if (typeof field !== 'string' || !isPodFieldMutable(field)) return true;
  return field === 'tolerations' && change.kind !== 'add';
}

/** Moving a Service to or from ExternalName is the one time its address may come or go in place. */
function movesExternalName(context: ReplacementContext): boolean {
  const before = serviceType(context.olds);
  const after = serviceType(context.news);
  return before !== after && (before === 'ExternalName' || after === 'ExternalName');
}

function serviceType(inputs: PropertyMap): PropertyValue | undefined {
  const spec = open(inputs.spec);
  return isPropertyMap(spec) ? open(spec.type) : undefined;
}

/**
 * The data of a ConfigMap or Secret: frozen when it was made immutable; replaced under a new name when its name was made
 * up, so that what refers to it by name rolls; changed in place when the program named it.
 */
function touchesData(change: Change, context: ReplacementContext): boolean {
  const isData = ['data', 'binaryData', 'stringData'].some((field) => touches([field], change));
  const wasFrozen = open(context.olds.immutable) === true;
  if (wasFrozen) return isData || touches(['immutable'], change);
  const isMutable = context.kind.kind === 'ConfigMap' ? context.mutableConfigMaps : context.mutableSecrets;
  return isData && !isMutable && isAutonamed(context.olds);
}

function shrinksClaim(change: Change): boolean {
  const path: Path = change.path;
  if (path.join('.') !== 'spec.resources.requests.storage' || change.kind !== 'update') return false;
  const before =
    typeof change.old === 'string' || typeof change.old === 'number' ? parseQuantity(change.old) : undefined;
  const after =
    typeof change.new === 'string' || typeof change.new === 'number' ? parseQuantity(change.new) : undefined;
  return before !== undefined && after !== undefined && after < before;
}

function open(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}
