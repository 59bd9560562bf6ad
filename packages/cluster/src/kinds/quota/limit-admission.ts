import { ApiError } from '../../api-error.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { AdmissionContext } from '../../registry/kube-kind.ts';
import { itemsOf, recordOf } from '../fields.ts';
import { compareQuantities, sumQuantities } from '../quantity.ts';

type Part = Record<string, unknown>;

/** Fills in the container limits of a namespace, then holds the pod to them (admission plug-in LimitRanger). */
export function admitToLimits(pod: KubeObject, context: AdmissionContext): void {
  const limits = limitsOf(pod, context);
  const containers = [...itemsOf(pod.spec?.containers), ...itemsOf(pod.spec?.initContainers)];
  for (const limit of limits.filter((one) => one.type === 'Container')) {
    for (const container of containers) fillIn(container, limit);
  }
  const faults = limits.flatMap((limit) => {
    if (limit.type === 'Container')
      return containers.flatMap((container) => faultsOf(limit, recordOf(container.resources), 'Container'));
    return limit.type === 'Pod' ? faultsOf(limit, podResources(pod), 'Pod') : [];
  });
  if (faults.length > 0) throw refusal('pods', pod, faults);
}

/** Holds a claim to the storage limits of its namespace. */
export function admitClaimToLimits(claim: KubeObject, context: AdmissionContext): void {
  const storage = recordOf(recordOf(claim.spec?.resources).requests).storage;
  const faults = limitsOf(claim, context)
    .filter((limit) => limit.type === 'PersistentVolumeClaim')
    .flatMap((limit) => {
      const { storage: max } = recordOf(limit.max);
      const { storage: min } = recordOf(limit.min);
      return [
        ...(max !== undefined && compareQuantities(storage, max) > 0
          ? [`maximum storage usage per PersistentVolumeClaim is ${max}, but request is ${storage}`]
          : []),
        ...(min !== undefined && compareQuantities(storage, min) < 0
          ? [`minimum storage usage per PersistentVolumeClaim is ${min}, but request is ${storage}`]
          : []),
      ];
    });
  if (faults.length > 0) throw refusal('persistentvolumeclaims', claim, faults);
}

function limitsOf(object: KubeObject, context: AdmissionContext): Part[] {
  const kind = context.find('', 'LimitRange');
  if (kind === undefined || object.metadata.namespace === undefined) return [];
  return context.list(kind, object.metadata.namespace).flatMap((range) => itemsOf(range.spec?.limits));
}

function fillIn(container: Part, limit: Part): void {
  const resources = recordOf(container.resources);
  const limits = { ...recordOf(limit.default), ...recordOf(resources.limits) };
  const requests = { ...recordOf(limit.defaultRequest), ...recordOf(resources.requests) };
  container.resources = {
    ...resources,
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
  };
}

function faultsOf(limit: Part, resources: Part, type: string): string[] {
  const limits = recordOf(resources.limits);
  const requests = recordOf(resources.requests);
  const low = Object.entries(recordOf(limit.min)).flatMap(([name, min]) => {
    if (requests[name] === undefined) return [`minimum ${name} usage per ${type} is ${min}.  No request is specified`];
    return compareQuantities(requests[name], min) < 0
      ? [`minimum ${name} usage per ${type} is ${min}, but request is ${requests[name]}`]
      : [];
  });
  const high = Object.entries(recordOf(limit.max)).flatMap(([name, max]) => {
    if (limits[name] === undefined) return [`maximum ${name} usage per ${type} is ${max}.  No limit is specified`];
    return compareQuantities(limits[name], max) > 0
      ? [`maximum ${name} usage per ${type} is ${max}, but limit is ${limits[name]}`]
      : [];
  });
  return [...low, ...high];
}

function podResources(pod: KubeObject): Part {
  const containers = itemsOf(pod.spec?.containers).map((container) => recordOf(container.resources));
  const total = (part: string) => {
    const names = new Set(containers.flatMap((resources) => Object.keys(recordOf(resources[part]))));
    return Object.fromEntries(
      [...names].map((name) => [name, sumQuantities(containers.map((resources) => recordOf(resources[part])[name]))]),
    );
  };
  return { limits: total('limits'), requests: total('requests') };
}

function refusal(resource: string, { metadata }: KubeObject, faults: readonly string[]): ApiError {
  const name = metadata.name || metadata.generateName || '';
  const cause = faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`;
  return new ApiError(403, 'Forbidden', `${resource} "${name}" is forbidden: ${cause}`, { name, kind: resource });
}
