import type { KubeKind } from '../kinds/resource-kind.ts';
import { daemonSetRule } from './daemon-set.ts';
import { deploymentRule } from './deployment.ts';
import { horizontalPodAutoscalerRule } from './horizontal-pod-autoscaler.ts';
import { ingressRule } from './ingress.ts';
import { jobRule } from './job.ts';
import { podRule } from './pod.ts';
import type { ReadinessRule } from './readiness.ts';
import { serviceRule } from './service.ts';
import {
  claimRule,
  customResourceDefinitionRule,
  genericRule,
  namespaceRule,
  replicationControllerRule,
  resourceQuotaRule,
  secretRule,
  volumeRule,
} from './simple-rules.ts';
import { statefulSetRule } from './stateful-set.ts';

const rules: Readonly<Record<string, ReadinessRule>> = {
  '/Namespace': namespaceRule,
  '/PersistentVolume': volumeRule,
  '/PersistentVolumeClaim': claimRule,
  '/Pod': podRule,
  '/ReplicationController': replicationControllerRule,
  '/ResourceQuota': resourceQuotaRule,
  '/Secret': secretRule,
  '/Service': serviceRule,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionRule,
  'apps/DaemonSet': daemonSetRule,
  'apps/Deployment': deploymentRule,
  'apps/StatefulSet': statefulSetRule,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscalerRule,
  'batch/Job': jobRule,
  'networking.k8s.io/Ingress': ingressRule,
};

/** The kinds that a refresh looks at, too: those that may break long after they were made. */
const watchedOnRefresh = new Set([
  '/Pod',
  '/Service',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/StatefulSet',
  'batch/Job',
  'networking.k8s.io/Ingress',
]);

/** Undefined for kinds that are ready as soon as they exist. `forAll`: judge every kind by the common conventions. */
export function readinessRule(kind: KubeKind, forAll: boolean): ReadinessRule | undefined {
  // The first version of the autoscaler has no conditions to tell that anybody looked at it.
  if (kind.kind === 'HorizontalPodAutoscaler' && kind.version === 'v1') return undefined;
  return rules[`${kind.group}/${kind.kind}`] ?? (forAll ? genericRule : undefined);
}

export function isJudgedOnRefresh(kind: KubeKind): boolean {
  return watchedOnRefresh.has(`${kind.group}/${kind.kind}`);
}
