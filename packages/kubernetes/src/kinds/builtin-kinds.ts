import { apiVersionOf, type KubeKind } from './resource-kind.ts';

/** How a kind is reached: its plural in paths, and whether its objects live in namespaces. */
export interface KindRoute extends KubeKind {
  readonly plural: string;
  readonly isNamespaced: boolean;
}

/**
 * The kinds a Kubernetes server has of itself, so that they need no discovery (Kubernetes API reference, up to 1.37).
 * A line is an apiVersion and its kinds; `*` marks cluster-scoped ones; a plural that is not regular follows a `=`.
 */
const table = `
v1 Pod Service ConfigMap Secret ServiceAccount *Namespace *Node *PersistentVolume PersistentVolumeClaim Endpoints=endpoints Event LimitRange ResourceQuota ReplicationController PodTemplate Binding *ComponentStatus
apps/v1 Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision
apps/v1beta1 Deployment StatefulSet ControllerRevision
apps/v1beta2 Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision
extensions/v1beta1 Deployment ReplicaSet DaemonSet Ingress NetworkPolicy *PodSecurityPolicy
batch/v1 Job CronJob
batch/v1beta1 CronJob
batch/v2alpha1 CronJob
autoscaling/v1 HorizontalPodAutoscaler
autoscaling/v2 HorizontalPodAutoscaler
autoscaling/v2beta1 HorizontalPodAutoscaler
autoscaling/v2beta2 HorizontalPodAutoscaler
networking.k8s.io/v1 Ingress *IngressClass NetworkPolicy *IPAddress *ServiceCIDR
networking.k8s.io/v1beta1 Ingress *IngressClass *IPAddress *ServiceCIDR
policy/v1 PodDisruptionBudget
policy/v1beta1 PodDisruptionBudget *PodSecurityPolicy
rbac.authorization.k8s.io/v1 Role RoleBinding *ClusterRole *ClusterRoleBinding
rbac.authorization.k8s.io/v1beta1 Role RoleBinding *ClusterRole *ClusterRoleBinding
rbac.authorization.k8s.io/v1alpha1 Role RoleBinding *ClusterRole *ClusterRoleBinding
storage.k8s.io/v1 *StorageClass *CSIDriver *CSINode CSIStorageCapacity *VolumeAttachment *VolumeAttributesClass
storage.k8s.io/v1beta1 *StorageClass *CSIDriver *CSINode CSIStorageCapacity *VolumeAttachment *VolumeAttributesClass
storage.k8s.io/v1alpha1 *VolumeAttachment *VolumeAttributesClass CSIStorageCapacity
scheduling.k8s.io/v1 *PriorityClass
scheduling.k8s.io/v1beta1 *PriorityClass
node.k8s.io/v1 *RuntimeClass
node.k8s.io/v1beta1 *RuntimeClass
coordination.k8s.io/v1 Lease
discovery.k8s.io/v1 EndpointSlice
discovery.k8s.io/v1beta1 EndpointSlice
events.k8s.io/v1 Event
certificates.k8s.io/v1 *CertificateSigningRequest *ClusterTrustBundle PodCertificateRequest
certificates.k8s.io/v1beta1 *CertificateSigningRequest *ClusterTrustBundle PodCertificateRequest
flowcontrol.apiserver.k8s.io/v1 *FlowSchema *PriorityLevelConfiguration
flowcontrol.apiserver.k8s.io/v1beta3 *FlowSchema *PriorityLevelConfiguration
admissionregistration.k8s.io/v1 *ValidatingWebhookConfiguration *MutatingWebhookConfiguration *ValidatingAdmissionPolicy *ValidatingAdmissionPolicyBinding *MutatingAdmissionPolicy *MutatingAdmissionPolicyBinding
admissionregistration.k8s.io/v1beta1 *ValidatingAdmissionPolicy *ValidatingAdmissionPolicyBinding *MutatingAdmissionPolicy *MutatingAdmissionPolicyBinding
admissionregistration.k8s.io/v1alpha1 *ValidatingAdmissionPolicy *ValidatingAdmissionPolicyBinding *MutatingAdmissionPolicy *MutatingAdmissionPolicyBinding
apiextensions.k8s.io/v1 *CustomResourceDefinition
apiextensions.k8s.io/v1beta1 *CustomResourceDefinition
apiregistration.k8s.io/v1 *APIService
resource.k8s.io/v1 ResourceClaim ResourceClaimTemplate *DeviceClass *ResourceSlice *DeviceTaintRule
resource.k8s.io/v1beta1 ResourceClaim ResourceClaimTemplate *DeviceClass *ResourceSlice
resource.k8s.io/v1beta2 ResourceClaim ResourceClaimTemplate *DeviceClass *ResourceSlice *DeviceTaintRule
storagemigration.k8s.io/v1 *StorageVersionMigration
storagemigration.k8s.io/v1beta1 *StorageVersionMigration
`;

let routes: Map<string, KindRoute> | undefined;

function load(): Map<string, KindRoute> {
  const loaded = new Map<string, KindRoute>();
  for (const line of table.trim().split('\n')) {
    const [apiVersion = '', ...words] = line.split(' ');
    const cut = apiVersion.indexOf('/');
    const group = cut < 0 ? '' : apiVersion.slice(0, cut);
    const version = apiVersion.slice(cut + 1);
    for (const word of words) {
      const [kind = '', plural] = word.replace('*', '').split('=');
      loaded.set(`${apiVersion}/${kind}`, {
        group,
        version,
        kind,
        plural: plural ?? regularPlural(kind),
        isNamespaced: !word.startsWith('*'),
      });
    }
  }
  return loaded;
}

function regularPlural(kind: string): string {
  const word = kind.toLowerCase();
  if (/(s|x|ch|sh)$/.test(word)) return `${word}es`;
  return word.endsWith('y') && !/[aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Undefined when the kind is not built in: a custom resource, or one of a version this table does not know. */
export function builtinRoute(kind: KubeKind): KindRoute | undefined {
  routes ??= load();
  return routes.get(`${apiVersionOf(kind)}/${kind.kind}`);
}

export function isBuiltinKind(kind: KubeKind): boolean {
  return builtinRoute(kind) !== undefined;
}

/** Whether the kind is a list of built-in objects, such as `ConfigMapList`, which cannot be created. */
export function isBuiltinList(kind: KubeKind): boolean {
  return kind.kind.endsWith('List') && isBuiltinKind({ ...kind, kind: kind.kind.slice(0, -'List'.length) });
}
