import { compareJson, type Difference } from './compare.ts';
import { accountOf } from './events.ts';
import { isObject, type Json, type JsonObject } from './recorded.ts';
import { setAside } from './set-aside.ts';

/**
 * The differences between the events of two runs. An operation that fails cuts off what runs beside: how far that came is
 * a race, so of an operation that was recorded as failed, only what both runs came to is compared.
 */
export function compareEvents(
  recorded: readonly JsonObject[],
  ours: readonly JsonObject[],
  folder: string,
  at: string,
): Difference[] {
  const [theirs, mine] = [accountOf(recorded), accountOf(ours, folder)];
  const isCutOff = (theirs.rest.summaryEvent as readonly JsonObject[] | undefined)?.[0]?.result === 'failed';
  const found = [
    ...compareJson(theirs.steps, mine.steps, `${at}/steps`),
    ...compareJson(theirs.diagnostics, mine.diagnostics, `${at}/diagnostics`),
    ...compareJson(theirs.rest, mine.rest, `${at}/rest`),
  ];
  return isCutOff ? found.filter((difference) => !isRace(difference, theirs.steps, mine.steps)) : found;
}

function isRace({ at, recorded, ours }: Difference, theirs: JsonObject, mine: JsonObject): boolean {
  if (/\/summaryEvent\[0\]\/resourceChanges\/same$/.test(at) || /\[\d+\]\/steps$/.test(at)) return true;
  const isMissing = recorded === undefined || ours === undefined;
  const subject = /\/steps\/([^/]*?)(\[\d+\])?$/.exec(at)?.[1];
  if (!isMissing || subject === undefined) return false;
  // The failed step itself was no race.
  return ![theirs, mine].some((steps) => JSON.stringify(steps[subject] ?? []).includes('resOpFailedEvent'));
}

/** Resources by URN: in which order independent ones stand is each engine's own affair. */
export function comparableExport(json: JsonObject, folder?: string): Json {
  const { deployment, ...envelope } = setAside(json, folder) as { readonly deployment: JsonObject };
  const resources = (deployment.resources ?? []) as readonly JsonObject[];
  return { ...envelope, deployment: { ...deployment, resources: byKey(resources.map(sortedDependencies), keyOf) } };
}

export function comparablePreview(json: JsonObject, folder?: string): Json {
  const preview = setAside(json, folder) as JsonObject;
  const steps = (preview.steps ?? []) as readonly JsonObject[];
  const sorted = steps.map(({ newState, oldState, ...step }) => ({
    ...step,
    ...(isObject(oldState) && { oldState: sortedDependencies(oldState) }),
    ...(isObject(newState) && { newState: sortedDependencies(newState) }),
  }));
  return { ...preview, steps: byKey(sorted as readonly JsonObject[], ({ urn, op }) => `${urn} ${op}`) };
}

function keyOf({ urn, delete: isDoomed }: JsonObject): string {
  return isDoomed === true ? `${urn} (to be deleted)` : String(urn);
}

/** A program gathers them from promises, in the order in which these are kept. */
function sortedDependencies(resource: JsonObject): JsonObject {
  const { dependencies } = resource;
  return Array.isArray(dependencies) ? { ...resource, dependencies: [...dependencies].sort() } : resource;
}

function byKey(items: readonly JsonObject[], key: (item: JsonObject) => string): JsonObject {
  const map: Record<string, JsonObject> = {};
  for (const item of items) {
    if (Object.hasOwn(map, key(item))) throw new Error(`there are two of ${key(item)}`);
    map[key(item)] = item;
  }
  return map;
}
