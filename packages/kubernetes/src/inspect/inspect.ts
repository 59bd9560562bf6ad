import {
  type CallContext,
  formatPropertyPath,
  type InspectionNote,
  type PropertyMap,
  type PropertyValue,
  Secret,
  someProperty,
  type Urn,
} from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import type { Cluster } from '../cluster-session.ts';
import { type Change, compareProperties } from '../diff/compare.ts';
import { type KubeObject, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import { formatObjectId } from '../kinds/object-id.ts';
import { parseResourceType } from '../kinds/resource-kind.ts';
import { placeOf } from '../lifecycle/delete.ts';
import { isScaledByOthers, ownersOf } from '../lifecycle/managed-fields.ts';
import { fromJson, isSecretKind } from '../properties/from-json.ts';
import { recordedFieldManager } from '../properties/recorded-state.ts';
import { pruneToInputs } from '../properties/shape.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';

export interface InspectedResource {
  readonly urn: Urn;
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

const pathsShownMax = 3;

/**
 * What differs between the state and the cluster, without changing either: one LIST per kind and namespace in use. An
 * unreachable cluster is a note, too.
 */
export async function inspectResources(
  resources: readonly InspectedResource[],
  environment: ProviderEnvironment,
  context: CallContext,
): Promise<readonly InspectionNote[]> {
  if (resources.length === 0) return [];
  const reach = await environment.session.reach();
  if (reach.kind === 'unreachable')
    return [
      { severity: 'warning', message: `not verified: ${environment.session.words()} is unreachable: ${reach.reason}` },
    ];
  const unseen = new Set<string>();
  const notes = await Promise.all(
    resources.map((resource) => inspectResource(resource, environment, reach.cluster, unseen, context)),
  );
  const hidden = [...unseen].map(
    (reason): InspectionNote => ({ severity: 'warning', message: `not verified: ${reason}` }),
  );
  return [...notes.filter((note) => note !== undefined), ...hidden];
}

async function inspectResource(
  resource: InspectedResource,
  environment: ProviderEnvironment,
  cluster: Cluster,
  unseen: Set<string>,
  context: CallContext,
): Promise<InspectionNote | undefined> {
  const kind = parseResourceType(resource.type, resource.inputs);
  if (kind === undefined || kind.role === 'patch') return undefined;
  try {
    const route = await cluster.discovery.find(kind, { signal: context.signal });
    if (route === undefined) return vanished(resource, `the cluster no longer serves ${kind.kind}`);
    const where = placeOf(resource.id, route, environment);
    const live = await cluster.lists.find(route, where.namespace, where.name);
    if (live === undefined)
      return vanished(resource, `${route.kind} ${formatObjectId(where)} is no longer in the cluster`);
    environment.program.noteRecorded(textAt(live, 'metadata', 'uid'), resource.urn);
    return drifted(resource, route, live);
  } catch (error) {
    if (!(error instanceof KubeApiError)) throw error;
    unseen.add(error.message);
    return undefined;
  }
}

function vanished(resource: InspectedResource, what: string): InspectionNote {
  return { urn: resource.urn, severity: 'warning', message: `${what}; to make it again: radiant up --refresh` };
}

function drifted(resource: InspectedResource, route: KindRoute, live: KubeObject): InspectionNote | undefined {
  const recorded = pruneToInputs(route, resource.inputs, resource.outputs);
  const current = pruneToInputs(route, resource.inputs, fromJson(live));
  const manager = recordedFieldManager(resource.outputs) ?? fieldManagerOf(resource.urn);
  const isScaled = isScaledByOthers(live, manager);
  const changes = compareProperties(route, recorded, current).filter(
    (change) => !(isScaled && formatPropertyPath(change.path) === 'spec.replicas'),
  );
  if (changes.length === 0) return undefined;
  const shown = changes.slice(0, pathsShownMax).map((change) => changeWords(change, resource, route, live));
  const more = changes.length > pathsShownMax ? `, and ${changes.length - pathsShownMax} more` : '';
  const what = `${route.kind} ${resource.id} was changed in the cluster: ${shown.join(', ')}${more}`;
  return { urn: resource.urn, severity: 'warning', message: `${what}; to see and repair it: radiant up --refresh` };
}

function changeWords(change: Change, resource: InspectedResource, route: KindRoute, live: KubeObject): string {
  const path = formatPropertyPath(change.path);
  const by = ownersOf(live, change.path).map((owner) => owner.manager);
  const whom = by.length === 0 ? '' : ` (by ${[...new Set(by)].map((name) => `"${name}"`).join(', ')})`;
  if (change.kind === 'delete') return `${path} is gone`;
  if (isHidden(change, resource, route)) return `${path} differs${whom}`;
  const value = valueWords(change.new);
  return change.kind === 'add'
    ? `${path} is ${value}${whom}`
    : `${path} is ${value} instead of ${valueWords(change.old)}${whom}`;
}

/** Values of what is secret in the program, or of a Secret at all, are not shown. */
function isHidden(change: Change, resource: InspectedResource, route: KindRoute): boolean {
  if (isSecretKind(route)) return true;
  let held: PropertyValue | undefined = resource.inputs;
  for (const segment of change.path) {
    if (held instanceof Secret) return true;
    held =
      typeof held === 'object' && held !== null ? (held as never as Record<string, PropertyValue>)[segment] : undefined;
  }
  return someProperty(held, (value) => value instanceof Secret);
}

function valueWords(value: PropertyValue | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
