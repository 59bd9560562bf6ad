import type { CallContext, PropertyMap, Urn } from '@radiant/model';
import { type FieldConflict, fieldConflicts } from '../client/api-error.ts';
import type { Applied, KubeClient } from '../client/kube-client.ts';
import { isJsonMap, type JsonMap, mapAt } from '../json.ts';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import { isBuiltinKind, type KindRoute } from '../kinds/builtin-kinds.ts';
import type { ObjectName } from '../kinds/object-id.ts';
import { apiVersionOf } from '../kinds/resource-kind.ts';
import { toJson } from '../properties/to-json.ts';
import type { ProviderOptions } from '../provider-options.ts';

export interface ApplyRequest {
  readonly urn: Urn;
  readonly route: KindRoute;
  readonly where: ObjectName;
  readonly inputs: PropertyMap;
  readonly body: JsonMap;
  readonly fieldManager: string;
  readonly isForced: boolean;
  readonly isDryRun: boolean;
}

/** How often a conflict is answered with another apply: once to yield, once to take over. */
const answersMax = 3;

/**
 * Applies an object. Conflicts with managers that stood for the same person before (kubectl, and the managers of
 * earlier provider versions) are taken over; replicas that an autoscaler has set are left to it. Any other conflict is
 * thrown as the KubeApiError it came as.
 */
export async function applyObject(client: KubeClient, request: ApplyRequest, context: CallContext): Promise<Applied> {
  let { body, isForced } = request;
  for (let answers = 0; ; answers++) {
    try {
      const { fieldManager, isDryRun } = request;
      return await client.apply(
        request.route,
        request.where.namespace,
        body,
        { fieldManager, isForced, isDryRun },
        context.signal,
      );
    } catch (error) {
      const conflicts = fieldConflicts(error);
      const yielded = conflicts.filter(isScaled);
      const taken = conflicts.filter((conflict) => !isScaled(conflict) && isPredecessor(conflict.manager));
      if (conflicts.length === 0 || yielded.length + taken.length < conflicts.length || answers === answersMax)
        throw error;
      if (yielded.length > 0) body = withoutReplicas(body);
      if (taken.length > 0) isForced = true;
    }
  }
}

/** Replicas that something other than a person's kubectl sets through the scale subresource. */
function isScaled(conflict: FieldConflict): boolean {
  return conflict.subresource === 'scale' && conflict.field === '.spec.replicas' && !isPredecessor(conflict.manager);
}

const predecessors = new Set([
  'before-first-apply',
  'pulumi-kubernetes',
  'pulumi-kubernetes.exe',
  'pulumi-resource-kubernetes',
]);

/** Whether a field manager stood for the same person before this resource did (Pulumi: fixCSAFieldManagers). */
export function isPredecessor(manager: string): boolean {
  return predecessors.has(manager) || manager.startsWith('kubectl');
}

function withoutReplicas(body: JsonMap): JsonMap {
  if (!isJsonMap(body.spec)) return body;
  const { replicas: _, ...spec } = body.spec;
  return { ...body, spec };
}

/** What is sent for a resource: its inputs, with the kind and place that the server is to see. */
export function applyBody(route: KindRoute, where: ObjectName, inputs: PropertyMap): JsonMap {
  const json = toJson(inputs, isBuiltinKind(route));
  const { namespace: _, ...metadata } = mapAt(json, 'metadata');
  const place: JsonMap = where.namespace === undefined ? {} : { namespace: where.namespace };
  return {
    ...json,
    apiVersion: apiVersionOf(route),
    kind: route.kind,
    metadata: { ...metadata, name: where.name, ...place },
  };
}

/** Whether the resource, or its provider, takes over fields that others own. */
export function takesOver(inputs: PropertyMap, options: ProviderOptions): boolean {
  return options.enablePatchForce || annotationIn(inputs, annotations.patchForce) === 'true';
}
