import { itemsOf, recordOf, textOf } from '../kinds/fields.ts';
import { fnv32 } from '../kinds/safe-hash.ts';
import type { KubeObject } from '../kube-object.ts';
import type { StartController } from './controller.ts';
import { eventRecorder } from './event-recorder.ts';
import { isDeleting, keyOf, parseKey } from './object-key.ts';
import { writeStatus } from './status-writer.ts';
import { startWorkQueue } from './work-queue.ts';

/** RFC 5737's documentation network: addresses that lead nowhere. The upper half is for Ingresses. */
const firstAddress = 1;
const addressCount = 127;

export function documentationAddress(last: number): string {
  return `203.0.113.${last}`;
}

/** Gives each Service of type LoadBalancer an address, as a cloud's controller does, and takes it away when the type changes. */
export const startServiceController: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'service-controller');
  const queue = startWorkQueue(context, 'service', (key) => {
    const { namespace, name } = parseKey(key);
    const service = client.get('Service', namespace, name);
    if (service === undefined || isDeleting(service)) return;
    const hasAddress = addressesOf(service).length > 0;
    const wantsAddress = service.spec?.type === 'LoadBalancer';
    if (hasAddress && !wantsAddress) writeStatus(client, service, { ...service.status, loadBalancer: {} });
    if (hasAddress || !wantsAddress || isForeign(service)) return;
    const address = freeAddress(service);
    if (address === undefined) {
      const message = 'Error syncing load balancer: no address is left in 203.0.113.0/25';
      record(service, { type: 'Warning', reason: 'SyncLoadBalancerFailed', message });
      return;
    }
    record(service, { type: 'Normal', reason: 'EnsuringLoadBalancer', message: 'Ensuring load balancer' });
    const loadBalancer = { ingress: [{ ip: address, ipMode: 'VIP' }] };
    const written = writeStatus(client, service, { ...service.status, loadBalancer });
    record(written, { type: 'Normal', reason: 'EnsuredLoadBalancer', message: 'Ensured load balancer' });
  });
  const freeAddress = (service: KubeObject): string | undefined => {
    const taken = new Set(client.list('Service').flatMap(addressesOf));
    const asked = textOf(service.spec?.loadBalancerIP);
    if (asked !== '' && !taken.has(asked)) return asked;
    const start = fnv32(keyOf(service)) % addressCount;
    const candidates = Array.from({ length: addressCount }, (_, step) => {
      return documentationAddress(firstAddress + ((start + step) % addressCount));
    });
    return candidates.find((address) => !taken.has(address));
  };
  const stop = client.watch('Service', ({ type, object }) => {
    if (type !== 'DELETED') return queue.add(keyOf(object));
    // An address became free for those that found none.
    if (addressesOf(object).length === 0) return;
    for (const other of client.list('Service')) if (other.spec?.type === 'LoadBalancer') queue.add(keyOf(other));
  });
  return () => {
    stop();
    queue.stop();
  };
};

function addressesOf(service: KubeObject): string[] {
  return itemsOf(recordOf(service.status?.loadBalancer).ingress).map((point) => textOf(point.ip));
}

/** A class of its own means a controller of its own, which this cluster does not have. */
function isForeign(service: KubeObject): boolean {
  return textOf(service.spec?.loadBalancerClass) !== '';
}
