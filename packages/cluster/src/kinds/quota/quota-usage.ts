import type { KubeObject } from '../../kube-object.ts';
import { isZero, itemsOf, recordOf, stringsOf, textOf } from '../fields.ts';
import { qosClassOf } from '../pod/pod-qos.ts';
import { nanosOf, sumQuantities } from '../quantity.ts';

/** Objects of a kind (`Pod`, `Deployment.apps`) in the quota's namespace. */
export type ListObjects = (kind: string) => readonly KubeObject[];

/** What one object uses, by the names quotas have for it (kubernetes docs: Resource Quotas). */
export function usageOf(kind: string, object: KubeObject): Record<string, string> {
  const counted = {
    [`count/${countName(kind)}`]: '1',
    ...(simpleCounts[kind] === undefined ? {} : { [simpleCounts[kind]]: '1' }),
  };
  switch (kind) {
    case 'Pod':
      return isEnded(object) ? { 'count/pods': '1' } : { ...counted, ...podUsage(recordOf(object.spec)) };
    case 'PersistentVolumeClaim':
      return { ...counted, ...claimUsage(object) };
    case 'Service':
      return { ...counted, ...serviceUsage(recordOf(object.spec)) };
    default:
      return counted;
  }
}

/** What a namespace uses of each resource that a quota limits. */
export function quotaUsage(quota: KubeObject, list: ListObjects): Record<string, string> {
  const names = Object.keys(recordOf(quota.spec?.hard));
  const perKind = new Map<string, Record<string, string>[]>();
  const usagesOf = (kind: string) => {
    const known = perKind.get(kind);
    if (known !== undefined) return known;
    const usages = list(kind)
      .filter((object) => isInScope(quota, kind, object))
      .map((object) => usageOf(kind, object));
    perKind.set(kind, usages);
    return usages;
  };
  return Object.fromEntries(
    names.map((name) => {
      const amounts = kindsCountedBy(name).flatMap((kind) => usagesOf(kind).map((usage) => usage[name]));
      return [name, sumQuantities(amounts.filter((amount) => amount !== undefined))];
    }),
  );
}

/** Scopes narrow a quota down to some pods. */
export function isInScope(quota: KubeObject, kind: string, object: KubeObject): boolean {
  const scopes = [
    ...stringsOf(quota.spec?.scopes).map((scopeName) => ({ scopeName, operator: 'Exists', values: [] as string[] })),
    ...itemsOf(recordOf(quota.spec?.scopeSelector).matchExpressions),
  ];
  if (scopes.length === 0) return true;
  if (kind !== 'Pod') return false;
  return scopes.every((scope) => matchesScope(scope, recordOf(object.spec)));
}

/** The kinds whose objects use a resource. */
export function kindsCountedBy(name: string): string[] {
  if (name.startsWith('count/')) {
    const [resource = '', ...group] = name.slice('count/'.length).split('.');
    const kind = kindOfResource[resource];
    return kind === undefined ? [] : [group.length === 0 ? kind : `${kind}.${group.join('.')}`];
  }
  const counted = Object.entries(simpleCounts).find(([, simple]) => simple === name);
  if (counted !== undefined) return [counted[0]];
  if (name.startsWith('services.')) return ['Service'];
  if (name === 'requests.storage' || name.includes('.storageclass.storage.k8s.io/')) return ['PersistentVolumeClaim'];
  return ['Pod'];
}

/** Resource names that quotas count without `count/`. */
const simpleCounts: Record<string, string> = {
  Pod: 'pods',
  Service: 'services',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  ReplicationController: 'replicationcontrollers',
  ResourceQuota: 'resourcequotas',
};

const kindOfResource: Record<string, string> = {
  pods: 'Pod',
  services: 'Service',
  configmaps: 'ConfigMap',
  secrets: 'Secret',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  replicationcontrollers: 'ReplicationController',
  serviceaccounts: 'ServiceAccount',
  deployments: 'Deployment',
  replicasets: 'ReplicaSet',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
  jobs: 'Job',
  cronjobs: 'CronJob',
  ingresses: 'Ingress',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  poddisruptionbudgets: 'PodDisruptionBudget',
  networkpolicies: 'NetworkPolicy',
};

function countName(kind: string): string {
  const [name = '', ...group] = kind.split('.');
  const resource = Object.keys(kindOfResource).find((key) => kindOfResource[key] === name) ?? `${name.toLowerCase()}s`;
  return [resource, ...group].join('.');
}

function isEnded(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(textOf(pod.status?.phase));
}

function podUsage(spec: Record<string, unknown>): Record<string, string> {
  const usage: Record<string, string> = {};
  for (const part of ['requests', 'limits']) {
    const containers = itemsOf(spec.containers).map((container) => recordOf(recordOf(container.resources)[part]));
    const init = itemsOf(spec.initContainers).map((container) => recordOf(recordOf(container.resources)[part]));
    const names = new Set([...containers, ...init].flatMap((resources) => Object.keys(resources)));
    for (const name of names) {
      const together = sumQuantities(
        containers.map((resources) => resources[name]).filter((amount) => amount !== undefined),
      );
      const peak = [together, ...init.map((resources) => resources[name])].filter((amount) => amount !== undefined);
      const most = peak.toSorted((a, b) => (nanosOf(a) > nanosOf(b) ? -1 : 1))[0];
      usage[`${part}.${name}`] = String(most);
      if (part === 'requests' && (name === 'cpu' || name === 'memory')) usage[name] = String(most);
    }
  }
  return usage;
}

function claimUsage(claim: KubeObject): Record<string, string> {
  const storage = String(recordOf(recordOf(claim.spec?.resources).requests).storage ?? '0');
  const className = textOf(claim.spec?.storageClassName);
  const ofClass =
    className === ''
      ? {}
      : {
          [`${className}.storageclass.storage.k8s.io/requests.storage`]: storage,
          [`${className}.storageclass.storage.k8s.io/persistentvolumeclaims`]: '1',
        };
  return { 'requests.storage': storage, ...ofClass };
}

function serviceUsage(spec: Record<string, unknown>): Record<string, string> {
  const nodePorts = itemsOf(spec.ports).filter((port) => !isZero(port.nodePort)).length;
  return {
    ...(spec.type === 'LoadBalancer' ? { 'services.loadbalancers': '1' } : {}),
    ...(spec.type === 'NodePort' || spec.type === 'LoadBalancer'
      ? { 'services.nodeports': String(nodePorts || itemsOf(spec.ports).length) }
      : {}),
  };
}

function matchesScope(scope: Record<string, unknown>, spec: Record<string, unknown>): boolean {
  const isEnding = typeof spec.activeDeadlineSeconds === 'number';
  const values = stringsOf(scope.values);
  const priority = textOf(spec.priorityClassName);
  const isBestEffort = qosClassOf(spec) === 'BestEffort';
  switch (scope.scopeName) {
    case 'Terminating':
      return isEnding;
    case 'NotTerminating':
      return !isEnding;
    case 'BestEffort':
      return isBestEffort;
    case 'NotBestEffort':
      return !isBestEffort;
    case 'PriorityClass':
      if (scope.operator === 'In') return values.includes(priority);
      if (scope.operator === 'NotIn') return !values.includes(priority);
      return (priority !== '') === (scope.operator !== 'DoesNotExist');
    default:
      return true;
  }
}
