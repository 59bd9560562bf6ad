import { startAutoscalerController } from './autoscaler/autoscaler-controller.ts';
import type { ControllerContext, StartController } from './controller.ts';
import { startDeploymentController } from './deployment/deployment-controller.ts';
import { startEndpointsController } from './endpoints/endpoints-controller.ts';
import { startEventExpiry } from './event-expiry.ts';
import { startGarbageCollector } from './garbage-collector/garbage-collector.ts';
import { startIngressController } from './ingress-controller.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { startNamespaceController } from './namespace-controller.ts';
import { startReplicaSetController } from './replicaset/replica-set-controller.ts';
import { startScheduler } from './scheduler/scheduler.ts';
import { startServiceController } from './service-controller.ts';

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
];

/** Starts everything that makes objects come true: from Deployments to running pods. The returned function stops it all. */
export function startControllers(context: ControllerContext): () => void {
  const stops = controllers.map((start) => start(context));
  return () => {
    for (const stop of stops) stop();
  };
}
