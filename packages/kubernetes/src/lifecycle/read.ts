import {
  type CallContext,
  isPropertyMap,
  OperationError,
  type PropertyMap,
  type PropertyValue,
  type ReadRequest,
  type ReadResult,
} from '@radiant/model';
import { judgeNow } from '../await/judge-now.ts';
import { isKindMissing, isNotFound } from '../client/api-error.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, textAt } from '../json.ts';
import { annotations } from '../kinds/annotations.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import { formatObjectId, type ObjectName } from '../kinds/object-id.ts';
import { apiVersionOf, type ResourceKind } from '../kinds/resource-kind.ts';
import { fromJson, isSecretKind, withSecretData } from '../properties/from-json.ts';
import { recordedFieldManager, recordedInitialApiVersion, recordedOutputs } from '../properties/recorded-state.ts';
import { pruneToInputs } from '../properties/shape.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import { placeOf } from './delete.ts';
import { describeFailure } from './failures.ts';
import { isScaledByOthers } from './managed-fields.ts';

/**
 * Reads an object: anew for a resource on record, from the shared LIST of its kind, or for the first time, by its id
 * alone. Undefined when it is not there.
 */
export async function readResource(
  request: ReadRequest,
  kind: ResourceKind,
  environment: ProviderEnvironment,
  context: CallContext,
): Promise<ReadResult> {
  const reach = await environment.session.reach();
  if (reach.kind === 'unreachable') return readUnreachable(request, reach.reason, environment, context);
  const { cluster } = reach;
  const route = await cluster.discovery.find(kind, { signal: context.signal });
  if (route === undefined) return undefined;
  const where = placeOf(request.id, route, environment);
  const isRecorded = request.outputs !== undefined && Object.keys(request.outputs).length > 0;
  const inputs = request.inputs ?? {};
  try {
    const object = isRecorded
      ? await cluster.lists.find(route, where.namespace, where.name)
      : await cluster.client.get(route, where.namespace, where.name, context.signal);
    if (object === undefined) return undefined;
    environment.program.noteRecorded(textAt(object, 'metadata', 'uid'), request.urn);
    if (!isRecorded) return firstRead(request, route, where, object);
    return await refreshed(request, inputs, route, where, object, environment, cluster);
  } catch (error) {
    if (isNotFound(error) || isKindMissing(error)) return undefined;
    throw describeFailure(error, { action: 'read', urn: request.urn, kind, where, inputs });
  }
}

function readUnreachable(
  request: ReadRequest,
  reason: string,
  environment: ProviderEnvironment,
  context: CallContext,
): ReadResult {
  const where = environment.session.words();
  if (environment.options.deleteUnreachable) {
    context.warn(`${where} is unreachable: ${request.id} is taken for deleted, as deleteUnreachable says`);
    return undefined;
  }
  if (environment.options.skipUpdateUnreachable && request.outputs !== undefined) {
    context.warn(`${where} is unreachable: ${request.id} is taken for unchanged, as skipUpdateUnreachable says`);
    return { id: request.id, inputs: request.inputs ?? {}, outputs: request.outputs };
  }
  throw new OperationError({
    code: 'KUBERNETES_UNREACHABLE',
    urn: request.urn,
    summary: `${request.id} could not be read: ${where} is unreachable: ${reason}`,
    remedy:
      'if the cluster is gone for good, set PULUMI_K8S_DELETE_UNREACHABLE=true to drop its resources from the state',
  });
}

async function refreshed(
  request: ReadRequest,
  inputs: PropertyMap,
  route: KindRoute,
  where: ObjectName,
  object: KubeObject,
  environment: ProviderEnvironment,
  cluster: Cluster,
): Promise<ReadResult> {
  const recorded = request.outputs ?? {};
  const fieldManager = recordedFieldManager(recorded) ?? fieldManagerOf(request.urn);
  const live = withSecretsOf(route, fromJson(object));
  const pruned = pruneToInputs(route, inputs, live);
  const current = isScaledByOthers(object, fieldManager) ? withReplicasOf(inputs, pruned) : pruned;
  const initialApiVersion = recordedInitialApiVersion(recorded, apiVersionOf(route));
  const initErrors = await judgeNow(route, where, object, inputs, environment, cluster);
  return {
    id: formatObjectId(where),
    inputs: current,
    outputs: recordedOutputs(route, object, { inputs: current, initialApiVersion, fieldManager }),
    ...(initErrors.length > 0 && { initErrors }),
  };
}

/** Replicas that an autoscaler sets are no drift of the program's. */
function withReplicasOf(inputs: PropertyMap, pruned: PropertyMap): PropertyMap {
  const { spec } = inputs;
  if (!isPropertyMap(spec) || !isPropertyMap(pruned.spec) || spec.replicas === undefined) return pruned;
  return { ...pruned, spec: { ...pruned.spec, replicas: spec.replicas } };
}

function firstRead(request: ReadRequest, route: KindRoute, where: ObjectName, object: KubeObject): ReadResult {
  const inputs = importableInputs(route, object);
  const fieldManager = fieldManagerOf(request.urn);
  const fields = { inputs, initialApiVersion: apiVersionOf(route), fieldManager };
  return { id: formatObjectId(where), inputs, outputs: recordedOutputs(route, object, fields) };
}

const serverMetadata = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** Inputs that would make the object as it is: all of it but what the server and its controllers write. */
export function importableInputs(route: KindRoute, object: KubeObject): PropertyMap {
  const { status: _, metadata, ...rest } = fromJson(object);
  const kept: Record<string, PropertyValue> = {};
  for (const [field, value] of Object.entries(isPropertyMap(metadata) ? metadata : {}))
    if (!serverMetadata.includes(field)) kept[field] = value;
  if (isPropertyMap(kept.annotations)) {
    const noted = Object.entries(kept.annotations).filter(
      ([name]) => name !== annotations.lastApplied && name !== annotations.revision,
    );
    if (noted.length > 0) kept.annotations = Object.fromEntries(noted);
    else delete kept.annotations;
  }
  const inputs = { apiVersion: apiVersionOf(route), kind: route.kind, ...rest, metadata: kept };
  return withSecretsOf(route, inputs);
}

function withSecretsOf(route: KindRoute, object: PropertyMap): PropertyMap {
  return isSecretKind(route) ? withSecretData(object) : object;
}
