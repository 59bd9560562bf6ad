import { startAutoscalerController } from './autoscaler/autoscaler-controller.ts';
import type { ControllerContext, StartController } from './controller.ts';
import { startDaemonSetController } from './daemonset/daemon-set-controller.ts';
import { startDeploymentController } from './deployment/deployment-controller.ts';
import { startDisruptionController } from './disruption/disruption-controller.ts';
import { startEndpointsController } from './endpoints/endpoints-controller.ts';
import { startEventExpiry } from './event-expiry.ts';
import { startGarbageCollector } from './garbage-collector/garbage-collector.ts';
import { startIngressController } from './ingress-controller.ts';
import { startCronJobController } from './job/cron-job-controller.ts';
import { startJobController } from './job/job-controller.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { startNamespaceController } from './namespace-controller.ts';
import { startPodEviction } from './pod-eviction.ts';
import { startQuotaController } from './quota/quota-controller.ts';
import { startReplicaSetController } from './replicaset/replica-set-controller.ts';
import { startScheduler } from './scheduler/scheduler.ts';
import { startServiceController } from './service-controller.ts';
import { startStatefulSetController } from './statefulset/stateful-set-controller.ts';
import { startVolumeController } from './storage/volume-controller.ts';
import { startTokenController } from './token-controller.ts';

const controllers: readonly StartController[] = [
  startNamespaceController,
  startDeploymentController,
  startReplicaSetController,
  startScheduler,
  startKubelet,
  startEndpointsController,
  startServiceController,
  startIngressController,
  startAutoscalerController,
  startGarbageCollector,
  startEventExpiry,
  startStatefulSetController,
  startDaemonSetController,
  startJobController,
  startCronJobController,
  startVolumeController,
  startDisruptionController,
  startQuotaController,
  startPodEviction,
  startTokenController,
];

/** Starts everything that makes objects come true: from Deployments to running pods. The returned function stops it all. */
export function startControllers(context: ControllerContext): () => void {
  const stops = controllers.map((start) => start(context));
  return () => {
    for (const stop of stops) stop();
  };
}
