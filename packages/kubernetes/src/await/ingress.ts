import { type KubeObject, listAt, textAt } from '../json.ts';
import { type ReadinessRule, type Surroundings, waiting } from './readiness.ts';

const services = 'v1/Service';
const classes = 'networking.k8s.io/v1/IngressClass';

/** Ready when its controller has published an address; Services that its rules name and that are missing are warned of. */
export const ingressRule: ReadinessRule = {
  related: () => [services, classes],
  judge(ingress, around) {
    const missing = missingServices(ingress, around);
    if (listAt(ingress, 'status', 'loadBalancer', 'ingress').length > 0) return { kind: 'ready', warnings: missing };
    return waiting('Waiting for the Ingress controller to publish an address', [
      ...missing,
      ...controllerCauses(ingress, around),
    ]);
  },
};

function missingServices(ingress: KubeObject, around: Surroundings): string[] {
  if (!around.sees(services)) return [];
  const troubles: string[] = [];
  for (const rule of listAt(ingress, 'spec', 'rules'))
    for (const path of listAt(rule, 'http', 'paths')) {
      const name = textAt(path, 'backend', 'service', 'name') || textAt(path, 'backend', 'serviceName');
      if (name === '' || around.get(services, name) !== undefined) continue;
      const route = `${textAt(rule, 'host')}${textAt(path, 'path')}`;
      troubles.push(`No Service "${name}" exists for the rule "${route}"`);
    }
  return [...new Set(troubles)];
}

function controllerCauses(ingress: KubeObject, around: Surroundings): string[] {
  if (!around.sees(classes)) return [];
  const stated =
    textAt(ingress, 'spec', 'ingressClassName') ||
    textAt(ingress, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
  if (stated === '')
    return ['It names no ingress class: spec.ingressClassName is empty, and no controller may feel responsible'];
  if (around.get(classes, stated) !== undefined)
    return [`The controller of ingress class "${stated}" has published no address yet`];
  const known = [...around.all(classes)].map((object) => `"${textAt(object, 'metadata', 'name')}"`);
  const offered = known.length === 0 ? 'this cluster has none' : `this cluster has ${known.join(', ')}`;
  return [`No ingress class "${stated}" exists: ${offered}`];
}
