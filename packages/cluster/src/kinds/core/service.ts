import type { KubeObject } from '../../kube-object.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import {
  ensureRecord,
  isRecord,
  isSame,
  isZero,
  itemsOf,
  recordOf,
  setDefault,
  setDefaultWhenZero,
  stringsOf,
  textOf,
} from '../fields.ts';
import { formatLabels } from '../label-selector.ts';
import { rfc1035Label } from '../validation/names.ts';
import { allocateService } from './service-allocation.ts';
import { isExternal, validateService } from './service-validation.ts';

type Part = Record<string, unknown>;

export const serviceKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
  checkName: rfc1035Label,
  columns: [
    nameColumn,
    column('Type', ({ spec }) => textOf(spec?.type)),
    column('Cluster-IP', ({ spec }) => stringsOf(spec?.clusterIPs)[0] ?? '<none>'),
    column('External-IP', formatExternalIp),
    column('Port(s)', ({ spec }) => itemsOf(spec?.ports).map(formatPort).join(',') || '<none>'),
    ageColumn,
    wideColumn('Selector', ({ spec }) => formatLabels(spec?.selector)),
  ],
  applyDefaults: defaultService,
  prepareCreate: (service, context) => {
    service.status = { loadBalancer: {} };
    normalizeClusterIps(recordOf(service.spec), undefined);
    allocateService(service, undefined, context);
  },
  prepareUpdate: (service, old, context) => {
    const spec = recordOf(service.spec);
    const before = recordOf(old.spec);
    keepAllocated(spec, before);
    dropWhatTypeLost(spec, before);
    normalizeClusterIps(spec, before);
    allocateService(service, old, context);
  },
  validate: validateService,
});

function defaultService(service: KubeObject): void {
  const spec = ensureRecord(service, 'spec');
  setDefaultWhenZero(spec, 'sessionAffinity', 'None');
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const threeHoursSeconds = 10_800;
    const clientIp = ensureRecord(ensureRecord(spec, 'sessionAffinityConfig'), 'clientIP');
    setDefault(clientIp, 'timeoutSeconds', threeHoursSeconds);
  }
  setDefaultWhenZero(spec, 'type', 'ClusterIP');
  for (const port of itemsOf(spec.ports)) {
    setDefaultWhenZero(port, 'protocol', 'TCP');
    setDefaultWhenZero(port, 'targetPort', port.port);
  }
  if (isExternal(spec)) setDefaultWhenZero(spec, 'externalTrafficPolicy', 'Cluster');
  if (spec.type !== 'ExternalName') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (spec.type === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  for (const ingress of itemsOf(recordOf(service.status?.loadBalancer).ingress)) {
    if (!isZero(ingress.ip)) setDefault(ingress, 'ipMode', 'VIP');
  }
}

/** `clusterIP` and `clusterIPs[0]` say the same: whichever a client gave leads. */
function normalizeClusterIps(spec: Part, old: Part | undefined): void {
  const single = textOf(spec.clusterIP);
  const list = stringsOf(spec.clusterIPs);
  if (old === undefined) {
    if (single !== '' && list.length === 0) spec.clusterIPs = [single];
    if (single === '' && list.length > 0) spec.clusterIP = list[0];
    return;
  }
  const hasNewSingle = single !== textOf(old.clusterIP);
  const hasNewList = !isSame(list, old.clusterIPs);
  if (hasNewSingle && !hasNewList) {
    if (single === '') delete spec.clusterIPs;
    else spec.clusterIPs = [single, ...list.slice(1)];
  }
  if (hasNewList && !hasNewSingle && list.length > 0) spec.clusterIP = list[0];
}

/** A client that replaces a Service need not repeat what the server gave it. */
function keepAllocated(spec: Part, old: Part): void {
  if (spec.type === 'ExternalName') return;
  if (old.type !== 'ExternalName') {
    if (isZero(spec.clusterIP) && stringsOf(spec.clusterIPs).length === 0) {
      spec.clusterIP = old.clusterIP;
      spec.clusterIPs = structuredClone(old.clusterIPs);
    }
    if (stringsOf(spec.ipFamilies).length === 0) spec.ipFamilies = structuredClone(old.ipFamilies);
    if (isZero(spec.ipFamilyPolicy)) spec.ipFamilyPolicy = old.ipFamilyPolicy;
  }
  if (!usesNodePorts(spec) || !usesNodePorts(old)) return;
  const given = new Set(itemsOf(spec.ports).map((port) => port.nodePort));
  for (const port of itemsOf(spec.ports)) {
    if (!isZero(port.nodePort)) continue;
    const before = itemsOf(old.ports).find((other) => other.port === port.port && other.protocol === port.protocol);
    if (before !== undefined && !isZero(before.nodePort) && !given.has(before.nodePort))
      port.nodePort = before.nodePort;
  }
  if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local' && isZero(spec.healthCheckNodePort)) {
    if (!isZero(old.healthCheckNodePort)) spec.healthCheckNodePort = old.healthCheckNodePort;
  }
}

/** Changing only the type also gives up what the new type has no use for, unless the client changed that as well. */
function dropWhatTypeLost(spec: Part, old: Part): void {
  const drop = (field: string) => {
    if (isSame(spec[field], old[field])) delete spec[field];
  };
  if (spec.type === 'ExternalName' && old.type !== 'ExternalName') {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) drop(field);
  }
  if (usesNodePorts(old) && !usesNodePorts(spec)) {
    const before = new Set(itemsOf(old.ports).map((port) => port.nodePort));
    for (const port of itemsOf(spec.ports)) if (before.has(port.nodePort)) delete port.nodePort;
  }
  const needsHealthCheck = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  if (!needsHealthCheck) drop('healthCheckNodePort');
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) drop(field);
  }
  if (isExternal(old) && !isExternal(spec)) drop('externalTrafficPolicy');
}

function usesNodePorts(spec: Part): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

function formatExternalIp({ spec, status }: KubeObject): string {
  const external = stringsOf(spec?.externalIPs);
  switch (spec?.type) {
    case 'ExternalName':
      return textOf(spec.externalName);
    case 'LoadBalancer': {
      const addresses = [...new Set(itemsOf(recordOf(status?.loadBalancer).ingress).map(addressOf))].toSorted();
      return [...addresses, ...external].filter((address) => address !== '').join(',') || '<pending>';
    }
    default:
      return external.join(',') || '<none>';
  }
}

/** The address of a load balancer's ingress point, IP before name. */
export function addressOf(ingress: unknown): string {
  const { ip, hostname } = isRecord(ingress) ? ingress : {};
  return textOf(ip) || textOf(hostname);
}

function formatPort(port: Part): string {
  const own = isZero(port.nodePort) ? `${port.port}` : `${port.port}:${port.nodePort}`;
  return `${own}/${port.protocol}`;
}
