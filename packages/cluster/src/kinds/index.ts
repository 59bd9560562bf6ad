import type { KubeKind } from '../registry/kube-kind.ts';
import { deploymentKind } from './apps/deployment.ts';
import { replicaSetKind } from './apps/replica-set.ts';
import { autoscalerKind, autoscalerV1Kind } from './autoscaling/horizontal-pod-autoscaler.ts';
import { configMapKind } from './core/config-map.ts';
import { endpointsKind } from './core/endpoints.ts';
import { eventKind, newEventKind } from './core/event.ts';
import { namespaceKind } from './core/namespace.ts';
import { nodeKind } from './core/node.ts';
import { secretKind } from './core/secret.ts';
import { serviceKind } from './core/service.ts';
import { serviceAccountKind } from './core/service-account.ts';
import { endpointSliceKind } from './discovery/endpoint-slice.ts';
import { ingressKind } from './networking/ingress.ts';
import { ingressClassKind } from './networking/ingress-class.ts';
import { podKind } from './pod/pod.ts';

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
];
