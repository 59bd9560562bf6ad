import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import {
  ensureRecord,
  isRecord,
  isZero,
  itemsOf,
  recordOf,
  setDefault,
  setDefaultWhenZero,
  stringsOf,
  textOf,
} from '../fields.ts';
import { formatSelector } from '../label-selector.ts';
import { forbidden, invalidForEach, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { validateCidr } from '../validation/ip-address.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { portName, portNumber } from '../validation/names.ts';

type Part = Record<string, unknown>;

export const networkPolicyKind = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  hasGeneration: true,
  columns: [nameColumn, column('Pod-Selector', ({ spec }) => formatSelector(spec?.podSelector)), ageColumn],
  applyDefaults: defaultPolicy,
  validate: ({ spec }) => validateSpec(recordOf(spec)),
});

function defaultPolicy(policy: KubeObject): void {
  const spec = ensureRecord(policy, 'spec');
  ensureRecord(spec, 'podSelector');
  if (stringsOf(spec.policyTypes).length === 0) {
    setDefault(spec, 'policyTypes', itemsOf(spec.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
  }
  for (const rule of [...itemsOf(spec.ingress), ...itemsOf(spec.egress)]) {
    for (const port of itemsOf(rule.ports)) setDefaultWhenZero(port, 'protocol', 'TCP');
  }
}

const policyTypes = ['Ingress', 'Egress'];

function validateSpec(spec: Part): FieldError[] {
  const errors = validateLabelSelector('spec.podSelector', spec.podSelector);
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    itemsOf(spec[direction]).forEach((rule, at) => {
      const field = `spec.${direction}[${at}]`;
      itemsOf(rule.ports).forEach((port, portAt) => {
        errors.push(...validatePort(`${field}.ports[${portAt}]`, port));
      });
      itemsOf(rule[peers]).forEach((peer, peerAt) => {
        errors.push(...validatePeer(`${field}.${peers}[${peerAt}]`, peer));
      });
    });
  }
  stringsOf(spec.policyTypes).forEach((type, at) => {
    if (!policyTypes.includes(type)) errors.push(notSupported(`spec.policyTypes[${at}]`, type, policyTypes));
  });
  return errors;
}

const protocols = ['TCP', 'UDP', 'SCTP'];

function validatePort(field: string, { protocol, port, endPort }: Part): FieldError[] {
  const errors: FieldError[] = [];
  if (!isZero(protocol) && !protocols.includes(textOf(protocol))) {
    errors.push(notSupported(`${field}.protocol`, protocol, protocols));
  }
  const hasEnd = endPort !== undefined && endPort !== null;
  if (port === undefined || port === null) {
    if (hasEnd)
      errors.push(invalidValue(`${field}.endPort`, endPort, 'may not be specified when `port` is not specified'));
    return errors;
  }
  if (typeof port === 'string') {
    errors.push(...invalidForEach(`${field}.port`, port, portName(port)));
    if (hasEnd)
      errors.push(invalidValue(`${field}.endPort`, endPort, 'may not be specified when `port` is non-numeric'));
    return errors;
  }
  errors.push(...invalidForEach(`${field}.port`, port, portNumber(Number(port))));
  if (!hasEnd) return errors;
  if (Number(endPort) < Number(port)) {
    errors.push(invalidValue(`${field}.endPort`, port, 'must be greater than or equal to `port`'));
  }
  return [...errors, ...invalidForEach(`${field}.endPort`, endPort, portNumber(Number(endPort)))];
}

function validatePeer(field: string, peer: Part): FieldError[] {
  const selectors = ['podSelector', 'namespaceSelector'].filter((name) => isRecord(peer[name]));
  const errors = selectors.flatMap((name) => validateLabelSelector(`${field}.${name}`, peer[name]));
  const block = peer.ipBlock;
  if (isRecord(block)) {
    const cidr = textOf(block.cidr);
    if (cidr === '') errors.push(required(`${field}.ipBlock.cidr`));
    else errors.push(...validateCidr(`${field}.ipBlock.cidr`, cidr));
    stringsOf(block.except).forEach((except, at) => {
      errors.push(...validateCidr(`${field}.ipBlock.except[${at}]`, except));
    });
    if (selectors.length > 0) errors.push(forbidden(field, 'may not specify both ipBlock and another peer'));
  } else if (selectors.length === 0) {
    errors.push(required(field, 'must specify a peer'));
  }
  return errors;
}
