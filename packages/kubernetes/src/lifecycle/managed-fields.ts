import { isJsonMap, type Json, type JsonMap, type KubeObject, listAt, textAt } from '../json.ts';

/** Whether a field manager has applied the object: the mark that a resource leaves on what it makes. */
export function isManagedBy(object: KubeObject, fieldManager: string): boolean {
  return listAt(object, 'metadata', 'managedFields').some(
    (entry) => textAt(entry, 'manager') === fieldManager && textAt(entry, 'operation') === 'Apply',
  );
}

/** Whether anybody else has written the object itself, not only its status or scale. */
export function hasOtherOwners(object: KubeObject, fieldManager: string): boolean {
  return listAt(object, 'metadata', 'managedFields').some(
    (entry) => textAt(entry, 'manager') !== fieldManager && textAt(entry, 'subresource') === '',
  );
}

export interface FieldOwner {
  readonly manager: string;
  readonly operation: string;
  readonly subresource: string;
}

type Path = readonly (string | number)[];

/** Who owns the value at a path of the object, us included. `object` resolves positions in lists to their keys. */
export function ownersOf(object: KubeObject, path: Path): readonly FieldOwner[] {
  const owners: FieldOwner[] = [];
  for (const entry of listAt(object, 'metadata', 'managedFields')) {
    const fields = isJsonMap(entry) ? entry.fieldsV1 : undefined;
    if (!isJsonMap(fields) || !owns(fields, object, path)) continue;
    owners.push({
      manager: textAt(entry, 'manager'),
      operation: textAt(entry, 'operation'),
      subresource: textAt(entry, 'subresource'),
    });
  }
  return owners;
}

/** Walks a FieldsV1 trie along the path; owning a whole value means owning what is in it (KEP-555: FieldsV1). */
function owns(fields: JsonMap, value: Json | undefined, path: Path): boolean {
  const [segment, ...rest] = path;
  if (segment === undefined) return true;
  if (Object.keys(fields).length === 0) return true;
  if (typeof segment === 'string') {
    const inner = fields[`f:${segment}`];
    const child = isJsonMap(value) ? value[segment] : undefined;
    return isJsonMap(inner) && owns(inner, child, rest);
  }
  const item = Array.isArray(value) ? (value[segment] as Json | undefined) : undefined;
  for (const [key, inner] of Object.entries(fields))
    if (isJsonMap(inner) && namesItem(key, item) && owns(inner, item, rest)) return true;
  return false;
}

function namesItem(key: string, item: Json | undefined): boolean {
  if (item === undefined || (!key.startsWith('k:') && !key.startsWith('v:'))) return false;
  const named = parse(key.slice(2));
  if (key.startsWith('v:')) return JSON.stringify(named) === JSON.stringify(item);
  return isJsonMap(named) && isJsonMap(item) && Object.entries(named).every(([field, value]) => item[field] === value);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Whether replicas are set by something that scales, through the scale subresource or in its own name. */
export function isScaledByOthers(object: KubeObject, ownManager: string): boolean {
  const owners = ownersOf(object, ['spec', 'replicas']);
  return owners.length > 0 && owners.every((owner) => owner.manager !== ownManager) && owners.some(isScaler);
}

function isScaler(owner: FieldOwner): boolean {
  return owner.subresource === 'scale' && !owner.manager.startsWith('kubectl');
}
