import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, stringsOf, textOf } from '../fields.ts';
import { rfc1123Label } from '../validation/names.ts';

export const namespaceKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  shortNames: ['ns'],
  isNamespaced: false,
  subresources: ['status'],
  checkName: rfc1123Label,
  columns: [nameColumn, column('Status', (namespace) => textOf(namespace.status?.phase)), ageColumn],
  applyDefaults: (namespace) => {
    const name = textOf(namespace.metadata.name);
    if (name !== '') ensureRecord(namespace.metadata as never, 'labels')['kubernetes.io/metadata.name'] = name;
  },
  prepareCreate: (namespace) => {
    const spec = ensureRecord(namespace, 'spec');
    const finalizers = stringsOf(spec.finalizers);
    spec.finalizers = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
    namespace.status = { phase: 'Active' };
  },
  prepareUpdate: (namespace, old) => {
    // Only a namespace on its way out gives up its finalizers, and only its controller takes them away.
    if (old.metadata.deletionTimestamp === undefined) ensureRecord(namespace, 'spec').finalizers = old.spec?.finalizers;
  },
  isHeld: (namespace) => stringsOf(namespace.spec?.finalizers).length > 0,
});
