import type { KubeObject } from '../kube-object.ts';
import { systemPriorities } from './scheduling/priority-class.ts';
import { defaultClassAnnotation } from './storage/persistent-volume-claim.ts';

/** The default StorageClass: volumes that are made once the first pod that needs them has a node, and that can grow. */
const standardClass: KubeObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { [defaultClassAnnotation]: 'true' } },
  provisioner: 'simulation.radiant.dev/disk',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
};

/** What a new cluster comes with besides namespaces and nodes. */
export const standardObjects: readonly KubeObject[] = [
  standardClass,
  ...Object.entries(systemPriorities).map(([name, value]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
  })),
];
