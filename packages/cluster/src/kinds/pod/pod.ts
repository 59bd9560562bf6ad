import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isRecord, isSame, isZero, itemsOf, recordOf, setDefault, textOf } from '../fields.ts';
import { admitToLimits } from '../quota/limit-admission.ts';
import { forbidden, invalidValue } from '../validation/field-error.ts';
import { admitPod } from './pod-admission.ts';
import { podColumns } from './pod-columns.ts';
import { qosClassOf } from './pod-qos.ts';
import { defaultPodSpec } from './pod-spec-defaults.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

export const podKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['status'],
  columns: podColumns,
  hasGeneration: true,
  applyDefaults: defaultPod,
  prepareCreate: (pod, context) => {
    admitToLimits(pod, context);
    admitPod(pod, context);
    pod.status = { phase: 'Pending', qosClass: qosClassOf(recordOf(pod.spec)) };
  },
  validate: (pod, old) => [
    ...validatePodSpec('spec', recordOf(pod.spec)),
    ...(old === undefined ? validateNew(pod) : validateUpdate(pod, old)),
  ],
  gracePeriodSeconds: podGracePeriod,
});

function defaultPod(pod: KubeObject): void {
  const spec = ensureRecord(pod, 'spec');
  defaultPodSpec(spec);
  setDefault(spec, 'enableServiceLinks', true);
  for (const container of [...itemsOf(spec.containers), ...itemsOf(spec.initContainers)]) {
    const resources = recordOf(container.resources);
    if (!isRecord(resources.limits)) continue;
    resources.requests = { ...resources.limits, ...recordOf(resources.requests) };
  }
}

/** A pod that no kubelet runs, or that has ended, needs no time to stop. */
function podGracePeriod(pod: KubeObject, requestedSeconds: number | undefined): number {
  if (isZero(pod.spec?.nodeName)) return 0;
  if (['Succeeded', 'Failed'].includes(textOf(pod.status?.phase))) return 0;
  const seconds = requestedSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
  return seconds < 0 ? 1 : seconds;
}

function validateNew(pod: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  if (itemsOf(pod.spec?.ephemeralContainers).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (!isZero(pod.spec?.nodeName) && itemsOf(pod.spec?.schedulingGates).length > 0) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

const updatable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

function validateUpdate(pod: KubeObject, old: KubeObject): FieldError[] {
  const spec = recordOf(pod.spec);
  const before = recordOf(old.spec);
  for (const part of ['containers', 'initContainers']) {
    if (itemsOf(spec[part]).length !== itemsOf(before[part]).length) {
      return [forbidden(`spec.${part}`, 'pod updates may not add or remove containers')];
    }
  }
  const errors = [
    ...validateDeadlineChange(spec.activeDeadlineSeconds, before.activeDeadlineSeconds),
    ...validateAddedTolerations(spec, before),
    ...validateRemovedGates(spec, before),
  ];
  if (!isSame(fixedPart(spec, before), fixedPart(before, before))) {
    errors.push(forbidden('spec', `pod updates may not change fields other than ${updatable}`));
  }
  return errors;
}

/** What may not change: everything but images, deadline, tolerations and gates, and the node once there is one. */
function fixedPart(spec: Record<string, unknown>, before: Record<string, unknown>): unknown {
  const withoutImage = (containers: unknown) => itemsOf(containers).map((container) => ({ ...container, image: '' }));
  return {
    ...spec,
    containers: withoutImage(spec.containers),
    initContainers: withoutImage(spec.initContainers),
    ephemeralContainers: undefined,
    activeDeadlineSeconds: undefined,
    tolerations: undefined,
    schedulingGates: undefined,
    nodeName: isZero(before.nodeName) ? undefined : spec.nodeName,
  };
}

function validateDeadlineChange(value: unknown, before: unknown): FieldError[] {
  const field = 'spec.activeDeadlineSeconds';
  if (typeof before !== 'number') return [];
  if (typeof value !== 'number')
    return [invalidValue(field, null, 'must not update from a positive integer to nil value')];
  return value > before ? [invalidValue(field, value, 'must be less than or equal to previous value')] : [];
}

function validateAddedTolerations(spec: Record<string, unknown>, before: Record<string, unknown>): FieldError[] {
  const kept = itemsOf(before.tolerations).every((one) =>
    itemsOf(spec.tolerations).some((other) => isSame(one, other)),
  );
  return kept
    ? []
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function validateRemovedGates(spec: Record<string, unknown>, before: Record<string, unknown>): FieldError[] {
  const known = new Set(itemsOf(before.schedulingGates).map((gate) => gate.name));
  return itemsOf(spec.schedulingGates).flatMap((gate, at) => {
    if (known.has(gate.name)) return [];
    const detail = `only deletion is allowed, but found new scheduling gate '${gate.name}'`;
    return [forbidden(`spec.schedulingGates[${at}].name`, detail)];
  });
}
