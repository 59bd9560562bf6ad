import {
  type CallContext,
  containsUnknown,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Unknown,
  type Urn,
} from '@radiant/model';
import { fieldConflicts, isNamespaceTerminating, isNotFound, KubeApiError } from '../client/api-error.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { formatObjectId, type ObjectName } from '../kinds/object-id.ts';
import type { ResourceKind } from '../kinds/resource-kind.ts';
import { fromJson, withSecrets } from '../properties/from-json.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import { applyObject, takesOver } from './apply.ts';
import { describeFailure } from './failures.ts';
import { bodyWithIgnored } from './ignored-fields.ts';
import { isManagedBy } from './managed-fields.ts';
import { objectName } from './place.ts';

export interface PreviewRequest {
  readonly urn: Urn;
  readonly inputs: PropertyMap;
  readonly fieldManager: string;
  readonly ignoreChanges: readonly string[];
  readonly intent: 'create' | 'update';
}

/**
 * What the object would become, by a dry run of the server where that can be had, else the inputs themselves
 * (kubernetes docs: API concepts, dry-run). A refusal that the real write would meet, too, is thrown.
 */
export async function previewOutputs(
  request: PreviewRequest,
  kind: ResourceKind,
  environment: ProviderEnvironment,
  context: CallContext,
): Promise<PropertyMap> {
  if (containsUnknown(request.inputs) || kind.role === 'patch') return inputsAsOutputs(request);
  const reach = await environment.session.reach();
  if (reach.kind === 'unreachable') {
    environment.session.warnUnverified(reach.reason, context.warn);
    return inputsAsOutputs(request);
  }
  const { cluster } = reach;
  const route = await cluster.discovery.find(kind, { signal: context.signal });
  if (route === undefined) return inputsAsOutputs(request);
  const where = objectName(route, request.inputs, environment);
  const attempt = { action: 'previewed', urn: request.urn, kind, where, inputs: request.inputs } as const;
  try {
    if (request.intent === 'create' && (await isTaken(request, route, where, environment, cluster, context)))
      return inputsAsOutputs(request);
    const isForced = takesOver(request.inputs, environment.options);
    const body = await bodyWithIgnored({ ...request, route, where }, cluster.client, context.signal);
    const { urn, inputs, fieldManager } = request;
    const dry = { urn, route, where, inputs, body, fieldManager, isForced, isDryRun: true };
    const { object, warnings } = await applyObject(cluster.client, dry, context);
    for (const warning of warnings) context.warn(warning);
    return plannedOutputs(route, object, request);
  } catch (error) {
    if (isUnanswerable(error, request)) return inputsAsOutputs(request);
    throw describeFailure(error, attempt);
  }
}

/**
 * Whether an object of that name stands in the way of a dry run. The one that this resource replaces will be gone by
 * then; of any other the creation will have to say no.
 */
async function isTaken(
  request: PreviewRequest,
  route: KindRoute,
  where: ObjectName,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<boolean> {
  if (environment.options.upsertExistingObjects) return false;
  const existing = await cluster.lists.find(route, where.namespace, where.name);
  if (existing === undefined || textAt(existing, 'metadata', 'deletionTimestamp') !== '') return existing !== undefined;
  const holder = environment.program.recordedBy(textAt(existing, 'metadata', 'uid'));
  if (holder === undefined && isManagedBy(existing, request.fieldManager)) return false;
  if (holder !== request.urn)
    context.warn(
      `${route.kind} ${formatObjectId(where)} exists already and is not this resource's: creating it will be refused`,
    );
  return true;
}

/** Refusals that say nothing about the real write: it is not ours to try, or what it needs is not there yet. */
function isUnanswerable(error: unknown, request: PreviewRequest): boolean {
  if (!(error instanceof KubeApiError)) return false;
  if (isNotFound(error)) return true;
  if (error.code === 403) return isNotPermitted(error) || isNamespaceTerminating(error);
  if (error.code === 400) return /does not support dry run/.test(error.message);
  return error.code === 409 && request.intent === 'create' && fieldConflicts(error).length === 0;
}

/** The credentials lack a permission, as opposed to a quota or a policy that says no. */
function isNotPermitted(error: KubeApiError): boolean {
  return /\bcannot \w+ resource\b/.test(error.message) || /dry.?run/i.test(error.message);
}

const givenByServer = ['uid', 'resourceVersion', 'creationTimestamp', 'generation'];

/** What stands in for a dry run: the inputs, and no guess at what only the server gives. */
function inputsAsOutputs({ inputs, intent }: PreviewRequest): PropertyMap {
  if (intent !== 'create' || !isPropertyMap(inputs.metadata)) return inputs;
  const metadata: Record<string, PropertyValue> = { ...inputs.metadata };
  for (const field of givenByServer) metadata[field] = new Unknown();
  return { ...inputs, metadata };
}

/** The answer of a dry run, without what the real write will make differently. */
function plannedOutputs(route: KindRoute, object: KubeObject, request: PreviewRequest): PropertyMap {
  const { status: _, ...planned } = fromJson(object);
  if (!isPropertyMap(planned.metadata)) return withSecrets(route, request.inputs, planned);
  const { managedFields: __, ...rest } = planned.metadata;
  const metadata: Record<string, PropertyValue> = { ...rest };
  const unsettled = request.intent === 'create' ? givenByServer : ['resourceVersion', 'generation'];
  for (const field of unsettled) if (field in metadata) metadata[field] = new Unknown();
  const result = { ...planned, metadata };
  const shown =
    request.intent === 'create' && route.kind === 'Service' ? withoutAddresses(result, request.inputs) : result;
  return withSecrets(route, request.inputs, shown);
}

/** Addresses and ports that a dry run gives out are given back; the real Service gets others. */
function withoutAddresses(planned: PropertyMap, inputs: PropertyMap): PropertyMap {
  if (!isPropertyMap(planned.spec)) return planned;
  const asked = isPropertyMap(inputs.spec) ? inputs.spec : {};
  const spec: Record<string, PropertyValue> = { ...planned.spec };
  for (const field of ['clusterIP', 'clusterIPs', 'healthCheckNodePort'])
    if (field in spec && asked[field] === undefined && asked.clusterIP !== 'None') spec[field] = new Unknown();
  if (Array.isArray(spec.ports))
    spec.ports = spec.ports.map((port: PropertyValue, index: number) => {
      const stated = Array.isArray(asked.ports) ? (asked.ports[index] as PropertyValue | undefined) : undefined;
      const isGiven = isPropertyMap(port) && 'nodePort' in port && !(isPropertyMap(stated) && 'nodePort' in stated);
      return isGiven ? { ...port, nodePort: new Unknown() } : port;
    });
  return { ...planned, spec };
}
