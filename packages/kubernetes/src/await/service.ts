import { type KubeObject, listAt, mapAt, textAt } from '../json.ts';
import { type Readiness, type ReadinessRule, ready, type Surroundings, waiting } from './readiness.ts';

const slices = 'discovery.k8s.io/v1/EndpointSlice';
const serviceName = 'kubernetes.io/service-name';

/**
 * Ready when it has an address, where it waits for one from a load balancer, and the controller has looked for its pods.
 * No pod at all is fine: they may come later. Pods of which none is ready are not.
 */
export const serviceRule: ReadinessRule = {
  related: (service) => (selectsPods(service) ? [slices] : []),
  judge(service, around) {
    if (selectsPods(service)) {
      const found = endpointReadiness(service, around);
      if (found.kind !== 'ready') return found;
    }
    if (textAt(service, 'spec', 'type') !== 'LoadBalancer') return ready;
    if (listAt(service, 'status', 'loadBalancer', 'ingress').length > 0) return ready;
    return waiting('Waiting for the load balancer to give the Service an address', [
      'The Service was not given an address: does this cluster have a load balancer for Services?',
    ]);
  },
};

function selectsPods(service: KubeObject): boolean {
  const type = textAt(service, 'spec', 'type');
  const isHeadless = textAt(service, 'spec', 'clusterIP') === 'None';
  return type !== 'ExternalName' && !isHeadless && Object.keys(mapAt(service, 'spec', 'selector')).length > 0;
}

function endpointReadiness(service: KubeObject, around: Surroundings): Readiness {
  // Who may not look at endpoints is not kept waiting for them.
  if (!around.sees(slices)) return ready;
  const counts = countEndpoints(service, around);
  if (counts === undefined) return waiting('Waiting for the endpoints controller to find the Pods of the Service');
  if (counts.ready > 0 || counts.notReady === 0) return ready;
  return waiting('Waiting for a Pod of the Service to be ready', [
    `None of the ${counts.notReady} Pods that the Service selects is ready`,
  ]);
}

/** Undefined when the controller has not come to the Service yet: even without a Pod it makes a slice. */
function countEndpoints(
  service: KubeObject,
  around: Surroundings,
): { readonly ready: number; readonly notReady: number } | undefined {
  const name = textAt(service, 'metadata', 'name');
  let counts: { ready: number; notReady: number } | undefined;
  for (const slice of around.ownedBy(slices, textAt(service, 'metadata', 'uid'))) {
    if (textAt(slice, 'metadata', 'labels', serviceName) !== name) continue;
    counts ??= { ready: 0, notReady: 0 };
    for (const endpoint of listAt(slice, 'endpoints'))
      if (mapAt(endpoint, 'conditions').ready === false) counts.notReady += 1;
      else counts.ready += 1;
  }
  return counts;
}
