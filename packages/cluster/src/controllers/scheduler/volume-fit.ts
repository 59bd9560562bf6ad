import type { ClusterClient } from '../../cluster-client.ts';
import { isRecord, isZero, itemsOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';

/** Why a pod's claims keep it from every node, in the scheduler's words; undefined when they do not. */
export function volumeProblem(client: ClusterClient, pod: KubeObject): string | undefined {
  for (const volume of itemsOf(pod.spec?.volumes)) {
    if (!isRecord(volume.persistentVolumeClaim)) continue;
    const name = textOf(volume.persistentVolumeClaim.claimName);
    const claim = client.get('PersistentVolumeClaim', pod.metadata.namespace, name);
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (isZero(claim.spec?.volumeName) && !bindsWithPod(client, claim)) {
      return 'pod has unbound immediate PersistentVolumeClaims';
    }
  }
  return undefined;
}

/** A claim of a class that waits for the first pod is bound once that pod has a node. */
function bindsWithPod(client: ClusterClient, claim: KubeObject): boolean {
  const storageClass = client.get('StorageClass.storage.k8s.io', undefined, textOf(claim.spec?.storageClassName));
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
