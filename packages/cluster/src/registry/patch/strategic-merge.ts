import { ApiError } from '../../api-error.ts';
import { ownField, setOwnField } from '../../own-field.ts';
import type { FieldSpec, FieldType, PatchStrategy } from '../../schema/field-types.ts';
import { anyType } from '../../schema/field-types.ts';
import { deepEqual } from '../deep-equal.ts';

type Fields = Record<string, unknown>;

const deleteFromPrimitives = '$deleteFromPrimitiveList/';
const setOrder = '$setElementOrder/';

/**
 * Strategic merge patch (kubernetes docs: "Update API Objects in Place Using kubectl patch"; k8s.io/apimachinery's strategicpatch): a merge
 * patch whose lists are merged by the schema's keys, with the directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList` and
 * `$setElementOrder`. Throws ApiError 400 for directives that make no sense.
 */
export function strategicMerge(target: unknown, patch: unknown, type: FieldType): unknown {
  if (!isMap(patch)) throw badPatch('a strategic merge patch must be an object');
  return mergeMaps(isMap(target) ? target : {}, patch, type);
}

function mergeMaps(target: Fields, patch: Fields, type: FieldType): Fields {
  const directive = patch.$patch;
  if (directive === 'replace') return cleaned(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw badPatch(`Unknown patch type found: ${String(directive)}`);

  const result: Fields = { ...target };
  keepOnlyRetained(result, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    const spec = fieldOf(type, key);
    if (value === null) delete result[key];
    else if (isMap(value)) mergeMapField(result, key, value, spec);
    else if (Array.isArray(value))
      setOwnField(result, key, mergeList(ownField(result, key), value, spec, orderIn(patch, key)));
    else setOwnField(result, key, value);
  }
  removePrimitives(result, patch);
  for (const [directiveKey, order] of Object.entries(patch)) {
    if (!directiveKey.startsWith(setOrder)) continue;
    const key = directiveKey.slice(setOrder.length);
    if (Array.isArray(patch[key]) || !Array.isArray(result[key]) || !Array.isArray(order)) continue;
    result[key] = ordered(result[key], order, result[key], fieldOf(type, key).patch);
  }
  return result;
}

function mergeMapField(result: Fields, key: string, value: Fields, spec: FieldSpec): void {
  if (value.$patch === 'delete') {
    delete result[key];
  } else if (spec.patch?.list === 'replace') {
    setOwnField(result, key, cleaned(value));
  } else {
    const current = ownField(result, key);
    setOwnField(result, key, mergeMaps(isMap(current) ? current : {}, value, spec.type));
  }
}

/** `$retainKeys` names every key that may be left: what else the target has goes (unions, such as a Deployment's strategy). */
function keepOnlyRetained(result: Fields, patch: Fields): void {
  const retained = patch.$retainKeys;
  if (retained === undefined) return;
  if (!Array.isArray(retained)) throw badPatch('$retainKeys must be a list of strings');
  for (const key of Object.keys(patch)) {
    if (!key.startsWith('$') && patch[key] !== null && !retained.includes(key)) {
      throw badPatch(`the patch sets ${JSON.stringify(key)}, which its $retainKeys leaves out`);
    }
  }
  for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
}

function removePrimitives(result: Fields, patch: Fields): void {
  for (const [directiveKey, values] of Object.entries(patch)) {
    if (!directiveKey.startsWith(deleteFromPrimitives)) continue;
    if (!Array.isArray(values)) throw badPatch(`${directiveKey} must be a list`);
    const key = directiveKey.slice(deleteFromPrimitives.length);
    const current = result[key];
    if (Array.isArray(current)) result[key] = current.filter((item) => !values.some((value) => deepEqual(item, value)));
  }
}

function orderIn(patch: Fields, key: string): unknown[] | undefined {
  const order = patch[`${setOrder}${key}`];
  if (order !== undefined && !Array.isArray(order)) throw badPatch(`${setOrder}${key} must be a list`);
  return order;
}

function mergeList(current: unknown, patch: unknown[], spec: FieldSpec, order: unknown[] | undefined): unknown[] {
  const live = Array.isArray(current) ? current : [];
  if (spec.patch?.list !== 'merge') return cleanedList(patch);
  if (patch.every((item) => !isMap(item)) && live.every((item) => !isMap(item))) {
    const merged = [...live, ...patch.filter((item) => !live.includes(item))];
    return order === undefined ? merged : ordered(merged, order, live, spec.patch);
  }
  const key = spec.patch.key;
  if (key === undefined) return cleanedList(patch);
  if (patch.some((item) => isMap(item) && item.$patch === 'replace' && Object.keys(item).length === 1)) {
    return cleanedList(patch.filter((item) => !(isMap(item) && item.$patch === 'replace')));
  }
  const itemType = spec.type.type === 'list' ? spec.type.of : anyType;
  const merged = mergeItems(live, patch, key, itemType);
  return order === undefined ? merged : ordered(merged, order, live, spec.patch);
}

function mergeItems(live: readonly unknown[], patch: readonly unknown[], key: string, itemType: FieldType): unknown[] {
  let result = [...live];
  for (const item of patch) {
    if (!isMap(item)) throw badPatch('a list merged by key must have objects as its items');
    const value = item[key];
    if (value === undefined)
      throw badPatch(`map: map[${Object.keys(item).join(' ')}] does not contain declared merge key: ${key}`);
    const isIt = (other: unknown) => isMap(other) && deepEqual(other[key], value);
    if (item.$patch === 'delete') {
      result = result.filter((other) => !isIt(other));
      continue;
    }
    const index = result.findIndex(isIt);
    if (index === -1) result.push(item.$patch === 'replace' ? cleaned(item) : mergeMaps({}, item, itemType));
    else if (item.$patch === 'replace') result[index] = cleaned(item);
    else result[index] = mergeMaps(result[index] as Fields, item, itemType);
  }
  return result;
}

/** In the order the client asked for; items it did not name stay after the item they followed on the server. */
function ordered(
  items: readonly unknown[],
  order: readonly unknown[],
  live: readonly unknown[],
  patch: PatchStrategy | undefined,
): unknown[] {
  const key = patch?.key;
  const identity = (item: unknown) => JSON.stringify(isMap(item) && key !== undefined ? item[key] : item) ?? '';
  const wanted = new Map(order.map((item, index) => [identity(item), index]));
  const named = items
    .filter((item) => wanted.has(identity(item)))
    .sort((a, b) => wanted.get(identity(a))! - wanted.get(identity(b))!);
  const livePlace = new Map(live.map((item, index) => [identity(item), index]));
  const result = [...named];
  for (const item of items.filter((other) => !wanted.has(identity(other)))) {
    const place = livePlace.get(identity(item)) ?? Number.POSITIVE_INFINITY;
    const next = result.findIndex((other) => (livePlace.get(identity(other)) ?? Number.POSITIVE_INFINITY) > place);
    result.splice(next === -1 ? result.length : next, 0, item);
  }
  return result;
}

/** Without directives, which are never stored. */
function cleaned(patch: Fields): Fields {
  const result: Fields = {};
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$patch' || key === '$retainKeys' || key.startsWith(setOrder) || key.startsWith(deleteFromPrimitives))
      continue;
    if (value === null) continue;
    setOwnField(result, key, Array.isArray(value) ? cleanedList(value) : isMap(value) ? cleaned(value) : value);
  }
  return result;
}

function cleanedList(items: readonly unknown[]): unknown[] {
  return items
    .filter((item) => !(isMap(item) && item.$patch === 'delete'))
    .map((item) => (isMap(item) ? cleaned(item) : item));
}

function fieldOf(type: FieldType, key: string): FieldSpec {
  if (type.type === 'struct') return type.fields.get(key) ?? { type: type.others ?? anyType, isRequired: false };
  return { type: type.type === 'map' ? type.of : anyType, isRequired: false };
}

function badPatch(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
