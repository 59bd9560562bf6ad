import { isPropertyMap, type PropertyMap, revealSecrets } from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { isJsonMap, type Json, type JsonMap, type KubeObject, listAt, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import type { ObjectName } from '../kinds/object-id.ts';
import { isPredecessor } from './apply.ts';

const attemptsMax = 4;

/**
 * Whether somebody who wrote the object before this resource did still owns fields of it, going by what was recorded:
 * then a field that the program drops would stay, and one that it changes would conflict.
 */
export function inheritsFields(outputs: PropertyMap, fieldManager: string): boolean {
  const { metadata } = outputs;
  if (!isPropertyMap(metadata) || !Array.isArray(metadata.managedFields)) return false;
  return (revealSecrets(metadata.managedFields) as readonly Json[]).some((entry) => isInherited(entry, fieldManager));
}

/**
 * Moves what predecessors own to `fieldManager`, as applied by it (client-go: csaupgrade). Nothing else of the object
 * changes.
 */
export async function inheritFields(
  client: KubeClient,
  route: KindRoute,
  where: ObjectName,
  fieldManager: string,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const live = await client.get(route, where.namespace, where.name, signal);
    const patch = live && inheritancePatch(live, fieldManager);
    if (patch === undefined) return;
    try {
      await client.jsonPatch(route, where.namespace, where.name, patch, fieldManager, signal);
      return;
    } catch (error) {
      const isRaced = error instanceof KubeApiError && error.code === 409;
      if (!isRaced || attempt === attemptsMax) throw error;
    }
  }
}

function inheritancePatch(live: KubeObject, fieldManager: string): readonly JsonMap[] | undefined {
  const entries = listAt(live, 'metadata', 'managedFields');
  const inherited = entries.filter((entry) => isInherited(entry, fieldManager));
  if (inherited.length === 0) return undefined;
  const isOwn = (entry: Json) => textAt(entry, 'manager') === fieldManager && textAt(entry, 'operation') === 'Apply';
  const own = entries.find(isOwn);
  const merged = [...(own === undefined ? [] : [own]), ...inherited].reduce<JsonMap>(
    (fields, entry) => union(fields, isJsonMap(entry) && isJsonMap(entry.fieldsV1) ? entry.fieldsV1 : {}),
    {},
  );
  const first = (own ?? inherited[0]) as JsonMap;
  const heir = { ...first, manager: fieldManager, operation: 'Apply', fieldsV1: merged };
  const rest = entries.filter((entry) => !inherited.includes(entry) && !isOwn(entry));
  return [
    { op: 'replace', path: '/metadata/managedFields', value: [heir, ...rest] },
    { op: 'replace', path: '/metadata/resourceVersion', value: textAt(live, 'metadata', 'resourceVersion') },
  ];
}

/** Kubectl's own applies count, too: a person who moves to a program means the program to win. */
function isInherited(entry: Json, fieldManager: string): boolean {
  const manager = textAt(entry, 'manager');
  if (manager === fieldManager || textAt(entry, 'subresource') !== '') return false;
  return isPredecessor(manager) && (manager.startsWith('kubectl') || textAt(entry, 'operation') === 'Update');
}

function union(a: JsonMap, b: JsonMap): JsonMap {
  const result: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const known = result[key];
    result[key] = isJsonMap(known) && isJsonMap(value) ? union(known, value) : value;
  }
  return result;
}
