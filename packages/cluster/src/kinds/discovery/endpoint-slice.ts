import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { firstThree } from '../core/endpoints.ts';
import { defineKind } from '../define-kind.ts';
import { itemsOf, setDefault, setDefaultWhenZero, stringsOf, textOf } from '../fields.ts';
import { duplicate, immutable, notSupported, required } from '../validation/field-error.ts';

const maxEndpoints = 1000;
const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const protocols = ['SCTP', 'TCP', 'UDP'];

export const endpointSliceKind = defineKind({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  hasGeneration: true,
  columns: [
    nameColumn,
    column('AddressType', ({ addressType }) => textOf(addressType)),
    column('Ports', ({ ports }) => firstThree(itemsOf(ports).map(formatPort)) || '<unset>'),
    column(
      'Endpoints',
      ({ endpoints }) => firstThree(itemsOf(endpoints).flatMap(({ addresses }) => stringsOf(addresses))) || '<unset>',
    ),
    ageColumn,
  ],
  applyDefaults: (slice) => {
    for (const port of itemsOf(slice.ports)) {
      setDefault(port, 'name', '');
      setDefaultWhenZero(port, 'protocol', 'TCP');
    }
  },
  validate: (slice, old) => [
    ...validateSlice(slice),
    ...(old !== undefined && old.addressType !== slice.addressType
      ? [immutable('addressType', slice.addressType)]
      : []),
  ],
});

function formatPort(port: Record<string, unknown>): string {
  return typeof port.port === 'number' ? `${port.port}` : textOf(port.name) || '*';
}

function validateSlice(slice: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const type = textOf(slice.addressType);
  if (type === '') errors.push(required('addressType'));
  else if (!addressTypes.includes(type)) errors.push(notSupported('addressType', type, addressTypes));
  const endpoints = itemsOf(slice.endpoints);
  if (endpoints.length > maxEndpoints) {
    const detail = `Too many: ${endpoints.length}: must have at most ${maxEndpoints} items`;
    errors.push({ field: 'endpoints', reason: 'FieldValueTooMany', detail });
  }
  endpoints.forEach((endpoint, at) => {
    if (stringsOf(endpoint.addresses).length > 0) return;
    errors.push(required(`endpoints[${at}].addresses`, 'must contain at least 1 address'));
  });
  const names = new Set<string>();
  itemsOf(slice.ports).forEach((port, at) => {
    const name = textOf(port.name);
    if (names.has(name)) errors.push(duplicate(`ports[${at}].name`, name));
    names.add(name);
    if (!protocols.includes(textOf(port.protocol)))
      errors.push(notSupported(`ports[${at}].protocol`, port.protocol, protocols));
  });
  return errors;
}
