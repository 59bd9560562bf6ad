import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, isZero, itemsOf, recordOf, textOf } from '../fields.ts';
import { compareQuantities, parseQuantity, quantityPattern } from '../quantity.ts';
import { forbidden, invalidForEach, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { pathSegment, rfc1123Label } from '../validation/names.ts';

type Part = Record<string, unknown>;

/** Kubernetes, pkg/apis/autoscaling/validation. */
export function validateAutoscaler(spec: Part): FieldError[] {
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas } = spec;
  const max = typeof maxReplicas === 'number' ? maxReplicas : 0;
  if (typeof minReplicas === 'number' && minReplicas < 1) {
    errors.push(invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (max < 1) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than 0'));
  if (typeof minReplicas === 'number' && max < minReplicas) {
    errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  }
  return [
    ...errors,
    ...validateReference('spec.scaleTargetRef', recordOf(spec.scaleTargetRef)),
    ...itemsOf(spec.metrics).flatMap((metric, at) => validateMetric(`spec.metrics[${at}]`, metric)),
    ...validateBehavior('spec.behavior', spec.behavior),
  ];
}

function validateReference(field: string, reference: Part): FieldError[] {
  return ['kind', 'name'].flatMap((part) => {
    const value = textOf(reference[part]);
    const place = `${field}.${part}`;
    return value === '' ? [required(place)] : invalidForEach(place, value, pathSegment(value));
  });
}

const sources: Record<string, { field: string; validate: (field: string, source: Part) => FieldError[] }> = {
  ContainerResource: { field: 'containerResource', validate: validateContainerResource },
  External: { field: 'external', validate: validateExternal },
  Object: { field: 'object', validate: validateObject },
  Pods: { field: 'pods', validate: validatePods },
  Resource: { field: 'resource', validate: validateResource },
};

function validateMetric(field: string, metric: Part): FieldError[] {
  const type = textOf(metric.type);
  const kinds = Object.keys(sources);
  if (type === '') return [required(`${field}.type`, 'must specify a metric source type')];
  const source = sources[type];
  if (source === undefined) return [notSupported(`${field}.type`, metric.type, kinds)];
  const errors: FieldError[] = [];
  if (isRecord(metric[source.field])) {
    errors.push(...source.validate(`${field}.${source.field}`, recordOf(metric[source.field])));
  } else {
    errors.push(required(`${field}.${source.field}`, 'must populate information for the given metric source'));
  }
  for (const other of Object.values(sources)) {
    if (other !== source && isRecord(metric[other.field])) {
      errors.push(forbidden(`${field}.${other.field}`, 'must populate the given metric source only'));
    }
  }
  return errors;
}

function validateResource(field: string, source: Part): FieldError[] {
  const errors = textOf(source.name) === '' ? [required(`${field}.name`, 'must specify a resource name')] : [];
  const target = recordOf(source.target);
  errors.push(...validateTarget(`${field}.target`, target));
  const hasUtilization = typeof target.averageUtilization === 'number';
  if (!hasUtilization && target.averageValue === undefined) {
    errors.push(
      required(`${field}.target.averageUtilization`, 'must set either a target raw value or a target utilization'),
    );
  }
  if (hasUtilization && target.averageValue !== undefined) {
    const detail = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${field}.target.averageValue`, detail));
  }
  return errors;
}

function validateContainerResource(field: string, source: Part): FieldError[] {
  const container = textOf(source.container);
  const place = `${field}.container`;
  return [
    ...(container === ''
      ? [required(place, 'must specify a container')]
      : invalidForEach(place, container, rfc1123Label(container))),
    ...validateResource(field, source),
  ];
}

function validatePods(field: string, source: Part): FieldError[] {
  const target = recordOf(source.target);
  const errors = [
    ...validateIdentifier(`${field}.metric`, source.metric),
    ...validateTarget(`${field}.target`, target),
  ];
  if (target.averageValue === undefined) {
    errors.push(required(`${field}.target.averageValue`, 'must specify a positive target averageValue'));
  }
  return errors;
}

function validateObject(field: string, source: Part): FieldError[] {
  const target = recordOf(source.target);
  const errors = [
    ...validateReference(`${field}.describedObject`, recordOf(source.describedObject)),
    ...validateIdentifier(`${field}.metric`, source.metric),
    ...validateTarget(`${field}.target`, target),
  ];
  if (target.value === undefined && target.averageValue === undefined) {
    errors.push(required(`${field}.target.averageValue`, 'must set either a target value or averageValue'));
  }
  return errors;
}

function validateExternal(field: string, source: Part): FieldError[] {
  const target = recordOf(source.target);
  const errors = [
    ...validateIdentifier(`${field}.metric`, source.metric),
    ...validateTarget(`${field}.target`, target),
  ];
  if (target.value === undefined && target.averageValue === undefined) {
    const detail = 'must set either a target value for metric or a per-pod target';
    errors.push(required(`${field}.target.averageValue`, detail));
  }
  if (target.value !== undefined && target.averageValue !== undefined) {
    errors.push(forbidden(`${field}.target.value`, 'may not set both a target value for metric and a per-pod target'));
  }
  return errors;
}

function validateIdentifier(field: string, metric: unknown): FieldError[] {
  const { name, selector } = recordOf(metric);
  const errors = validateLabelSelector(`${field}.selector`, selector);
  const place = `${field}.name`;
  if (textOf(name) === '') return [...errors, required(place, 'must specify a metric name')];
  return [...errors, ...invalidForEach(place, name, pathSegment(textOf(name)))];
}

const targetTypes = ['Utilization', 'Value', 'AverageValue'];

function validateTarget(field: string, target: Part): FieldError[] {
  const errors: FieldError[] = [];
  if (textOf(target.type) === '') errors.push(required(`${field}.type`, 'must specify a metric target type'));
  else if (!targetTypes.includes(textOf(target.type))) {
    errors.push(invalidValue(`${field}.type`, target.type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const part of ['value', 'averageValue']) {
    const value = target[part];
    if (value === undefined || value === null) continue;
    if (parseQuantity(value) === undefined) {
      errors.push(
        invalidValue(`${field}.${part}`, value, `quantities must match the regular expression '${quantityPattern}'`),
      );
    } else if (compareQuantities(value, '0') <= 0) {
      errors.push(invalidValue(`${field}.${part}`, value, 'must be positive'));
    }
  }
  const utilization = target.averageUtilization;
  if (typeof utilization === 'number' && utilization < 1) {
    errors.push(invalidValue(`${field}.averageUtilization`, utilization, 'must be greater than 0'));
  }
  return errors;
}

const selectPolicies = ['Disabled', 'Max', 'Min'];
const policyTypes = ['Percent', 'Pods'];
const maxWindowSeconds = 3600;
const maxPeriodSeconds = 1800;

function validateBehavior(field: string, behavior: unknown): FieldError[] {
  return ['scaleUp', 'scaleDown'].flatMap((direction) => {
    const rules = recordOf(behavior)[direction];
    return isRecord(rules) ? validateRules(`${field}.${direction}`, rules) : [];
  });
}

function validateRules(field: string, rules: Part): FieldError[] {
  const errors: FieldError[] = [];
  const window = rules.stabilizationWindowSeconds;
  if (typeof window === 'number' && window < 0) {
    errors.push(invalidValue(`${field}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  }
  if (typeof window === 'number' && window > maxWindowSeconds) {
    const detail = `must be less than or equal to ${maxWindowSeconds}`;
    errors.push(invalidValue(`${field}.stabilizationWindowSeconds`, window, detail));
  }
  if (!isZero(rules.selectPolicy) && !selectPolicies.includes(textOf(rules.selectPolicy))) {
    errors.push(notSupported(`${field}.selectPolicy`, rules.selectPolicy, selectPolicies));
  }
  const policies = itemsOf(rules.policies);
  if (policies.length === 0) errors.push(required(`${field}.policies`, 'must specify at least one Policy'));
  policies.forEach((policy, at) => {
    const place = `${field}.policies[${at}]`;
    if (!policyTypes.includes(textOf(policy.type)))
      errors.push(notSupported(`${place}.type`, policy.type, policyTypes));
    for (const part of ['value', 'periodSeconds']) {
      const value = typeof policy[part] === 'number' ? (policy[part] as number) : 0;
      if (value <= 0) errors.push(invalidValue(`${place}.${part}`, value, 'must be greater than zero'));
    }
    if (typeof policy.periodSeconds === 'number' && policy.periodSeconds > maxPeriodSeconds) {
      const detail = `must be less than or equal to ${maxPeriodSeconds}`;
      errors.push(invalidValue(`${place}.periodSeconds`, policy.periodSeconds, detail));
    }
  });
  return errors;
}
