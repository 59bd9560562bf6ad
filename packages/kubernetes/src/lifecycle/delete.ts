import { type CallContext, type DeleteRequest, OperationError } from '@radiant/model';
import { timeoutOf } from '../await/await-ready.ts';
import { conditionOf } from '../await/conditions.ts';
import { isKindMissing, KubeApiError } from '../client/api-error.ts';
import type { DeleteOptions } from '../client/kube-client.ts';
import { untilLive } from '../client/wait.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, listAt, textAt } from '../json.ts';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { type ObjectName, parseObjectId } from '../kinds/object-id.ts';
import type { ResourceKind } from '../kinds/resource-kind.ts';
import { recordedFieldManager, recordedUid } from '../properties/recorded-state.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import { type Attempt, cancelled, describeFailure, objectWords } from './failures.ts';
import { isManagedBy } from './managed-fields.ts';
import { relinquish } from './relinquish.ts';

/** Deletes the object and waits until it is gone, or gives up what a Patch resource owns of one. */
export async function deleteResource(
  request: DeleteRequest,
  kind: ResourceKind,
  environment: ProviderEnvironment,
  context: CallContext,
): Promise<void> {
  const reach = await environment.session.reach();
  if (reach.kind === 'unreachable' && environment.options.deleteUnreachable) {
    context.warn(
      `${environment.session.words()} is unreachable: ${request.id} is taken for deleted, as deleteUnreachable says`,
    );
    return;
  }
  const cluster = await environment.session.require();
  const route = await cluster.discovery.find(kind, { signal: context.signal });
  if (route === undefined) return;
  const where = placeOf(request.id, route, environment);
  const attempt: Attempt = { action: 'deleted', urn: request.urn, kind, where, inputs: request.inputs };
  try {
    if (kind.role === 'patch') await withdrawPatch(request, route, where, cluster, context);
    else await deleteObject(request, route, attempt, environment, cluster, context);
  } catch (error) {
    if (isKindMissing(error)) return;
    throw describeFailure(error, attempt);
  }
}

export function placeOf(id: string, route: KindRoute, environment: ProviderEnvironment): ObjectName {
  const { namespace, name } = parseObjectId(id);
  if (!route.isNamespaced) return { namespace: undefined, name };
  return { namespace: namespace ?? environment.defaultNamespace, name };
}

async function deleteObject(
  request: DeleteRequest,
  route: KindRoute,
  attempt: Attempt,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<void> {
  const { where } = attempt;
  const propagationPolicy = propagation(request);
  const recorded = recordedUid(request.outputs);
  const left = await deleteRecorded(route, where, propagationPolicy, recorded, environment, cluster, context);
  if (left !== undefined && annotationIn(request.inputs, annotations.skipAwait) !== 'true')
    await awaitGone(left, request, route, attempt, environment, cluster, context);
  environment.program.noteDeleted(recorded);
  cluster.lists.noteGone(route, where.namespace, where.name);
}

/**
 * Deletes the object that was recorded. One of the same name that another resource of this stack stands for is left
 * alone: it is what this one was replaced by.
 */
async function deleteRecorded(
  route: KindRoute,
  where: ObjectName,
  propagationPolicy: DeleteOptions['propagationPolicy'],
  recorded: string | undefined,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<KubeObject | undefined> {
  const { client } = cluster;
  const { namespace, name } = where;
  const options = { propagationPolicy, ...(recorded !== undefined && { uid: recorded }) };
  try {
    return await client.delete(route, namespace, name, options, context.signal);
  } catch (error) {
    if (!(error instanceof KubeApiError) || error.code !== 409 || recorded === undefined) throw error;
    const live = await client.get(route, namespace, name, context.signal);
    if (live === undefined) return undefined;
    const uid = textAt(live, 'metadata', 'uid');
    if (uid === recorded) throw error;
    if (environment.program.recordedBy(uid) !== undefined) return undefined;
    return client.delete(route, namespace, name, { propagationPolicy, uid }, context.signal);
  }
}

function propagation(request: DeleteRequest): DeleteOptions['propagationPolicy'] {
  const stated = annotationIn(request.inputs, annotations.deletionPropagationPolicy)?.toLowerCase();
  if (stated === 'orphan') return 'Orphan';
  return stated === 'background' ? 'Background' : 'Foreground';
}

async function awaitGone(
  left: KubeObject,
  request: DeleteRequest,
  route: KindRoute,
  attempt: Attempt,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<void> {
  const { where } = attempt;
  const uid = textAt(left, 'metadata', 'uid');
  const informer = cluster.informers.open(route, where.namespace);
  const limitSeconds = timeoutOf(request.inputs, request.timeoutSeconds);
  let newest = left;
  let reported = '';
  const check = (): true | undefined => {
    const live = informer.get(where.name);
    if (live === undefined || textAt(live, 'metadata', 'uid') !== uid) return true;
    newest = live;
    const hindrance = hindrances(live);
    const status = hindrance === '' ? 'Waiting for it to be gone' : `Waiting for it to be gone: ${hindrance}`;
    if (status !== reported) context.report(status);
    reported = status;
    return undefined;
  };
  const deadlineMs = environment.clock.nowMs() + limitSeconds * 1000;
  const waited = await untilLive([informer], check, { clock: environment.clock, deadlineMs, signal: context.signal });
  if (waited.kind === 'done') return;
  const what = objectWords(attempt.kind, where);
  if (waited.kind === 'cancelled')
    throw cancelled(`while waiting for ${what} to be gone; its deletion goes on in the cluster`);
  const hindrance = hindrances(newest);
  throw new OperationError({
    code: 'KUBERNETES_DELETE_TIMEOUT',
    urn: request.urn,
    summary: `${what} is still there ${limitSeconds} seconds after its deletion${hindrance === '' ? '' : `: ${hindrance}`}`,
    remedy: 'repair what holds it, then repeat; the resource option customTimeouts gives it more time',
  });
}

/** What keeps an object that is being deleted: finalizers, or the contents of a namespace. */
function hindrances(object: KubeObject): string {
  const contents = ['NamespaceContentRemaining', 'NamespaceFinalizersRemaining', 'NamespaceDeletionContentFailure']
    .map((type) => conditionOf(object, type))
    .filter((condition) => textAt(condition, 'status') === 'True')
    .map((condition) => textAt(condition, 'message'));
  const finalizers = listAt(object, 'metadata', 'finalizers').filter((name) => name !== 'foregroundDeletion');
  const holders = finalizers.length === 0 ? [] : [`finalizers keep it (${finalizers.join(', ')})`];
  return [...contents, ...holders].join('; ');
}

async function withdrawPatch(
  request: DeleteRequest,
  route: KindRoute,
  where: ObjectName,
  cluster: Cluster,
  context: CallContext,
): Promise<void> {
  const manager = recordedFieldManager(request.outputs);
  const live = await cluster.client.get(route, where.namespace, where.name, context.signal);
  if (manager === undefined || live === undefined || !isManagedBy(live, manager)) return;
  try {
    await relinquish(route, where, manager, cluster, context.signal);
  } catch (error) {
    if (!(error instanceof KubeApiError) || error.code !== 422) throw error;
    throw new OperationError({
      code: 'KUBERNETES_PATCH_REQUIRED',
      urn: request.urn,
      summary: `the patch of ${route.kind} ${request.id} cannot be withdrawn: it alone sets fields that the object needs`,
      detail: error.message,
      remedy: 'let another manager set them first, or add the resource option retainOnDelete: true',
      cause: error,
    });
  }
}
