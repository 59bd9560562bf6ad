/**
 * Fields that cannot be changed on an existing object, by kind and group: the paths the API server refuses to change
 * (kubernetes API reference: immutable fields), and a few that Pulumi's provider replaces although the server would take
 * them. `*` stands for every item of a list. A path means everything under it.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  'DaemonSet.apps': ['spec.selector'],
  'Deployment.apps': ['spec.selector'],
  'ReplicaSet.apps': ['spec.selector'],
  'StatefulSet.apps': ['spec.podManagementPolicy', 'spec.selector', 'spec.serviceName', 'spec.volumeClaimTemplates'],
  'Job.batch': [
    'spec.backoffLimitPerIndex',
    'spec.completionMode',
    'spec.completions',
    'spec.managedBy',
    'spec.manualSelector',
    'spec.podFailurePolicy',
    'spec.podReplacementPolicy',
    'spec.selector',
    'spec.successPolicy',
    'spec.template',
  ],
  Secret: ['type'],
  Service: ['spec.clusterIP'],
  ResourceQuota: ['spec.scopes', 'spec.scopeSelector'],
  PersistentVolumeClaim: [
    'spec.accessModes',
    'spec.dataSource',
    'spec.dataSourceRef',
    'spec.selector',
    'spec.storageClassName',
    'spec.volumeMode',
    'spec.volumeName',
  ],
  PersistentVolume: [
    'awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs',
    'hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume',
    'volumeMode',
  ].flatMap((line) => line.split(' ').map((source) => `spec.${source}`)),
  'PodDisruptionBudget.policy/v1beta1': ['spec'],
  'ClusterRoleBinding.rbac.authorization.k8s.io': ['roleRef'],
  'RoleBinding.rbac.authorization.k8s.io': ['roleRef'],
  'StorageClass.storage.k8s.io': ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
  'VolumeAttachment.storage.k8s.io': ['spec'],
  'VolumeAttributesClass.storage.k8s.io': ['driverName', 'parameters'],
  'CSIDriver.storage.k8s.io': ['spec.attachRequired', 'spec.volumeLifecycleModes'],
  'PriorityClass.scheduling.k8s.io': ['preemptionPolicy', 'value'],
  'IngressClass.networking.k8s.io': ['spec.controller'],
  'RuntimeClass.node.k8s.io': ['handler'],
  'CertificateSigningRequest.certificates.k8s.io': ['spec'],
  'EndpointSlice.discovery.k8s.io': ['addressType'],
  'ResourceClaim.resource.k8s.io': ['spec'],
};

/** What of a Pod's spec may be changed in place; the API server refuses the rest (kubernetes docs: Pod update). */
const podMutable = new Set(['activeDeadlineSeconds', 'ephemeralContainers', 'schedulingGates', 'tolerations']);

export type Pattern = readonly string[];

const identity: readonly Pattern[] = [
  ['metadata', 'name'],
  ['metadata', 'namespace'],
];

/** The patterns of a kind: `key` is `Kind.group`, `versioned` the same with its version. */
export function immutablePatterns(key: string, versioned: string): readonly Pattern[] {
  const own = [...(table[key] ?? []), ...(table[versioned] ?? [])];
  return [...identity, ...own.map((path) => path.split('.'))];
}

export function identityPatterns(): readonly Pattern[] {
  return identity;
}

export function isPodFieldMutable(field: string): boolean {
  return podMutable.has(field);
}
