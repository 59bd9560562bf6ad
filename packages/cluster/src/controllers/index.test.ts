import { expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import { startControllers } from './index.ts';
import { autoscaler, deployment, service } from './testing/manifests.ts';
import { createSimulatedClock } from './testing/simulated-clock.ts';
import { seededRandom } from './testing/simulated-cluster.ts';

const moments = Array.from({ length: 25 }, (_, at) => at * 15);

test.each(moments)(
  'Controllers stopped %d ms into a rollout bring it to its end when they start again',
  (stopAfterMs) => {
    const clock = createSimulatedClock();
    const random = seededRandom(stopAfterMs);
    const { client } = createCluster({ clock, random, controllers: false });
    const stop = startControllers({ client, clock, random });
    client.create(deployment('web', {}, { container: { resources: { requests: { cpu: '100m' } } } }));
    client.create(service('web'));
    client.create(autoscaler('web'));
    clock.advance(1000);
    const changed = structuredClone(client.get('Deployment.apps', 'default', 'web')!);
    changed.spec.template.spec.containers[0].image = 'registry.example/web:v2';
    client.update(changed);
    clock.advance(stopAfterMs);
    stop();
    clock.advance(60_000);
    startControllers({ client, clock, random });
    clock.advance(3000);
    const { status } = client.get('Deployment.apps', 'default', 'web')!;
    expect(status).toMatchObject({ replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 });
    const pods = client.list('Pod', { namespace: 'default' });
    expect(pods.map((pod) => pod.spec.containers[0].image)).toEqual(Array(2).fill('registry.example/web:v2'));
    const [subset] = client.get('Endpoints', 'default', 'web')!.subsets;
    expect(subset.addresses.map((address: { ip: string }) => address.ip).toSorted()).toEqual(
      pods.map((pod) => pod.status.podIP).toSorted(),
    );
  },
);

test('Stopped controllers do nothing more', () => {
  const clock = createSimulatedClock();
  const { client } = createCluster({ clock, controllers: false });
  const stop = startControllers({ client, clock, random: Math.random });
  clock.advance(10);
  stop();
  client.create(deployment('web'));
  clock.advance(10_000);
  expect(client.list('ReplicaSet.apps')).toEqual([]);
});
