import { isIPv6 } from 'node:net';
import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { itemsOf, setDefaultWhenZero, textOf } from '../fields.ts';
import { invalidForEach, notSupported, required } from '../validation/field-error.ts';
import { validateEndpointIp } from '../validation/ip-address.ts';
import { portNumber, rfc1123Label } from '../validation/names.ts';

export const endpointsKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  shortNames: ['ep'],
  columns: [nameColumn, column('Endpoints', formatEndpoints), ageColumn],
  applyDefaults: (endpoints) => {
    for (const subset of itemsOf(endpoints.subsets)) {
      for (const port of itemsOf(subset.ports)) setDefaultWhenZero(port, 'protocol', 'TCP');
    }
  },
  validate: (endpoints) => itemsOf(endpoints.subsets).flatMap((subset, at) => validateSubset(`subsets[${at}]`, subset)),
});

/** A list cut after three, with how many more there are. */
export function firstThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(',');
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}

function formatEndpoints({ subsets }: KubeObject): string {
  const list = itemsOf(subsets);
  if (list.length === 0) return '<none>';
  const addresses = list.flatMap((subset) => {
    const ips = itemsOf(subset.addresses).map((address) => textOf(address.ip));
    const ports = itemsOf(subset.ports);
    return ports.length === 0 ? ips : ports.flatMap((port) => ips.map((ip) => joinHostPort(ip, port.port)));
  });
  return firstThree(addresses);
}

function joinHostPort(ip: string, port: unknown): string {
  return isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`;
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function validateSubset(field: string, subset: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  if (itemsOf(subset.addresses).length + itemsOf(subset.notReadyAddresses).length === 0) {
    errors.push(required(field, 'must specify `addresses` or `notReadyAddresses`'));
  }
  for (const list of ['addresses', 'notReadyAddresses']) {
    itemsOf(subset[list]).forEach((address, at) => {
      errors.push(...validateEndpointIp(`${field}.${list}[${at}].ip`, textOf(address.ip)));
    });
  }
  const ports = itemsOf(subset.ports);
  ports.forEach((port, at) => {
    const place = `${field}.ports[${at}]`;
    const name = textOf(port.name);
    if (name === '' && ports.length > 1) errors.push(required(`${place}.name`));
    if (name !== '') errors.push(...invalidForEach(`${place}.name`, name, rfc1123Label(name)));
    errors.push(...invalidForEach(`${place}.port`, port.port ?? 0, portNumber(Number(port.port ?? 0))));
    if (!protocols.includes(textOf(port.protocol)))
      errors.push(notSupported(`${place}.protocol`, port.protocol, protocols));
  });
  return errors;
}
