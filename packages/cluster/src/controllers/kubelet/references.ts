import type { ClusterClient } from '../../cluster-client.ts';
import { isRecord, itemsOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';

type Part = Record<string, unknown>;

/** Something a pod cannot start without and that is not there. */
export interface MissingReference {
  readonly kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim';
  readonly name: string;
  /** `configmap "x" not found`, as the kubelet says it. */
  readonly message: string;
}

/** What `env` and `envFrom` of a container need first and do not find. */
export function missingFromEnvironment(
  client: ClusterClient,
  namespace: string,
  container: Part,
): MissingReference | undefined {
  for (const source of itemsOf(container.envFrom)) {
    const missing =
      findMissing(client, namespace, 'ConfigMap', source.configMapRef) ??
      findMissing(client, namespace, 'Secret', source.secretRef);
    if (missing !== undefined) return missing;
  }
  for (const variable of itemsOf(container.env)) {
    const from = recordOf(variable.valueFrom);
    const missing =
      findMissing(client, namespace, 'ConfigMap', from.configMapKeyRef) ??
      findMissing(client, namespace, 'Secret', from.secretKeyRef);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** The volume that cannot be set up, and why. */
export function missingFromVolumes(
  client: ClusterClient,
  pod: KubeObject,
): (MissingReference & { volume: string }) | undefined {
  const namespace = pod.metadata.namespace ?? '';
  for (const volume of itemsOf(pod.spec?.volumes)) {
    const { secret } = volume;
    const secretRef = isRecord(secret) ? { ...secret, name: secret.secretName } : undefined;
    const projected = itemsOf(recordOf(volume.projected).sources);
    const missing = [
      findMissing(client, namespace, 'ConfigMap', volume.configMap),
      findMissing(client, namespace, 'Secret', secretRef),
      ...projected.map((source) => findMissing(client, namespace, 'ConfigMap', source.configMap)),
      ...projected.map((source) => findMissing(client, namespace, 'Secret', source.secret)),
    ].find((one) => one !== undefined);
    if (missing !== undefined) return { ...missing, volume: textOf(volume.name) };
  }
  return undefined;
}

export function unboundClaims(client: ClusterClient, pod: KubeObject): MissingReference[] {
  return itemsOf(pod.spec?.volumes).flatMap((volume) => {
    if (!isRecord(volume.persistentVolumeClaim)) return [];
    const name = textOf(volume.persistentVolumeClaim.claimName);
    const claim = client.get('PersistentVolumeClaim', pod.metadata.namespace, name);
    if (claim?.status?.phase === 'Bound') return [];
    return [{ kind: 'PersistentVolumeClaim' as const, name, message: `persistentvolumeclaim "${name}" is not bound` }];
  });
}

function findMissing(
  client: ClusterClient,
  namespace: string,
  kind: MissingReference['kind'],
  reference: unknown,
): MissingReference | undefined {
  if (!isRecord(reference) || reference.optional === true) return undefined;
  const name = textOf(reference.name);
  const object = client.get(kind, namespace, name);
  if (object === undefined) return { kind, name, message: `${kind.toLowerCase()} "${name}" not found` };
  const keys = [textOf(reference.key), ...itemsOf(reference.items).map((item) => textOf(item.key))];
  const data = { ...recordOf(object.data), ...recordOf(object.binaryData) };
  const absent = keys.find((key) => key !== '' && !Object.hasOwn(data, key));
  if (absent === undefined) return undefined;
  const isVolume = Array.isArray(reference.items);
  const message = isVolume
    ? `references non-existent config key: ${absent}`
    : `couldn't find key ${absent} in ${kind} ${namespace}/${name}`;
  return { kind, name, message };
}
