import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isRecord, isZero, itemsOf, textOf } from '../fields.ts';
import { canonicalResources } from '../pod/pod-spec-defaults.ts';
import { forbidden, invalidForEach, notSupported } from '../validation/field-error.ts';
import { qualifiedName } from '../validation/names.ts';

export const nodeKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  shortNames: ['no'],
  isNamespaced: false,
  subresources: ['status'],
  columns: [
    nameColumn,
    column('Status', formatStatus),
    column('Roles', formatRoles),
    ageColumn,
    column('Version', ({ status }) => textOf(status?.nodeInfo?.kubeletVersion)),
    wideColumn('Internal-IP', (node) => addressOf(node, 'InternalIP')),
    wideColumn('External-IP', (node) => addressOf(node, 'ExternalIP')),
    wideColumn('OS-Image', ({ status }) => textOf(status?.nodeInfo?.osImage) || '<unknown>'),
    wideColumn('Kernel-Version', ({ status }) => textOf(status?.nodeInfo?.kernelVersion) || '<unknown>'),
    wideColumn('Container-Runtime', ({ status }) => textOf(status?.nodeInfo?.containerRuntimeVersion) || '<unknown>'),
  ],
  applyDefaults: (node) => {
    ensureRecord(node, 'spec');
    if (!isRecord(node.status)) return;
    canonicalResources(node.status, 'capacity');
    canonicalResources(node.status, 'allocatable');
    if (isRecord(node.status.capacity)) node.status.allocatable ??= { ...node.status.capacity };
  },
  validate: (node, old) => [...validateTaints(node), ...(old === undefined ? [] : validateSetOnce(node, old))],
});

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateTaints(node: KubeObject): FieldError[] {
  return itemsOf(node.spec?.taints).flatMap((taint, at) => {
    const field = `spec.taints[${at}]`;
    const key = textOf(taint.key);
    const errors = invalidForEach(`${field}.key`, key, qualifiedName(key));
    if (!effects.includes(textOf(taint.effect))) errors.push(notSupported(`${field}.effect`, taint.effect, effects));
    return errors;
  });
}

function validateSetOnce(node: KubeObject, old: KubeObject): FieldError[] {
  const changed = ['podCIDR', 'providerID'].filter((field) => {
    return !isZero(old.spec?.[field]) && old.spec[field] !== node.spec?.[field];
  });
  return changed.map((field) => forbidden(`spec.${field}`, 'node updates may not change this field once it is set'));
}

function formatStatus(node: KubeObject): string {
  const ready = itemsOf(node.status?.conditions).find((condition) => condition.type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

const rolePrefix = 'node-role.kubernetes.io/';

function formatRoles(node: KubeObject): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return [key.slice(rolePrefix.length)];
    return key === 'kubernetes.io/role' ? [value] : [];
  });
  return [...new Set(roles.filter((role) => role !== ''))].toSorted().join(',') || '<none>';
}

function addressOf(node: KubeObject, type: string): string {
  return textOf(itemsOf(node.status?.addresses).find((address) => address.type === type)?.address) || '<none>';
}
