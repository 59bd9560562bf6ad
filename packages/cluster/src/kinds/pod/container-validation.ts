import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, isZero, itemsOf, recordOf, textOf } from '../fields.ts';
import {
  duplicate,
  forbidden,
  invalidForEach,
  invalidValue,
  notFound,
  notSupported,
  required,
} from '../validation/field-error.ts';
import { portName, portNumber, rfc1123Label } from '../validation/names.ts';
import { validateEnvironment } from './environment-validation.ts';
import { validateLifecycle, validateProbes } from './probe-validation.ts';
import { validateResources } from './resource-validation.ts';

type Part = Record<string, unknown>;

export function validateContainers(field: string, containers: unknown, volumes: ReadonlySet<string>): FieldError[] {
  const items = itemsOf(containers);
  if (items.length === 0) return [required(field)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  items.forEach((container, at) => {
    const place = `${field}[${at}]`;
    errors.push(...validateContainer(place, container, volumes));
    const name = textOf(container.name);
    if (names.has(name)) errors.push(duplicate(`${place}.name`, name));
    names.add(name);
    errors.push(...validateLifecycle(`${place}.lifecycle`, container.lifecycle), ...validateProbes(place, container));
    if (!isZero(container.restartPolicy)) {
      errors.push(forbidden(`${place}.restartPolicy`, 'may not be set for non-init containers'));
    }
  });
  errors.push(...validateHostPorts(field, items));
  return errors;
}

const lastingOnly = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];

export function validateInitContainers(field: string, spec: Part, volumes: ReadonlySet<string>): FieldError[] {
  const names = new Set(itemsOf(spec.containers).map((container) => textOf(container.name)));
  return itemsOf(spec.initContainers).flatMap((container, at) => {
    const place = `${field}[${at}]`;
    const errors = validateContainer(place, container, volumes);
    const name = textOf(container.name);
    if (names.has(name)) errors.push(duplicate(`${place}.name`, name));
    names.add(name);
    if (!isZero(container.restartPolicy) && container.restartPolicy !== 'Always') {
      errors.push(notSupported(`${place}.restartPolicy`, container.restartPolicy, ['Always']));
    }
    if (container.restartPolicy === 'Always') {
      errors.push(...validateLifecycle(`${place}.lifecycle`, container.lifecycle), ...validateProbes(place, container));
      return errors;
    }
    for (const part of lastingOnly.filter((name) => isRecord(container[name]))) {
      errors.push(forbidden(`${place}.${part}`, 'may not be set for init containers without restartPolicy=Always'));
    }
    return errors;
  });
}

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];

function validateContainer(field: string, container: Part, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const name = textOf(container.name);
  if (name === '') errors.push(required(`${field}.name`));
  else errors.push(...invalidForEach(`${field}.name`, name, rfc1123Label(name)));
  const image = textOf(container.image);
  if (image === '') errors.push(required(`${field}.image`));
  const messagePolicy = container.terminationMessagePolicy;
  if (!isZero(messagePolicy) && !messagePolicies.includes(textOf(messagePolicy))) {
    errors.push(notSupported(`${field}.terminationMessagePolicy`, messagePolicy, messagePolicies));
  }
  errors.push(
    ...validatePorts(`${field}.ports`, container.ports),
    ...validateEnvironment(field, container),
    ...validateMounts(`${field}.volumeMounts`, container, volumes),
    ...validateDevices(`${field}.volumeDevices`, container.volumeDevices, volumes),
  );
  const pullPolicy = container.imagePullPolicy;
  if (!isZero(pullPolicy) && !pullPolicies.includes(textOf(pullPolicy))) {
    errors.push(notSupported(`${field}.imagePullPolicy`, pullPolicy, pullPolicies));
  }
  errors.push(...validateResources(`${field}.resources`, recordOf(container.resources)));
  return errors;
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePorts(field: string, ports: unknown): FieldError[] {
  const names = new Set<string>();
  return itemsOf(ports).flatMap((port, at) => {
    const place = `${field}[${at}]`;
    const errors: FieldError[] = [];
    const name = textOf(port.name);
    if (name !== '') {
      const faults = portName(name);
      if (faults.length > 0) errors.push(...invalidForEach(`${place}.name`, name, faults));
      else if (names.has(name)) errors.push(duplicate(`${place}.name`, name));
      names.add(name);
    }
    const { containerPort, hostPort, protocol } = port;
    if (isZero(containerPort)) errors.push(required(`${place}.containerPort`));
    else errors.push(...invalidForEach(`${place}.containerPort`, containerPort, portNumber(Number(containerPort))));
    if (!isZero(hostPort)) errors.push(...invalidForEach(`${place}.hostPort`, hostPort, portNumber(Number(hostPort))));
    if (!isZero(protocol) && !protocols.includes(textOf(protocol))) {
      errors.push(notSupported(`${place}.protocol`, protocol, protocols));
    }
    return errors;
  });
}

function validateHostPorts(field: string, containers: readonly Part[]): FieldError[] {
  const taken = new Set<string>();
  const errors: FieldError[] = [];
  containers.forEach((container, at) => {
    itemsOf(container.ports).forEach((port, portAt) => {
      if (isZero(port.hostPort)) return;
      const key = `${textOf(port.protocol)}/${textOf(port.hostIP)}/${port.hostPort}`;
      if (taken.has(key)) errors.push(duplicate(`${field}[${at}].ports[${portAt}].hostPort`, key));
      taken.add(key);
    });
  });
  return errors;
}

function validateMounts(field: string, container: Part, volumes: ReadonlySet<string>): FieldError[] {
  const paths = new Set<string>();
  const devices = itemsOf(container.volumeDevices);
  return itemsOf(container.volumeMounts).flatMap((mount, at) => {
    const place = `${field}[${at}]`;
    const errors: FieldError[] = [];
    const name = textOf(mount.name);
    const path = textOf(mount.mountPath);
    if (name === '') errors.push(required(`${place}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${place}.name`, name));
    if (path === '') errors.push(required(`${place}.mountPath`));
    if (paths.has(path)) errors.push(invalidValue(`${place}.mountPath`, path, 'must be unique'));
    paths.add(path);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalidValue(`${place}.name`, name, 'must not already exist in volumeDevices'));
    }
    for (const part of ['subPath', 'subPathExpr']) {
      const inner = textOf(mount[part]);
      if (inner.startsWith('/')) errors.push(invalidValue(`${place}.${part}`, inner, 'must be a relative path'));
      if (inner.split('/').includes('..'))
        errors.push(invalidValue(`${place}.${part}`, inner, "must not contain '..'"));
    }
    if (textOf(mount.subPath) !== '' && textOf(mount.subPathExpr) !== '') {
      const detail = 'subPathExpr and subPath are mutually exclusive';
      errors.push(invalidValue(`${place}.subPathExpr`, mount.subPathExpr, detail));
    }
    return errors;
  });
}

function validateDevices(field: string, devices: unknown, volumes: ReadonlySet<string>): FieldError[] {
  return itemsOf(devices).flatMap((device, at) => {
    const errors: FieldError[] = [];
    const name = textOf(device.name);
    if (name === '') errors.push(required(`${field}[${at}].name`));
    if (!volumes.has(name)) errors.push(notFound(`${field}[${at}].name`, name));
    if (textOf(device.devicePath) === '') errors.push(required(`${field}[${at}].devicePath`));
    return errors;
  });
}
