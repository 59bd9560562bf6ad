import { itemsOf, recordOf, textOf } from '../kinds/fields.ts';
import { fnv32 } from '../kinds/safe-hash.ts';
import type { KubeObject } from '../kube-object.ts';
import type { StartController } from './controller.ts';
import { isDeleting, keyOf, parseKey } from './object-key.ts';
import { documentationAddress } from './service-controller.ts';
import { writeStatus } from './status-writer.ts';
import { startWorkQueue } from './work-queue.ts';

const firstAddress = 128;
const addressCount = 126;

/** Publishes every Ingress, whatever its class, at the address of its class: all of one class share one, as behind one controller. */
export const startIngressController: StartController = (context) => {
  const queue = startWorkQueue(context, 'ingress', (key) => {
    const { namespace, name } = parseKey(key);
    const ingress = context.client.get('Ingress.networking.k8s.io', namespace, name);
    if (ingress === undefined || isDeleting(ingress)) return;
    const ip = addressOfClass(ingress);
    const points = itemsOf(recordOf(ingress.status?.loadBalancer).ingress);
    if (points.some((point) => point.ip === ip)) return;
    writeStatus(context.client, ingress, { ...ingress.status, loadBalancer: { ingress: [{ ip }] } });
  });
  const stop = context.client.watch('Ingress.networking.k8s.io', ({ object }) => queue.add(keyOf(object)));
  return () => {
    stop();
    queue.stop();
  };
};

function addressOfClass(ingress: KubeObject): string {
  const legacy = ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
  const name = textOf(ingress.spec?.ingressClassName) || legacy || '';
  return documentationAddress(firstAddress + (fnv32(name) % addressCount));
}
