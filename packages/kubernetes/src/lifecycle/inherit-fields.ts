import { isPropertyMap, type PropertyMap, revealSecrets } from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { isJsonMap, type Json, type JsonMap, type KubeObject, listAt, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import type { ObjectName } from '../kinds/object-id.ts';

const attemptsMax = 4;

/**
 * Whether this resource has yet to apply the object for the first time, while one who wrote it before still owns fields
 * of it, going by what was recorded: then a field that the program drops would stay.
 */
export function inheritsFields(outputs: PropertyMap, fieldManager: string): boolean {
  const { metadata } = outputs;
  if (!isPropertyMap(metadata) || !Array.isArray(metadata.managedFields)) return false;
  const entries = revealSecrets(metadata.managedFields) as readonly Json[];
  return !entries.some((entry) => isOwn(entry, fieldManager)) && entries.some(isInherited);
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
  const inherited = entries.filter(isInherited);
  if (inherited.length === 0) return undefined;
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  const merged = [...(own === undefined ? [] : [own]), ...inherited].reduce<JsonMap>(
    (fields, entry) => union(fields, isJsonMap(entry) && isJsonMap(entry.fieldsV1) ? entry.fieldsV1 : {}),
    {},
  );
  const first = (own ?? inherited[0]) as JsonMap;
  const heir = { ...first, manager: fieldManager, operation: 'Apply', fieldsV1: merged };
  const rest = entries.filter((entry) => !inherited.includes(entry) && entry !== own);
  return [
    { op: 'replace', path: '/metadata/managedFields', value: [heir, ...rest] },
    { op: 'replace', path: '/metadata/resourceVersion', value: textAt(live, 'metadata', 'resourceVersion') },
  ];
}

function isOwn(entry: Json, fieldManager: string): boolean {
  return textAt(entry, 'manager') === fieldManager && textAt(entry, 'operation') === 'Apply';
}

/** Managers under which whole objects are written: earlier versions of the provider, and kubectl with a manifest. */
const wholeWriters: Readonly<Record<string, readonly string[]>> = {
  Update: [
    'before-first-apply',
    'kubectl-client-side-apply',
    'kubectl-create',
    'kubectl-replace',
    'pulumi-kubernetes',
    'pulumi-kubernetes.exe',
    'pulumi-resource-kubernetes',
  ],
  Apply: ['kubectl'],
};

function isInherited(entry: Json): boolean {
  if (textAt(entry, 'subresource') !== '') return false;
  return wholeWriters[textAt(entry, 'operation')]?.includes(textAt(entry, 'manager')) ?? false;
}

function union(a: JsonMap, b: JsonMap): JsonMap {
  const result: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const known = result[key];
    result[key] = isJsonMap(known) && isJsonMap(value) ? union(known, value) : value;
  }
  return result;
}
