import type { CallContext, PropertyMap, UpdateRequest, UpdateResult } from '@radiant/model';
import { awaitReady } from '../await/await-ready.ts';
import type { Applied } from '../client/kube-client.ts';
import type { Cluster } from '../cluster-session.ts';
import { textAt } from '../json.ts';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import type { ObjectName } from '../kinds/object-id.ts';
import { apiVersionOf, type ResourceKind } from '../kinds/resource-kind.ts';
import { recordedFieldManager, recordedInitialApiVersion, recordedOutputs } from '../properties/recorded-state.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import { applyObject, takesOver } from './apply.ts';
import { type Attempt, describeFailure } from './failures.ts';
import { bodyWithIgnored } from './ignored-fields.ts';
import { inheritFields, inheritsFields } from './inherit-fields.ts';
import { awaitRoute, objectName } from './place.ts';
import { relinquish } from './relinquish.ts';

/** The field manager that writes a recorded resource: the one it asks for, else the one it has been written with. */
export function fieldManagerFor(request: Pick<UpdateRequest, 'urn' | 'oldOutputs'>, inputs: PropertyMap): string {
  return (
    annotationIn(inputs, annotations.patchFieldManager) ||
    recordedFieldManager(request.oldOutputs) ||
    fieldManagerOf(request.urn)
  );
}

/** Changes the object in place by server-side apply and waits until it is ready again. */
export async function updateResource(
  request: UpdateRequest,
  kind: ResourceKind,
  environment: ProviderEnvironment,
  context: CallContext,
): Promise<UpdateResult> {
  const cluster = await environment.session.require();
  const inputs = request.newInputs;
  const route = await awaitRoute({ urn: request.urn, kind, inputs }, environment, cluster, context);
  const where = objectName(route, inputs, environment);
  const attempt: Attempt = { action: 'updated', urn: request.urn, kind, where, inputs };
  const fieldManager = fieldManagerFor(request, inputs);
  try {
    const applied = await applyChange(request, kind, route, where, fieldManager, environment, cluster, context);
    for (const warning of applied.warnings) context.warn(warning);
    await relinquishFormer(request, route, where, fieldManager, cluster, context);
    environment.program.noteRecorded(textAt(applied.object, 'metadata', 'uid'), request.urn);
    const { timeoutSeconds } = request;
    const awaiting = { route, where, inputs, written: applied.object, timeoutSeconds };
    const awaited = await awaitReady(awaiting, environment, cluster, context);
    cluster.lists.noteWritten(route, where.namespace, awaited.object);
    const initialApiVersion = recordedInitialApiVersion(request.oldOutputs, apiVersionOf(route));
    return {
      outputs: recordedOutputs(route, awaited.object, { inputs, initialApiVersion, fieldManager }),
      ...(awaited.initErrors.length > 0 && { initErrors: awaited.initErrors }),
    };
  } catch (error) {
    throw describeFailure(error, attempt);
  }
}

async function applyChange(
  request: UpdateRequest,
  kind: ResourceKind,
  route: KindRoute,
  where: ObjectName,
  fieldManager: string,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<Applied> {
  const { urn, newInputs: inputs } = request;
  const { client } = cluster;
  if (kind.role === 'object' && inheritsFields(request.oldOutputs, fieldManager))
    await inheritFields(client, route, where, fieldManager, context.signal);
  const body = await bodyWithIgnored({ ...request, inputs, route, where, fieldManager }, client, context.signal);
  const isForced = takesOver(inputs, environment.options);
  const asked = { urn, route, where, inputs, body, fieldManager, isForced, isDryRun: false };
  return applyObject(client, asked, context);
}

/** When the resource is written under a new name from now on, the old name gives up what it owned. */
async function relinquishFormer(
  request: UpdateRequest,
  route: KindRoute,
  where: ObjectName,
  fieldManager: string,
  cluster: Cluster,
  context: CallContext,
): Promise<void> {
  const former = recordedFieldManager(request.oldOutputs);
  if (former === undefined || former === fieldManager) return;
  await relinquish(route, where, former, cluster, context.signal);
}
