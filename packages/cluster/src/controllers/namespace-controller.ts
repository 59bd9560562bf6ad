import { ApiError } from '../api-error.ts';
import { stringsOf } from '../kinds/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import { type Condition, withCondition } from './conditions.ts';
import type { ControllerContext, StartController } from './controller.ts';
import { servedKinds, watchEveryKind } from './every-kind.ts';
import { isDeleting, keyOf, parseKey } from './object-key.ts';
import { writeStatus } from './status-writer.ts';
import { startWorkQueue } from './work-queue.ts';

/** What every namespace has from its first moment, and the emptying of those that go. */
export const startNamespaceController: StartController = (context) => {
  const { client } = context;
  const queue = startWorkQueue(context, 'namespace', (key) => {
    const namespace = client.get('Namespace', undefined, parseKey(key).name);
    if (namespace === undefined) return;
    if (isDeleting(namespace)) empty(context, namespace);
    else furnish(context, namespace);
  });
  const furnishings = new Set(['ServiceAccount/default', 'ConfigMap/kube-root-ca.crt']);
  const stops = [
    client.watch('Namespace', ({ object }) => queue.add(keyOf(object))),
    watchEveryKind(context, (kind, { type, object }) => {
      const { namespace, name } = object.metadata;
      if (type !== 'DELETED' || namespace === undefined) return;
      const holder = client.get('Namespace', undefined, namespace);
      if (holder === undefined) return;
      if (isDeleting(holder) || furnishings.has(`${kind.name}/${name}`)) queue.add(keyOf(holder));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

function furnish(context: ControllerContext, { metadata: { name: namespace } }: KubeObject): void {
  const { client } = context;
  if (client.get('ServiceAccount', namespace, 'default') === undefined) {
    client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
  if (client.get('ConfigMap', namespace, 'kube-root-ca.crt') === undefined) {
    const description =
      'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
    client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace, annotations: { 'kubernetes.io/description': description } },
      data: { 'ca.crt': context.caCertificate ?? '' },
    });
  }
}

/** Deletes what is in the namespace; when nothing is left, lets it go. Each object that goes brings the next look. */
function empty(context: ControllerContext, namespace: KubeObject): void {
  const { client, clock } = context;
  const { name } = namespace.metadata;
  const remaining: { kind: string; object: KubeObject }[] = [];
  for (const kind of servedKinds(client).filter((one) => one.isNamespaced)) {
    for (const object of client.list(kind.name, { namespace: name })) {
      if (!isDeleting(object)) remove(context, kind.name, object);
      const left = client.get(kind.name, name, object.metadata.name);
      if (left !== undefined) remaining.push({ kind: kind.name, object: left });
    }
  }
  const conditions = conditionsOf(remaining).reduce<Record<string, unknown>[]>(
    (list, condition) => withCondition(list, condition, clock.nowMs()),
    namespace.status?.conditions ?? [],
  );
  const written = writeStatus(client, namespace, { ...namespace.status, phase: 'Terminating', conditions });
  if (remaining.length > 0) return;
  const released = structuredClone(written);
  released.spec.finalizers = stringsOf(written.spec?.finalizers).filter((finalizer) => finalizer !== 'kubernetes');
  client.update(released);
}

function remove({ client }: ControllerContext, kind: string, { metadata }: KubeObject): void {
  try {
    client.delete(kind, metadata.namespace, metadata.name, { propagation: 'Background' });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
  }
}

function conditionsOf(remaining: readonly { kind: string; object: KubeObject }[]): Condition[] {
  const held = remaining.filter(({ object }) => (object.metadata.finalizers?.length ?? 0) > 0);
  const kinds = countBy(remaining.map(({ kind }) => kind.toLowerCase()));
  const finalizers = countBy(held.flatMap(({ object }) => object.metadata.finalizers ?? []));
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'False',
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      status: 'False',
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    remaining.length === 0
      ? {
          type: 'NamespaceContentRemaining',
          status: 'False',
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        }
      : {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${list(kinds, 'has', 'resource instances')}`,
        },
    held.length === 0
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'False',
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${list(finalizers, 'in', 'resource instances')}`,
        },
  ];
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function list(counts: ReadonlyMap<string, number>, verb: string, noun: string): string {
  return [...counts]
    .map(([name, count]) => `${name} ${verb} ${count} ${noun}`)
    .toSorted()
    .join(', ');
}
