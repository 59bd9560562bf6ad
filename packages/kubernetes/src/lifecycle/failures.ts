import { exitCodes, OperationError, OutcomeUnknownError, type PropertyMap, type Urn } from '@radiant/model';
import { NoAnswerError } from '../client/api-connection.ts';
import {
  type FieldConflict,
  fieldConflicts,
  isKindMissing,
  KubeApiError,
  missingNamespace,
} from '../client/api-error.ts';
import { formatObjectId, type ObjectName } from '../kinds/object-id.ts';
import { apiVersionOf, type KubeKind } from '../kinds/resource-kind.ts';
import { redact } from '../properties/redact.ts';

/** What was being done, to what. */
export interface Attempt {
  readonly action: 'created' | 'updated' | 'read' | 'deleted' | 'previewed';
  readonly urn: Urn;
  readonly kind: KubeKind;
  readonly where: ObjectName;
  readonly inputs: PropertyMap;
}

export function objectWords(kind: KubeKind, where: ObjectName): string {
  return `${kind.kind} ${formatObjectId(where)}`;
}

/**
 * An error of the API server in words for the person who must act, secrets taken out. A write that may have arrived
 * without an answer becomes OutcomeUnknownError; what is not from the API server is handed back as it is.
 */
export function describeFailure(error: unknown, attempt: Attempt): unknown {
  const what = objectWords(attempt.kind, attempt.where);
  if (error instanceof NoAnswerError) {
    const isWrite = attempt.action !== 'read' && attempt.action !== 'previewed';
    if (isWrite && error.mayHaveArrived)
      return new OutcomeUnknownError(
        `${what} may or may not have been ${attempt.action}: the API server did not answer (${error.message})`,
      );
    return refusal('KUBERNETES_UNREACHABLE', attempt, `the API server did not answer: ${error.message}`);
  }
  if (error instanceof Error && error.name === 'AbortError') return cancelled(`before ${what} was ${attempt.action}`);
  if (!(error instanceof KubeApiError)) return error;
  const message = redact(error.message, attempt.kind, attempt.inputs);
  const conflicts = fieldConflicts(error);
  if (conflicts.length > 0) return conflictFailure(conflicts, attempt);
  if (isKindMissing(error)) return kindMissing(attempt);
  const namespace = missingNamespace(error);
  if (namespace !== undefined)
    return refusal('KUBERNETES_NAMESPACE_MISSING', attempt, `the namespace "${namespace}" does not exist`, {
      remedy: `make it in the program, or with: kubectl create namespace ${namespace}`,
    });
  if (error.code === 401)
    return refusal('KUBERNETES_UNAUTHORIZED', attempt, 'the API server refuses the credentials (401 Unauthorized)', {
      remedy: 'log in again, then repeat',
    });
  return refusal(`KUBERNETES_${reasonCode(error)}`, attempt, message);
}

/** The user stopped the operation; `when` completes the sentence. */
export function cancelled(when: string): OperationError {
  return new OperationError({ code: 'CANCELLED', summary: `cancelled ${when}`, exitCode: exitCodes.cancelled });
}

function reasonCode(error: KubeApiError): string {
  return error.reason === '' ? 'REFUSED' : error.reason.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

function refusal(
  code: string,
  attempt: Attempt,
  why: string,
  more: { detail?: string; remedy?: string } = {},
): OperationError {
  const what = objectWords(attempt.kind, attempt.where);
  return new OperationError({
    code,
    summary: `${what} could not be ${attempt.action}: ${why}`,
    urn: attempt.urn,
    ...more,
  });
}

/** The cluster does not serve the kind at all. */
export function kindMissing(attempt: Attempt): OperationError {
  const apiVersion = apiVersionOf(attempt.kind);
  const replacement = removedVersions[`${apiVersion}/${attempt.kind.kind}`];
  return refusal('KUBERNETES_KIND_MISSING', attempt, `the cluster does not serve ${apiVersion} ${attempt.kind.kind}`, {
    remedy:
      replacement === undefined
        ? 'make sure that the CustomResourceDefinition it needs exists, and that this resource depends on it'
        : `that version was removed from Kubernetes; use ${replacement}`,
  });
}

/** Built-in versions that clusters of today no longer serve, and what took their place (kubernetes docs: Deprecated API Migration Guide). */
const removedVersions: Readonly<Record<string, string>> = {
  'apps/v1beta1/Deployment': 'apps/v1/Deployment',
  'apps/v1beta1/StatefulSet': 'apps/v1/StatefulSet',
  'apps/v1beta2/DaemonSet': 'apps/v1/DaemonSet',
  'apps/v1beta2/Deployment': 'apps/v1/Deployment',
  'apps/v1beta2/ReplicaSet': 'apps/v1/ReplicaSet',
  'apps/v1beta2/StatefulSet': 'apps/v1/StatefulSet',
  'autoscaling/v2beta1/HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler',
  'autoscaling/v2beta2/HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler',
  'batch/v1beta1/CronJob': 'batch/v1/CronJob',
  'batch/v2alpha1/CronJob': 'batch/v1/CronJob',
  'discovery.k8s.io/v1beta1/EndpointSlice': 'discovery.k8s.io/v1/EndpointSlice',
  'extensions/v1beta1/DaemonSet': 'apps/v1/DaemonSet',
  'extensions/v1beta1/Deployment': 'apps/v1/Deployment',
  'extensions/v1beta1/Ingress': 'networking.k8s.io/v1/Ingress',
  'extensions/v1beta1/NetworkPolicy': 'networking.k8s.io/v1/NetworkPolicy',
  'extensions/v1beta1/ReplicaSet': 'apps/v1/ReplicaSet',
  'networking.k8s.io/v1beta1/Ingress': 'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1beta1/IngressClass': 'networking.k8s.io/v1/IngressClass',
  'policy/v1beta1/PodDisruptionBudget': 'policy/v1/PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1beta1/ClusterRole': 'rbac.authorization.k8s.io/v1/ClusterRole',
  'rbac.authorization.k8s.io/v1beta1/ClusterRoleBinding': 'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1beta1/Role': 'rbac.authorization.k8s.io/v1/Role',
  'rbac.authorization.k8s.io/v1beta1/RoleBinding': 'rbac.authorization.k8s.io/v1/RoleBinding',
  'storage.k8s.io/v1beta1/StorageClass': 'storage.k8s.io/v1/StorageClass',
  'apiextensions.k8s.io/v1beta1/CustomResourceDefinition': 'apiextensions.k8s.io/v1/CustomResourceDefinition',
};

/** Somebody else owns fields that this resource sets to other values. */
export function conflictFailure(conflicts: readonly FieldConflict[], attempt: Attempt): OperationError {
  const lines = conflicts.map(({ manager, subresource, field }) => {
    const through = subresource === '' ? '' : ` (through the ${subresource} subresource)`;
    return `  ${field} belongs to "${manager}"${through}`;
  });
  const path = conflicts[0]!.field.replace(/^\./, '');
  return refusal('KUBERNETES_FIELD_CONFLICT', attempt, 'other field managers own what it sets', {
    detail: lines.join('\n'),
    remedy: [
      `to leave it to them, add the resource option ignoreChanges: ["${path}"]`,
      'to take it over, add the annotation "pulumi.com/patchForce": "true" to the resource\'s metadata',
    ].join('\n'),
  });
}

/** The object is there, and nobody recorded that this resource made it. */
export function alreadyExists(attempt: Attempt, plural: string): OperationError {
  const { group } = attempt.kind;
  const id = formatObjectId(attempt.where);
  const resource = group === '' ? plural : `${plural}.${group}`;
  return refusal('KUBERNETES_ALREADY_EXISTS', attempt, `${resource} "${attempt.where.name}" already exists`, {
    detail: [
      'The object was there before, so this resource leaves it alone. Choose what was meant:',
      `  - to manage the object from now on, import it: resource option import: "${id}"`,
      '  - the resource was renamed or moved in the program: say what it was with the resource option aliases',
      '  - it replaces an object of the same name: resource option deleteBeforeReplace: true',
      `  - only some fields of somebody else's object are meant: use ${attempt.kind.kind}Patch`,
    ].join('\n'),
    remedy: 'to take over every object that exists already, set the provider option upsertExistingObjects: true',
  });
}

/** The object that a Patch resource names is not there. */
export function nothingToPatch(attempt: Attempt): OperationError {
  return refusal('KUBERNETES_NOTHING_TO_PATCH', attempt, 'there is no such object to patch', {
    remedy:
      'let the patch depend on the resource that makes the object (resource option dependsOn), or make the object itself',
  });
}
