import type { CallContext, CreateRequest, CreateResult, InDoubtVerdict, PropertyMap } from '@radiant/model';
import { awaitReady, timeoutOf } from '../await/await-ready.ts';
import { NoAnswerError } from '../client/api-connection.ts';
import type { Applied } from '../client/kube-client.ts';
import { untilLive } from '../client/wait.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, textAt } from '../json.ts';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import { formatObjectId, type ObjectName } from '../kinds/object-id.ts';
import { apiVersionOf, type ResourceKind } from '../kinds/resource-kind.ts';
import { recordedOutputs } from '../properties/recorded-state.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import { applyBody, applyObject, takesOver } from './apply.ts';
import { type Attempt, alreadyExists, cancelled, describeFailure, nothingToPatch } from './failures.ts';
import { hasOtherOwners, isManagedBy } from './managed-fields.ts';
import { awaitRoute, inNamespace, objectName } from './place.ts';
import { relinquish } from './relinquish.ts';

/** The field manager of a resource's first write: the one it asks for, else the one its URN gives. */
export function firstFieldManager(request: Pick<CreateRequest, 'urn' | 'inputs'>): string {
  return annotationIn(request.inputs, annotations.patchFieldManager) || fieldManagerOf(request.urn);
}

/** Creates the object, or patches the one that a Patch resource names, and waits until it is ready. */
export async function createResource(
  request: CreateRequest,
  kind: ResourceKind,
  environment: ProviderEnvironment,
  context: CallContext,
): Promise<CreateResult> {
  const cluster = await environment.session.require();
  const route = await awaitRoute({ urn: request.urn, kind, inputs: request.inputs }, environment, cluster, context);
  const where = objectName(route, request.inputs, environment);
  const attempt: Attempt = { action: 'created', urn: request.urn, kind, where, inputs: request.inputs };
  try {
    const applied =
      kind.role === 'patch'
        ? await applyPatch(request, route, attempt, environment, cluster, context)
        : await applyNew(request, route, attempt, environment, cluster, context);
    for (const warning of applied.warnings) context.warn(warning);
    return await completeCreation(request, route, where, applied.object, environment, cluster, context);
  } catch (error) {
    throw describeFailure(error, attempt);
  }
}

async function applyNew(
  request: CreateRequest,
  route: KindRoute,
  attempt: Attempt,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<Applied> {
  const { where } = attempt;
  const fieldManager = firstFieldManager(request);
  const mayExist = await ensureNameIsFree(request, route, attempt, environment, cluster, context);
  const apply = () => applyWith(request, route, where, fieldManager, environment, cluster, context);
  try {
    const applied = await inNamespace(apply, attempt, environment, cluster, context);
    if (applied.isCreated !== false || mayExist || !hasOtherOwners(applied.object, fieldManager)) return applied;
    // Somebody made the object between our look and our write: what we added to it is taken back.
    await relinquish(route, where, fieldManager, cluster, context.signal);
    cluster.lists.forget(route, where.namespace);
    throw alreadyExists(attempt, route.plural);
  } catch (error) {
    // The answer was lost: whether the object is there, and carries our mark, tells what became of the request.
    if (!(error instanceof NoAnswerError) || !error.mayHaveArrived) throw error;
    const object = await cluster.client.get(route, where.namespace, where.name, context.signal).catch(() => undefined);
    if (object === undefined || !isManagedBy(object, fieldManager)) throw error;
    return { object, isCreated: true, warnings: [] };
  }
}

function applyWith(
  request: CreateRequest,
  route: KindRoute,
  where: ObjectName,
  fieldManager: string,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<Applied> {
  const isForced = takesOver(request.inputs, environment.options);
  const body = applyBody(route, where, request.inputs);
  const { urn, inputs } = request;
  return applyObject(
    cluster.client,
    { urn, route, where, inputs, body, fieldManager, isForced, isDryRun: false },
    context,
  );
}

/**
 * Refuses to take over an object that somebody else made. One that is just going is waited for; one that this very
 * resource made in an earlier run, and that no resource on record stands for, is carried on with. Returns whether there
 * may be an object that the write is meant to change.
 */
async function ensureNameIsFree(
  request: CreateRequest,
  route: KindRoute,
  attempt: Attempt,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<boolean> {
  if (environment.options.upsertExistingObjects) return true;
  const { where } = attempt;
  const listed = await cluster.lists.find(route, where.namespace, where.name);
  if (listed === undefined) return false;
  const existing = await cluster.client.get(route, where.namespace, where.name, context.signal);
  if (existing === undefined || textAt(existing, 'metadata', 'deletionTimestamp') !== '') {
    if (existing !== undefined) await awaitGoing(existing, route, request, attempt, environment, cluster, context);
    cluster.lists.noteGone(route, where.namespace, where.name);
    return false;
  }
  const isOurs = isManagedBy(existing, firstFieldManager(request));
  if (isOurs && environment.program.recordedBy(textAt(existing, 'metadata', 'uid')) === undefined) return true;
  throw alreadyExists(attempt, route.plural);
}

async function awaitGoing(
  existing: KubeObject,
  route: KindRoute,
  request: CreateRequest,
  attempt: Attempt,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<void> {
  const { where } = attempt;
  context.report(`Waiting for the earlier ${route.kind} ${formatObjectId(where)} to be gone`);
  const informer = cluster.informers.open(route, where.namespace);
  const uid = textAt(existing, 'metadata', 'uid');
  const isGone = () => (textAt(informer.get(where.name), 'metadata', 'uid') === uid ? undefined : true);
  const deadlineMs = environment.clock.nowMs() + timeoutOf(request.inputs, request.timeoutSeconds) * 1000;
  const waited = await untilLive([informer], isGone, { clock: environment.clock, deadlineMs, signal: context.signal });
  if (waited.kind === 'cancelled')
    throw cancelled(`while waiting for the earlier ${route.kind} ${formatObjectId(where)} to be gone`);
  if (waited.kind === 'timed-out') throw alreadyExists(attempt, route.plural);
}

/** How long a patch waits for its object: one that a controller makes, such as the default ServiceAccount, comes soon. */
const patchedAppearsMs = 10_000;

/** A Patch resource changes an object that somebody else makes; it never makes one. */
async function applyPatch(
  request: CreateRequest,
  route: KindRoute,
  attempt: Attempt,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<Applied> {
  const { where } = attempt;
  if ((await cluster.lists.find(route, where.namespace, where.name)) === undefined) {
    context.report(`Waiting for ${route.kind} ${formatObjectId(where)}, which is to be patched`);
    const informer = cluster.informers.open(route, where.namespace);
    const { clock } = environment;
    const limits = { clock, deadlineMs: clock.nowMs() + patchedAppearsMs, signal: context.signal };
    const waited = await untilLive([informer], () => informer.get(where.name), limits);
    if (waited.kind === 'cancelled') throw cancelled(`while waiting for ${route.kind} ${formatObjectId(where)}`);
    if (waited.kind === 'timed-out') throw nothingToPatch(attempt);
  }
  return applyWith(request, route, where, firstFieldManager(request), environment, cluster, context);
}

async function completeCreation(
  request: CreateRequest,
  route: KindRoute,
  where: ObjectName,
  written: KubeObject,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<CreateResult> {
  environment.program.noteRecorded(textAt(written, 'metadata', 'uid'), request.urn);
  const { inputs, timeoutSeconds } = request;
  const awaited = await awaitReady({ route, where, inputs, written, timeoutSeconds }, environment, cluster, context);
  cluster.lists.noteWritten(route, where.namespace, awaited.object);
  return {
    id: formatObjectId(where),
    outputs: outputsOf(request, route, awaited.object),
    ...(awaited.initErrors.length > 0 && { initErrors: awaited.initErrors }),
  };
}

function outputsOf(request: CreateRequest, route: KindRoute, object: KubeObject): PropertyMap {
  const fieldManager = firstFieldManager(request);
  return recordedOutputs(route, object, {
    inputs: request.inputs,
    initialApiVersion: apiVersionOf(route),
    fieldManager,
  });
}

/** Whether a creation whose outcome nobody recorded has happened: the object then carries the mark of its URN. */
export async function lookUpCreation(
  request: CreateRequest,
  kind: ResourceKind,
  environment: ProviderEnvironment,
  context: CallContext,
): Promise<InDoubtVerdict> {
  const cluster = await environment.session.require();
  const route = await cluster.discovery.find(kind, { signal: context.signal });
  if (route === undefined) return { kind: 'absent' };
  const where = objectName(route, request.inputs, environment);
  if (where.name === '') return { kind: 'cannot-tell' };
  try {
    const object = await cluster.client.get(route, where.namespace, where.name, context.signal);
    if (object === undefined || !isManagedBy(object, firstFieldManager(request))) return { kind: 'absent' };
    // Whether it is ready is not waited for: the next update looks at it anyway, and may be what mends it.
    environment.program.noteRecorded(textAt(object, 'metadata', 'uid'), request.urn);
    return { kind: 'exists', id: formatObjectId(where), outputs: outputsOf(request, route, object) };
  } catch (error) {
    throw describeFailure(error, { action: 'read', urn: request.urn, kind, where, inputs: request.inputs });
  }
}
