import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { itemsOf, stringsOf, textOf } from '../fields.ts';
import { forbidden, invalidForEach, invalidValue, required } from './field-error.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { type NameCheck, qualifiedName, rfc1123Label } from './names.ts';

export interface MetadataRules {
  readonly isNamespaced: boolean;
  readonly checkName: NameCheck;
  /** Custom resources and their definitions: finalizers need no `/`. */
  readonly allowsPlainFinalizers?: boolean;
}

const unqualifiedFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** ObjectMeta of any kind, custom resources too (apimachinery, api/validation/objectmeta.go). `old` is there on update. */
export function validateMetadata(object: KubeObject, old: KubeObject | undefined, rules: MetadataRules): FieldError[] {
  const meta = object.metadata;
  return [
    ...(old === undefined ? validateNames(meta, rules) : []),
    ...validateLabels('metadata.labels', meta.labels),
    ...validateAnnotations('metadata.annotations', meta.annotations),
    ...validateOwners(meta.ownerReferences),
    ...validateFinalizers(stringsOf(meta.finalizers), rules.allowsPlainFinalizers === true),
    ...(old === undefined ? [] : validateNoNewFinalizers(object, old)),
  ];
}

function validateNames(meta: KubeObject['metadata'], rules: MetadataRules): FieldError[] {
  const errors: FieldError[] = [];
  const prefix = textOf(meta.generateName);
  if (prefix !== '') {
    // A prefix may end in a dash: the generated part completes it.
    const completed = prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
    errors.push(...invalidForEach('metadata.generateName', prefix, rules.checkName(completed)));
  }
  const name = textOf(meta.name);
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...invalidForEach('metadata.name', meta.name, rules.checkName(name)));
  const namespace = textOf(meta.namespace);
  if (!rules.isNamespaced) {
    if (namespace !== '') errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  } else if (namespace === '') {
    errors.push(required('metadata.namespace'));
  } else {
    errors.push(...invalidForEach('metadata.namespace', namespace, rfc1123Label(namespace)));
  }
  return errors;
}

function validateOwners(references: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const field = 'metadata.ownerReferences';
  let controllerName: string | undefined;
  for (const owner of itemsOf(references)) {
    const isEvent = owner.apiVersion === 'v1' && owner.kind === 'Event';
    if (textOf(owner.apiVersion) === '') {
      errors.push(invalidValue(`${field}.apiVersion`, textOf(owner.apiVersion), 'version must not be empty'));
    }
    for (const part of ['kind', 'name', 'uid']) {
      if (textOf(owner[part]) === '')
        errors.push(invalidValue(`${field}.${part}`, textOf(owner[part]), 'must not be empty'));
    }
    if (isEvent) errors.push(invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner'));
    if (owner.controller !== true) continue;
    const current = `${owner.kind}/${owner.name}`;
    if (controllerName !== undefined) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controllerName} and ${current}`;
      errors.push(invalidValue(field, references, detail));
    }
    controllerName ??= current;
  }
  return errors;
}

function validateFinalizers(finalizers: readonly string[], allowsPlain: boolean): FieldError[] {
  const field = 'metadata.finalizers';
  const errors = finalizers.flatMap((name) => invalidForEach(field, name, qualifiedName(name)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalidValue(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  finalizers.forEach((name, at) => {
    if (allowsPlain || name.includes('/') || unqualifiedFinalizers.has(name)) return;
    errors.push(
      invalidValue(`${field}[${at}]`, name, 'name is neither a standard finalizer name nor is it fully qualified'),
    );
  });
  return errors;
}

function validateNoNewFinalizers(object: KubeObject, old: KubeObject): FieldError[] {
  if (old.metadata.deletionTimestamp === undefined) return [];
  const before = new Set(stringsOf(old.metadata.finalizers));
  const added = stringsOf(object.metadata.finalizers).filter((name) => !before.has(name));
  if (added.length === 0) return [];
  const list = added
    .toSorted()
    .map((name) => JSON.stringify(name))
    .join(', ');
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbidden('metadata.finalizers', detail)];
}
