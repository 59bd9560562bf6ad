import { ensureRecord, isRecord, itemsOf, recordOf, setDefault, setDefaultWhenZero, textOf } from '../fields.ts';
import { canonicalQuantity } from '../quantity.ts';

type Part = Record<string, unknown>;

/** What the API server fills into any pod spec, in a Pod or in a template (kubernetes, pkg/apis/core/v1/defaults.go). */
export function defaultPodSpec(spec: Part): void {
  setDefaultWhenZero(spec, 'restartPolicy', 'Always');
  setDefaultWhenZero(spec, 'dnsPolicy', 'ClusterFirst');
  setDefaultWhenZero(spec, 'schedulerName', 'default-scheduler');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'securityContext', {});
  mirrorServiceAccount(spec);
  itemsOf(spec.volumes).forEach(defaultVolume);
  for (const container of allContainers(spec)) defaultContainer(container);
  canonicalResources(spec, 'overhead');
  if (spec.hostNetwork === true) defaultHostPorts(spec);
}

/** A template inside a workload: `spec.template`. */
export function defaultPodTemplate(holder: Part): void {
  const template = ensureRecord(holder, 'template');
  ensureRecord(template, 'metadata');
  defaultPodSpec(ensureRecord(template, 'spec'));
}

/** Containers that run in a pod, of all three kinds. */
export function allContainers(spec: Part): Part[] {
  return [...itemsOf(spec.initContainers), ...itemsOf(spec.containers), ...itemsOf(spec.ephemeralContainers)];
}

export function canonicalResources(holder: Part, field: string): void {
  const resources = holder[field];
  if (!isRecord(resources)) return;
  for (const name of Object.keys(resources)) resources[name] = canonicalQuantity(resources[name]);
}

/** `:latest`, or neither tag nor digest: an image that may change under its name. */
export function isFloatingImage(image: string): boolean {
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : 'latest';
  return tag === 'latest';
}

function mirrorServiceAccount(spec: Part): void {
  const name = textOf(spec.serviceAccountName) || textOf(spec.serviceAccount);
  if (name === '') return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function defaultContainer(container: Part): void {
  const policy = isFloatingImage(textOf(container.image)) ? 'Always' : 'IfNotPresent';
  setDefaultWhenZero(container, 'imagePullPolicy', policy);
  setDefaultWhenZero(container, 'terminationMessagePath', '/dev/termination-log');
  setDefaultWhenZero(container, 'terminationMessagePolicy', 'File');
  const resources = ensureRecord(container, 'resources');
  canonicalResources(resources, 'limits');
  canonicalResources(resources, 'requests');
  for (const port of itemsOf(container.ports)) setDefaultWhenZero(port, 'protocol', 'TCP');
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (isRecord(probe)) defaultProbe(probe);
  }
  for (const handler of Object.values(recordOf(container.lifecycle))) defaultHttpGet(recordOf(handler).httpGet);
  for (const variable of itemsOf(container.env)) defaultFieldSources(recordOf(variable.valueFrom));
}

function defaultProbe(probe: Part): void {
  setDefaultWhenZero(probe, 'timeoutSeconds', 1);
  setDefaultWhenZero(probe, 'periodSeconds', 10);
  setDefaultWhenZero(probe, 'successThreshold', 1);
  setDefaultWhenZero(probe, 'failureThreshold', 3);
  defaultHttpGet(probe.httpGet);
  if (isRecord(probe.grpc)) setDefault(probe.grpc, 'service', '');
}

function defaultHttpGet(action: unknown): void {
  if (!isRecord(action)) return;
  setDefaultWhenZero(action, 'path', '/');
  setDefaultWhenZero(action, 'scheme', 'HTTP');
}

function defaultFieldSources(source: Part): void {
  if (isRecord(source.fieldRef)) setDefaultWhenZero(source.fieldRef, 'apiVersion', 'v1');
  if (isRecord(source.resourceFieldRef)) {
    source.resourceFieldRef.divisor = canonicalQuantity(source.resourceFieldRef.divisor ?? '0');
  }
}

const fileMode0644 = 420;

function defaultVolume(volume: Part): void {
  if (Object.keys(volume).every((field) => field === 'name' || volume[field] === null)) volume.emptyDir = {};
  for (const field of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = volume[field];
    if (isRecord(source)) setDefault(source, 'defaultMode', fileMode0644);
  }
  for (const item of itemsOf(recordOf(volume.downwardAPI).items)) defaultFieldSources(item);
  for (const source of itemsOf(recordOf(volume.projected).sources)) defaultProjection(source);
  if (isRecord(volume.hostPath)) setDefault(volume.hostPath, 'type', '');
  if (isRecord(volume.image)) {
    const policy = isFloatingImage(textOf(volume.image.reference)) ? 'Always' : 'IfNotPresent';
    setDefaultWhenZero(volume.image, 'pullPolicy', policy);
  }
  if (isRecord(volume.emptyDir)) canonicalField(volume.emptyDir, 'sizeLimit');
  const claim = recordOf(recordOf(volume.ephemeral).volumeClaimTemplate).spec;
  if (isRecord(claim)) setDefault(claim, 'volumeMode', 'Filesystem');
  defaultLegacyVolume(volume);
}

function defaultLegacyVolume(volume: Part): void {
  if (isRecord(volume.iscsi)) setDefaultWhenZero(volume.iscsi, 'iscsiInterface', 'default');
  if (isRecord(volume.rbd)) {
    setDefaultWhenZero(volume.rbd, 'pool', 'rbd');
    setDefaultWhenZero(volume.rbd, 'user', 'admin');
    setDefaultWhenZero(volume.rbd, 'keyring', '/etc/ceph/keyring');
  }
  if (isRecord(volume.azureDisk)) {
    setDefault(volume.azureDisk, 'cachingMode', 'ReadWrite');
    setDefault(volume.azureDisk, 'kind', 'Shared');
    setDefault(volume.azureDisk, 'fsType', 'ext4');
    setDefault(volume.azureDisk, 'readOnly', false);
  }
  if (isRecord(volume.scaleIO)) {
    setDefaultWhenZero(volume.scaleIO, 'storageMode', 'ThinProvisioned');
    setDefaultWhenZero(volume.scaleIO, 'fsType', 'xfs');
  }
}

function defaultProjection(source: Part): void {
  const hourSeconds = 3600;
  if (isRecord(source.serviceAccountToken)) setDefault(source.serviceAccountToken, 'expirationSeconds', hourSeconds);
  for (const item of itemsOf(recordOf(source.downwardAPI).items)) defaultFieldSources(item);
}

function canonicalField(holder: Part, field: string): void {
  if (holder[field] !== undefined) holder[field] = canonicalQuantity(holder[field]);
}

function defaultHostPorts(spec: Part): void {
  for (const container of [...itemsOf(spec.containers), ...itemsOf(spec.initContainers)]) {
    for (const port of itemsOf(container.ports)) setDefaultWhenZero(port, 'hostPort', port.containerPort);
  }
}
