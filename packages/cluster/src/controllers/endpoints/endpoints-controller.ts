import { isSame } from '../../kinds/fields.ts';
import { randomSuffix } from '../../kinds/safe-hash.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { startWorkQueue } from '../work-queue.ts';
import { managedByLabel, serviceNameLabel, sliceManager, sliceObject, slicesFor } from './endpoint-slices.ts';
import { endpointsFor } from './endpoints-object.ts';
import { type Backend, backendsOf, hasSelector, servicesSelecting } from './service-backends.ts';

/** Says where Services lead: as Endpoints and as EndpointSlices. Those without a selector are left to whoever made them. */
export const startEndpointsController: StartController = (context) => {
  const { client } = context;
  const queue = startWorkQueue(context, 'endpoints', (key) => {
    const { namespace, name } = parseKey(key);
    const service = client.get('Service', namespace, name);
    if (service === undefined) return removeEndpoints(context, namespace, name);
    if (isDeleting(service) || !hasSelector(service)) return;
    const backends = backendsOf(client, service);
    syncEndpoints(context, service, backends);
    syncSlices(context, service, backends);
  });
  const wakeServices = (pod: KubeObject) => {
    for (const service of servicesSelecting(client, pod)) queue.add(keyOf(service));
  };
  const stops = [
    client.watch('Service', ({ object }) => queue.add(keyOf(object))),
    client.watch('Pod', ({ object, old }) => {
      wakeServices(object);
      if (old !== undefined && !isSame(old.metadata.labels, object.metadata.labels)) wakeServices(old);
    }),
    // What somebody else changed or deleted is put right.
    client.watch('Endpoints', ({ type, object }) => {
      if (type === 'DELETED') queue.add(keyOf(object));
    }),
    client.watch('EndpointSlice.discovery.k8s.io', ({ type, object }) => {
      const name = object.metadata.labels?.[serviceNameLabel];
      if (type === 'DELETED' && name !== undefined) queue.add(`${object.metadata.namespace ?? ''}/${name}`);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

function syncEndpoints({ client }: ControllerContext, service: KubeObject, backends: readonly Backend[]): void {
  const wanted = endpointsFor(service, backends);
  const existing = client.get('Endpoints', service.metadata.namespace, service.metadata.name);
  if (existing === undefined) {
    client.create({ apiVersion: 'v1', kind: 'Endpoints', ...wanted });
    return;
  }
  if (isSame(existing.subsets, wanted.subsets) && isSame(existing.metadata.labels, wanted.metadata.labels)) return;
  const { subsets: _, ...rest } = existing;
  const metadata = {
    ...existing.metadata,
    ...(wanted.metadata.labels === undefined ? {} : { labels: wanted.metadata.labels }),
  };
  client.update({
    ...rest,
    metadata,
    ...(wanted.subsets === undefined ? {} : { subsets: wanted.subsets }),
  } as KubeObject);
}

/** Slices that already say what is wanted stay; the others are rewritten, and only then new ones made or left-over ones removed. */
function syncSlices(context: ControllerContext, service: KubeObject, backends: readonly Backend[]): void {
  const { client } = context;
  const zoneOf = (node: string) =>
    client.get('Node', undefined, node)?.metadata.labels?.['topology.kubernetes.io/zone'];
  const wanted = slicesFor(service, backends, zoneOf);
  const { namespace } = service.metadata;
  const matchLabels = { [serviceNameLabel]: service.metadata.name, [managedByLabel]: sliceManager };
  const options = { ...(namespace === undefined ? {} : { namespace }), selector: { matchLabels } };
  const existing = client.list('EndpointSlice.discovery.k8s.io', options).filter((slice) => !isDeleting(slice));
  const says = (slice: KubeObject, content: (typeof wanted)[number]) =>
    isSame(slice.endpoints, content.endpoints) &&
    isSame(withoutEmptyNames(slice.ports), withoutEmptyNames(content.ports)) &&
    isSame(slice.metadata.labels, content.labels);
  const missing = wanted.filter((content) => !existing.some((slice) => says(slice, content)));
  const stale = existing.filter((slice) => !wanted.some((content) => says(slice, content)));
  missing.forEach((content, at) => {
    const reused = stale[at];
    const name = reused?.metadata.name ?? `${service.metadata.name.slice(0, 57)}-${randomSuffix(context.random)}`;
    const slice = sliceObject(service, name, content);
    if (reused === undefined) client.create(slice);
    else client.update({ ...slice, metadata: { ...reused.metadata, labels: content.labels } });
  });
  for (const slice of stale.slice(missing.length)) {
    client.delete('EndpointSlice.discovery.k8s.io', slice.metadata.namespace, slice.metadata.name);
  }
}

function withoutEmptyNames(ports: unknown): unknown {
  return Array.isArray(ports) ? ports.map(({ name, ...port }) => (name ? { name, ...port } : port)) : ports;
}

/** Endpoints have the name of their Service and no owner reference; slices have one, and go with it. */
function removeEndpoints({ client }: ControllerContext, namespace: string | undefined, name: string): void {
  const endpoints = client.get('Endpoints', namespace, name);
  if (endpoints === undefined || isDeleting(endpoints)) return;
  if (endpoints.metadata.labels?.['endpoints.kubernetes.io/managed-by'] !== 'endpoint-controller') return;
  client.delete('Endpoints', namespace, name);
}
