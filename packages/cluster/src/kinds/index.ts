import type { KubeKind } from '../registry/kube-kind.ts';
import { controllerRevisionKind } from './apps/controller-revision.ts';
import { daemonSetKind } from './apps/daemon-set.ts';
import { deploymentKind } from './apps/deployment.ts';
import { replicaSetKind } from './apps/replica-set.ts';
import { statefulSetKind } from './apps/stateful-set.ts';
import { autoscalerKind, autoscalerV1Kind } from './autoscaling/horizontal-pod-autoscaler.ts';
import { cronJobKind } from './batch/cron-job.ts';
import { jobKind } from './batch/job.ts';
import { leaseKind } from './coordination/lease.ts';
import { configMapKind } from './core/config-map.ts';
import { endpointsKind } from './core/endpoints.ts';
import { eventKind, newEventKind } from './core/event.ts';
import { limitRangeKind } from './core/limit-range.ts';
import { namespaceKind } from './core/namespace.ts';
import { nodeKind } from './core/node.ts';
import { resourceQuotaKind } from './core/resource-quota.ts';
import { secretKind } from './core/secret.ts';
import { serviceKind } from './core/service.ts';
import { serviceAccountKind } from './core/service-account.ts';
import { endpointSliceKind } from './discovery/endpoint-slice.ts';
import { ingressKind } from './networking/ingress.ts';
import { ingressClassKind } from './networking/ingress-class.ts';
import { networkPolicyKind } from './networking/network-policy.ts';
import { podKind } from './pod/pod.ts';
import { podDisruptionBudgetKind } from './policy/pod-disruption-budget.ts';
import { clusterRoleBindingKind, roleBindingKind } from './rbac/role-bindings.ts';
import { clusterRoleKind, roleKind } from './rbac/roles.ts';
import { priorityClassKind } from './scheduling/priority-class.ts';
import { persistentVolumeKind } from './storage/persistent-volume.ts';
import { persistentVolumeClaimKind } from './storage/persistent-volume-claim.ts';
import { storageClassKind } from './storage/storage-class.ts';

/** Every kind the control plane knows from the start. A version that is stored as another kind says so (`storedAs`). */
export const builtinKinds: readonly KubeKind[] = [
  namespaceKind,
  podKind,
  serviceKind,
  endpointsKind,
  configMapKind,
  secretKind,
  serviceAccountKind,
  eventKind,
  nodeKind,
  deploymentKind,
  replicaSetKind,
  autoscalerKind,
  autoscalerV1Kind,
  ingressKind,
  ingressClassKind,
  endpointSliceKind,
  newEventKind,
  statefulSetKind,
  daemonSetKind,
  controllerRevisionKind,
  jobKind,
  cronJobKind,
  persistentVolumeKind,
  persistentVolumeClaimKind,
  storageClassKind,
  resourceQuotaKind,
  limitRangeKind,
  roleKind,
  clusterRoleKind,
  roleBindingKind,
  clusterRoleBindingKind,
  podDisruptionBudgetKind,
  networkPolicyKind,
  priorityClassKind,
  leaseKind,
];
