import { defineKind } from '../../kinds/define-kind.ts';
import { isRecord, itemsOf, recordOf, stringsOf, textOf } from '../../kinds/fields.ts';
import { forbidden, invalidValue, notSupported, required } from '../../kinds/validation/field-error.ts';
import { rfc1035Label } from '../../kinds/validation/names.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../kube-kind.ts';
import { columnsOf } from './printer-columns.ts';

export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** A definition's conditions are true from the start: there is nothing to wait for. */
export const definitionKind = defineKind({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  isNamespaced: false,
  allowsPlainFinalizers: true,
  hasGeneration: true,
  subresources: ['status'],
  columns: columnsOf([{ name: 'Created At', type: 'string', jsonPath: '.metadata.creationTimestamp' }]).map((column) =>
    column.name === 'Created At'
      ? { ...column, type: 'date', value: ({ metadata }) => metadata.creationTimestamp ?? null }
      : column,
  ),
  applyDefaults: (definition) => {
    const spec = recordOf(definition.spec);
    spec.conversion ??= { strategy: 'None' };
    const names = recordOf(spec.names);
    const kind = textOf(names.kind);
    if (kind !== '') {
      names.singular ??= kind.toLowerCase();
      names.listKind ??= `${kind}List`;
    }
  },
  prepareCreate: (definition, { nowMs }) => {
    const { finalizers = [] } = definition.metadata;
    if (!finalizers.includes(cleanupFinalizer)) definition.metadata.finalizers = [...finalizers, cleanupFinalizer];
    const lastTransitionTime = new Date(nowMs()).toISOString().replace(/\.\d+Z$/, 'Z');
    definition.status = {
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'True',
          reason: 'NoConflicts',
          message: 'no conflicts found',
          lastTransitionTime,
        },
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
          lastTransitionTime,
        },
      ],
      acceptedNames: structuredClone(recordOf(definition.spec).names),
      storedVersions: itemsOf(recordOf(definition.spec).versions)
        .filter((version) => version.storage === true)
        .map((version) => version.name),
    };
  },
  prepareUpdate: (definition) => {
    const status = recordOf(definition.status);
    status.acceptedNames = structuredClone(recordOf(definition.spec).names);
    const stored = itemsOf(recordOf(definition.spec).versions).filter((version) => version.storage === true);
    status.storedVersions = [
      ...new Set([...stringsOf(status.storedVersions), ...stored.map((version) => textOf(version.name))]),
    ];
    definition.status = status;
  },
  validate: (definition, old) => [
    ...validateSpec(definition),
    ...(old === undefined ? [] : validateChange(definition, old)),
  ],
});

function validateSpec(definition: KubeObject): FieldError[] {
  const spec = recordOf(definition.spec);
  const names = recordOf(spec.names);
  const errors: FieldError[] = [];
  const group = textOf(spec.group);
  if (group === '') errors.push(required('spec.group'));
  else if (!group.includes('.'))
    errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  if (textOf(names.plural) === '') errors.push(required('spec.names.plural'));
  else
    errors.push(
      ...rfc1035Label(textOf(names.plural)).map((fault) => invalidValue('spec.names.plural', names.plural, fault)),
    );
  if (textOf(names.kind) === '') errors.push(required('spec.names.kind'));
  if (definition.metadata.name !== `${textOf(names.plural)}.${group}`) {
    errors.push(invalidValue('metadata.name', definition.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster') {
    errors.push(notSupported('spec.scope', spec.scope ?? '', ['Cluster', 'Namespaced']));
  }
  if (
    /(^|\.)(k8s|kubernetes)\.io$/.test(group) &&
    definition.metadata.annotations?.['api-approved.kubernetes.io'] === undefined
  ) {
    const why =
      'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111';
    errors.push(required('metadata.annotations[api-approved.kubernetes.io]', why));
  }
  return [...errors, ...validateVersions(spec.versions)];
}

function validateVersions(given: unknown): FieldError[] {
  const versions = itemsOf(given);
  if (versions.length === 0) return [required('spec.versions')];
  const errors: FieldError[] = [];
  const names = versions.map((version) => textOf(version.name));
  if (versions.filter((version) => version.storage === true).length !== 1) {
    errors.push(invalidValue('spec.versions', names, 'must have exactly one version marked as storage version'));
  }
  for (const [index, version] of versions.entries()) {
    const field = `spec.versions[${index}]`;
    const name = names[index]!;
    if (name === '') errors.push(required(`${field}.name`));
    else errors.push(...rfc1035Label(name).map((fault) => invalidValue(`${field}.name`, name, fault)));
    if (names.indexOf(name) !== index)
      errors.push({
        field: `${field}.name`,
        reason: 'FieldValueDuplicate',
        detail: `Duplicate value: ${JSON.stringify(name)}`,
      });
    const schema = recordOf(version.schema).openAPIV3Schema;
    if (!isRecord(schema)) {
      errors.push(required(`${field}.schema.openAPIV3Schema`, 'schemas are required'));
    } else if (schema.type !== 'object') {
      const why =
        schema.type === undefined
          ? required(`${field}.schema.openAPIV3Schema.type`, 'must not be empty at the root')
          : invalidValue(`${field}.schema.openAPIV3Schema.type`, schema.type, 'must be object at the root');
      errors.push(why);
    } else {
      errors.push(...validateStructure(schema, `${field}.schema.openAPIV3Schema`));
    }
  }
  return errors;
}

/** Rules of structural schemas that a definition written by hand most often breaks. */
function validateStructure(schema: Record<string, unknown>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.$ref !== undefined) errors.push(forbidden(`${field}.$ref`, '$ref is not supported'));
  if (schema.uniqueItems === true)
    errors.push(
      forbidden(
        `${field}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (!isFree && textOf(schema.type) === '')
    errors.push(required(`${field}.type`, 'must not be empty for specified object fields'));
  if (schema.type === 'array' && !isRecord(schema.items)) errors.push(required(`${field}.items`, 'must be specified'));
  for (const [name, property] of Object.entries(recordOf(schema.properties))) {
    if (isRecord(property)) errors.push(...validateStructure(property, `${field}.properties[${name}]`));
  }
  if (isRecord(schema.items)) errors.push(...validateStructure(schema.items, `${field}.items`));
  if (isRecord(schema.additionalProperties))
    errors.push(...validateStructure(schema.additionalProperties, `${field}.additionalProperties`));
  return errors;
}

function validateChange(definition: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const [spec, before] = [recordOf(definition.spec), recordOf(old.spec)];
  if (spec.scope !== before.scope) errors.push(invalidValue('spec.scope', spec.scope, 'field is immutable'));
  const [kind, oldKind] = [recordOf(spec.names).kind, recordOf(before.names).kind];
  if (kind !== oldKind) errors.push(invalidValue('spec.names.kind', kind, 'field is immutable'));
  const versions = new Set(itemsOf(spec.versions).map((version) => version.name));
  for (const [index, version] of stringsOf(recordOf(old.status).storedVersions).entries()) {
    if (versions.has(version)) continue;
    errors.push(
      invalidValue(
        `status.storedVersions[${index}]`,
        version,
        'missing from spec.versions; it was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in this version and removes it from status.storedVersions',
      ),
    );
  }
  return errors;
}
