import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, isZero, itemsOf, recordOf, textOf } from '../fields.ts';
import {
  forbidden,
  invalidForEach,
  invalidValue,
  mustNotBeNegative,
  notSupported,
  required,
} from '../validation/field-error.ts';
import { headerName, portName, portNumber } from '../validation/names.ts';

type Part = Record<string, unknown>;

const probeNumbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

/** The three probes of a container. Liveness and startup must succeed at the first success. */
export function validateProbes(field: string, container: Part): FieldError[] {
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) => {
    const probe = container[name];
    if (!isRecord(probe)) return [];
    const errors = validateProbe(`${field}.${name}`, probe);
    if (name !== 'readinessProbe' && typeof probe.successThreshold === 'number' && probe.successThreshold !== 1) {
      errors.push(invalidValue(`${field}.${name}.successThreshold`, probe.successThreshold, 'must be 1'));
    }
    if (name === 'readinessProbe' && !isZero(probe.terminationGracePeriodSeconds)) {
      const detail = 'must not be set for readinessProbes';
      errors.push(
        invalidValue(`${field}.${name}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, detail),
      );
    }
    return errors;
  });
}

export function validateLifecycle(field: string, lifecycle: unknown): FieldError[] {
  return ['postStart', 'preStop'].flatMap((name) => {
    const handler = recordOf(lifecycle)[name];
    return isRecord(handler) ? validateHandler(`${field}.${name}`, handler) : [];
  });
}

/** A port by number, or by the name a container gives it. */
export function validatePortOrName(field: string, port: unknown): FieldError[] {
  if (typeof port === 'number') return invalidForEach(field, port, portNumber(port));
  return invalidForEach(field, textOf(port), portName(textOf(port)));
}

function validateProbe(field: string, probe: Part): FieldError[] {
  const errors = validateHandler(field, probe);
  for (const name of probeNumbers) errors.push(...mustNotBeNegative(`${field}.${name}`, probe[name]));
  const grace = probe.terminationGracePeriodSeconds;
  if (typeof grace === 'number' && grace <= 0) {
    errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  return errors;
}

const handlers: Record<string, (field: string, action: Part) => FieldError[]> = {
  exec: (field, action) =>
    Array.isArray(action.command) && action.command.length > 0 ? [] : [required(`${field}.command`)],
  httpGet: validateHttpGet,
  tcpSocket: (field, action) => validatePortOrName(`${field}.port`, action.port),
  grpc: (field, action) => validatePortOrName(`${field}.port`, action.port ?? 0),
  sleep: (field, action) => mustNotBeNegative(`${field}.seconds`, action.seconds),
};

function validateHandler(field: string, holder: Part): FieldError[] {
  const [first, ...others] = Object.keys(handlers).filter((name) => isRecord(holder[name]));
  if (first === undefined) return [required(field, 'must specify a handler type')];
  return [
    ...handlers[first]!(`${field}.${first}`, recordOf(holder[first])),
    ...others.map((name) => forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')),
  ];
}

function validateHttpGet(field: string, action: Part): FieldError[] {
  const errors = textOf(action.path) === '' ? [required(`${field}.path`)] : [];
  errors.push(...validatePortOrName(`${field}.port`, action.port));
  if (action.scheme !== 'HTTP' && action.scheme !== 'HTTPS') {
    errors.push(notSupported(`${field}.scheme`, action.scheme, ['HTTP', 'HTTPS']));
  }
  for (const header of itemsOf(action.httpHeaders)) {
    errors.push(...invalidForEach(`${field}.httpHeaders`, textOf(header.name), headerName(textOf(header.name))));
  }
  return errors;
}
