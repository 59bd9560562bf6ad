import { isIPv4 } from 'node:net';
import { invalid } from '../../api-error.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { AdmissionContext } from '../../registry/kube-kind.ts';
import { isZero, itemsOf, recordOf, stringsOf, textOf } from '../fields.ts';
import { fnv32 } from '../safe-hash.ts';
import { invalidValue } from '../validation/field-error.ts';

type Part = Record<string, unknown>;

const service = { group: '', kind: 'Service' };
export const serviceCidr = '10.96.0.0/12';
const firstAddress = (10 << 24) | (96 << 16);
const addressCount = 1 << 20;
/** The first addresses are kept for services that ask for one of them (kubernetes, dns). */
const reservedAddresses = 256;
const firstNodePort = 30_000;
const nodePortCount = 2768;

/** Gives a Service its cluster IP and node ports, or refuses those it asks for (kubernetes, pkg/registry/core/service/storage/alloc.go). */
export function allocateService(object: KubeObject, old: KubeObject | undefined, context: AdmissionContext): void {
  const spec = recordOf(object.spec);
  if (spec.type === 'ExternalName') return;
  const others = otherServices(object, context);
  allocateClusterIp(object, spec, old, others);
  setIpFamilies(spec);
  allocateNodePorts(object, spec, old, others);
}

function otherServices(object: KubeObject, context: AdmissionContext): Part[] {
  const kind = context.find('', 'Service');
  const all = kind === undefined ? [] : context.list(kind);
  const { name, namespace } = object.metadata;
  return all
    .filter((other) => other.metadata.name !== name || other.metadata.namespace !== namespace)
    .map((other) => recordOf(other.spec));
}

function allocateClusterIp(object: KubeObject, spec: Part, old: KubeObject | undefined, others: readonly Part[]): void {
  if (isZero(spec.clusterIP) && stringsOf(spec.clusterIPs).length > 0) return;
  const wanted = textOf(spec.clusterIP);
  if (wanted === '') {
    const taken = new Set(others.map((other) => textOf(other.clusterIP)));
    spec.clusterIP = freeAddress(`${object.metadata.namespace}/${object.metadata.name}`, taken);
  } else if (wanted !== 'None' && wanted !== old?.spec?.clusterIP && isIPv4(wanted)) {
    checkAddress(object, wanted, others);
  }
  if (stringsOf(spec.clusterIPs).length === 0) spec.clusterIPs = [spec.clusterIP];
}

/** Always the same address for the same name while it is free, so that a dry run foretells what the real run gives. */
function freeAddress(key: string, taken: ReadonlySet<string>): string {
  const span = addressCount - reservedAddresses - 1;
  const start = fnv32(key) % span;
  for (let step = 0; step < span; step += 1) {
    const address = toAddress(firstAddress + reservedAddresses + ((start + step) % span));
    if (!taken.has(address)) return address;
  }
  throw new Error(`No cluster IP is left in ${serviceCidr}; delete Services that are not needed.`);
}

function checkAddress(object: KubeObject, address: string, others: readonly Part[]): void {
  const field = 'spec.clusterIPs';
  const refuse = (cause: string) => {
    const detail = `failed to allocate IP ${address}: ${cause}`;
    return invalid(service, object.metadata.name, [invalidValue(field, [address], detail)]);
  };
  const offset = fromAddress(address) - (firstAddress >>> 0);
  if (offset <= 0 || offset >= addressCount - 1) {
    throw refuse(`the provided IP (${address}) is not in the valid range. The range of valid IPs is ${serviceCidr}`);
  }
  if (others.some((other) => other.clusterIP === address)) throw refuse('provided IP is already allocated');
}

function setIpFamilies(spec: Part): void {
  const isSelectorless = Object.keys(recordOf(spec.selector)).length === 0;
  const isOpenHeadless = spec.clusterIP === 'None' && isSelectorless;
  if (isZero(spec.ipFamilyPolicy)) spec.ipFamilyPolicy = isOpenHeadless ? 'RequireDualStack' : 'SingleStack';
  if (stringsOf(spec.ipFamilies).length > 0) return;
  spec.ipFamilies = isOpenHeadless && spec.ipFamilyPolicy !== 'SingleStack' ? ['IPv4', 'IPv6'] : ['IPv4'];
}

function allocateNodePorts(object: KubeObject, spec: Part, old: KubeObject | undefined, others: readonly Part[]): void {
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return;
  const taken = new Set(
    others.flatMap((other) => [...itemsOf(other.ports).map((port) => port.nodePort), other.healthCheckNodePort]),
  );
  const own = new Set(itemsOf(old?.spec?.ports).map((port) => port.nodePort));
  const ports = itemsOf(spec.ports);
  ports.forEach((port, at) => {
    if (!isZero(port.nodePort) && !own.has(port.nodePort)) checkNodePort(object, at, port.nodePort, taken);
  });
  for (const port of ports) if (!isZero(port.nodePort)) taken.add(port.nodePort);
  const allocates = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false;
  for (const port of ports) {
    if (!isZero(port.nodePort) || !allocates) continue;
    port.nodePort = freeNodePort(
      `${object.metadata.namespace}/${object.metadata.name}/${port.port}/${port.protocol}`,
      taken,
    );
    taken.add(port.nodePort);
  }
  if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local' && isZero(spec.healthCheckNodePort)) {
    spec.healthCheckNodePort = freeNodePort(`${object.metadata.namespace}/${object.metadata.name}/health`, taken);
  }
}

function checkNodePort(object: KubeObject, at: number, port: unknown, taken: ReadonlySet<unknown>): void {
  const offset = Number(port) - firstNodePort;
  const isInRange = offset >= 0 && offset < nodePortCount;
  const range = `${firstNodePort}-${firstNodePort + nodePortCount - 1}`;
  const outside = `provided port is not in the valid range. The range of valid ports is ${range}`;
  const cause = isInRange ? 'provided port is already allocated' : outside;
  if (isInRange && !taken.has(port)) return;
  throw invalid(service, object.metadata.name, [invalidValue(`spec.ports[${at}].nodePort`, port, cause)]);
}

function freeNodePort(key: string, taken: ReadonlySet<unknown>): number {
  const start = fnv32(key) % nodePortCount;
  for (let step = 0; step < nodePortCount; step += 1) {
    const port = firstNodePort + ((start + step) % nodePortCount);
    if (!taken.has(port)) return port;
  }
  throw new Error('No node port is left; delete Services of type NodePort or LoadBalancer that are not needed.');
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

function fromAddress(address: string): number {
  return address.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0) >>> 0;
}
