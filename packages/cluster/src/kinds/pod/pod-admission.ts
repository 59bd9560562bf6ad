import { ApiError } from '../../api-error.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { AdmissionContext } from '../../registry/kube-kind.ts';
import { ensureRecord, isZero, itemsOf, setDefault, setDefaultWhenZero, textOf } from '../fields.ts';
import { safeHash } from '../safe-hash.ts';

/**
 * What the admission plug-ins that every cluster has do to a new pod: ServiceAccount, Priority, DefaultTolerationSeconds
 * (kubernetes docs: Admission Control).
 */
export function admitPod(pod: KubeObject, context: AdmissionContext): void {
  const spec = ensureRecord(pod, 'spec');
  admitServiceAccount(pod, spec, context);
  admitPriority(pod, spec, context);
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) addToleration(spec, key);
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

function admitServiceAccount(pod: KubeObject, spec: Record<string, unknown>, context: AdmissionContext): void {
  const isGiven = textOf(spec.serviceAccountName) !== '';
  setDefaultWhenZero(spec, 'serviceAccountName', 'default');
  setDefaultWhenZero(spec, 'serviceAccount', spec.serviceAccountName);
  const account = findServiceAccount(pod.metadata.namespace, textOf(spec.serviceAccountName), context);
  if (account === undefined && isGiven && spec.serviceAccountName !== 'default') {
    const place = `${pod.metadata.namespace}/${spec.serviceAccountName}`;
    const cause = `serviceaccount "${spec.serviceAccountName}" not found`;
    throw refusal(pod, `error looking up service account ${place}: ${cause}`);
  }
  if (itemsOf(spec.imagePullSecrets).length === 0 && itemsOf(account?.imagePullSecrets).length > 0) {
    spec.imagePullSecrets = structuredClone(account?.imagePullSecrets);
  }
  const mounts = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
  if (mounts !== false) mountToken(pod, spec);
}

function findServiceAccount(
  namespace: string | undefined,
  name: string,
  context: AdmissionContext,
): KubeObject | undefined {
  const kind = context.find('', 'ServiceAccount');
  return kind === undefined
    ? undefined
    : context.list(kind, namespace).find((account) => account.metadata.name === name);
}

function mountToken(pod: KubeObject, spec: Record<string, unknown>): void {
  const containers = [...itemsOf(spec.containers), ...itemsOf(spec.initContainers)];
  const needing = containers.filter((one) => itemsOf(one.volumeMounts).every((mount) => mount.mountPath !== tokenPath));
  if (needing.length === 0) return;
  const name = `kube-api-access-${safeHash(`${pod.metadata.namespace}/${pod.metadata.name}`).slice(0, 5)}`;
  const volumes = Array.isArray(spec.volumes) ? spec.volumes : [];
  spec.volumes = [...volumes, { name, projected: { sources: tokenSources, defaultMode: 420 } }];
  for (const container of needing) {
    const mounts = Array.isArray(container.volumeMounts) ? container.volumeMounts : [];
    container.volumeMounts = [...mounts, { name, readOnly: true, mountPath: tokenPath }];
  }
}

const tokenSources = [
  { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  {
    downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
  },
];

function admitPriority(pod: KubeObject, spec: Record<string, unknown>, context: AdmissionContext): void {
  const kind = context.find('scheduling.k8s.io', 'PriorityClass');
  const classes = kind === undefined ? [] : context.list(kind);
  const name = textOf(spec.priorityClassName);
  const chosen =
    name === '' ? classes.find((one) => one.globalDefault === true) : classes.find((one) => one.metadata.name === name);
  if (chosen === undefined && name !== '') throw refusal(pod, `no PriorityClass with name ${name} was found`);
  if (chosen !== undefined) setDefaultWhenZero(spec, 'priorityClassName', chosen.metadata.name);
  setDefault(spec, 'priority', chosen?.value ?? 0);
  setDefaultWhenZero(spec, 'preemptionPolicy', chosen?.preemptionPolicy ?? 'PreemptLowerPriority');
}

function addToleration(spec: Record<string, unknown>, key: string): void {
  const tolerations = itemsOf(spec.tolerations);
  const isTolerated = tolerations.some((toleration) => {
    const isForKey = toleration.key === key || isZero(toleration.key);
    return isForKey && (toleration.effect === 'NoExecute' || isZero(toleration.effect));
  });
  if (isTolerated) return;
  const added = { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
  spec.tolerations = [...(Array.isArray(spec.tolerations) ? spec.tolerations : []), added];
}

function refusal(pod: KubeObject, cause: string): ApiError {
  const name = pod.metadata.name || pod.metadata.generateName || '';
  return new ApiError(403, 'Forbidden', `pods "${name}" is forbidden: ${cause}`, { name, kind: 'pods' });
}
