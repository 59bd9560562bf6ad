import { type PathSegment, type PropertyMap, parsePropertyPath } from '@radiant/model';
import type { KubeClient } from '../client/kube-client.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap, type KubeObject } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { listIdentity } from '../kinds/list-keys.ts';
import type { ObjectName } from '../kinds/object-id.ts';
import { applyBody } from './apply.ts';
import { ownersOf } from './managed-fields.ts';

type Path = readonly (string | number)[];

export interface IgnoringRequest {
  readonly route: KindRoute;
  readonly where: ObjectName;
  readonly inputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
  readonly fieldManager: string;
}

/** What is sent for a resource some of whose changes are ignored. Reads the object when there are any. */
export async function bodyWithIgnored(
  request: IgnoringRequest,
  client: KubeClient,
  signal: AbortSignal,
): Promise<JsonMap> {
  const { route, where, ignoreChanges, fieldManager } = request;
  const body = applyBody(route, where, request.inputs);
  if (ignoreChanges.length === 0) return body;
  const live = await client.get(route, where.namespace, where.name, signal);
  return live === undefined ? body : withoutIgnored(body, live, ignoreChanges, fieldManager, route.kind);
}

/**
 * A body in which what `ignoreChanges` names is left to others: taken out where only others own it, else as it is in
 * the cluster, so that the apply neither changes nor drops it (Pulumi: handleSSAIgnoreFields). Positions in lists are
 * those of the body; the item of the same key is meant.
 */
export function withoutIgnored(
  body: JsonMap,
  live: KubeObject,
  ignoreChanges: readonly string[],
  fieldManager: string,
  kind: string,
): JsonMap {
  let result: Json = body;
  for (const text of ignoreChanges) {
    const path = parsePropertyPath(text);
    if (path === undefined || path.length === 0) continue;
    result = settle(result, live, path, [], { live, fieldManager, kind });
  }
  return result as JsonMap;
}

interface Lookup {
  readonly live: KubeObject;
  readonly fieldManager: string;
  readonly kind: string;
}

/** `livePath` is where `live` lies in the object; positions differ from those in the body. */
function settle(value: Json, live: Json, path: readonly PathSegment[], livePath: Path, lookup: Lookup): Json {
  const [segment, ...rest] = path;
  if (segment === undefined) return value;
  if (isJsonMap(value) && isJsonMap(live)) {
    const keys = typeof segment === 'object' ? Object.keys(value) : [String(segment)];
    let result: JsonMap = value;
    for (const key of keys) result = settleKey(result, live, key, rest, [...livePath, key], lookup);
    return result;
  }
  if (!isJsonList(value) || !isJsonList(live)) return value;
  return value.map((item, index) => {
    if (typeof segment !== 'object' && segment !== index) return item;
    const at = counterpart(item, index, live, livePath, lookup.kind);
    return at < 0 || rest.length === 0 ? item : settle(item, live[at]!, rest, [...livePath, at], lookup);
  });
}

function settleKey(
  value: JsonMap,
  live: JsonMap,
  key: string,
  rest: readonly PathSegment[],
  livePath: Path,
  lookup: Lookup,
): JsonMap {
  const inner = Object.hasOwn(value, key) ? value[key] : undefined;
  const liveInner = Object.hasOwn(live, key) ? live[key] : undefined;
  if (rest.length > 0)
    return inner === undefined || liveInner === undefined
      ? value
      : { ...value, [key]: settle(inner, liveInner, rest, livePath, lookup) };
  const owners = ownersOf(lookup.live, livePath);
  const isOurs = owners.some((owner) => owner.manager === lookup.fieldManager);
  if (liveInner === undefined || (owners.length > 0 && !isOurs)) {
    const { [key]: _, ...others } = value;
    return others;
  }
  return { ...value, [key]: liveInner };
}

/** The position of the live item that a body's item stands for, or -1. */
function counterpart(item: Json, index: number, live: readonly Json[], livePath: Path, kind: string): number {
  const identity = listIdentity(kind, livePath);
  const key = identity?.keyOf(item);
  if (identity === undefined || key === undefined) return index < live.length ? index : -1;
  return live.findIndex((candidate) => identity.keyOf(candidate) === key);
}
