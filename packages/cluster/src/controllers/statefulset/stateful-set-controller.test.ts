import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../../kube-object.ts';
import { podTemplate } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

const kind = 'StatefulSet.apps';
const data = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

function statefulSet(spec: Fields = {}, annotations?: Record<string, string>): KubeObject {
  const template = podTemplate({ labels: { app: 'db' }, ...(annotations === undefined ? {} : { annotations }) });
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default' },
    spec: { replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template, ...spec },
  };
}

function started(spec: Fields = {}): SimulatedCluster {
  const cluster = simulatedCluster();
  cluster.client.create(statefulSet(spec));
  cluster.pass('3s');
  return cluster;
}

function names(cluster: SimulatedCluster): string[] {
  return cluster.list('Pod').map((pod) => pod.metadata.name);
}

function images(cluster: SimulatedCluster): string[] {
  return cluster.list('Pod').map((pod) => pod.spec.containers[0].image.split(':')[1]);
}

describe('a StatefulSet', () => {
  test('makes its pods one after the other, each when the one before is ready', () => {
    const cluster = simulatedCluster();
    cluster.client.create(statefulSet());
    const seen: string[] = [];
    for (let step = 0; step < 300; step += 1) {
      cluster.pass('5ms');
      const current = names(cluster).join(' ');
      if (seen.at(-1) !== current) seen.push(current);
    }
    expect(seen).toEqual(['db-0', 'db-0 db-1', 'db-0 db-1 db-2']);
    const first = cluster.get('Pod', 'db-0');
    expect(first.metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'db-0',
      'apps.kubernetes.io/pod-index': '0',
    });
    expect(first.spec).toMatchObject({ hostname: 'db-0', subdomain: 'db' });
    expect(cluster.events('db')).toContain('Normal SuccessfulCreate create Pod db-0 in StatefulSet db successful');
  });

  test('with Parallel makes them at once', () => {
    const cluster = simulatedCluster();
    cluster.client.create(statefulSet({ podManagementPolicy: 'Parallel' }));
    cluster.pass('20ms');
    expect(names(cluster)).toEqual(['db-0', 'db-1', 'db-2']);
  });

  test('is done when its status says so, with one revision', () => {
    const cluster = started();
    const { status } = cluster.get(kind, 'db');
    expect(status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
    });
    expect(status.currentRevision).toBe(status.updateRevision);
    expect(cluster.get('ControllerRevision.apps', status.updateRevision).revision).toBe(1);
  });

  test('gives each pod claims that are bound once it has a node, and keeps them', () => {
    const cluster = started({ volumeClaimTemplates: [data] });
    expect(names(cluster)).toHaveLength(3);
    const claim = cluster.get('PersistentVolumeClaim', 'data-db-1');
    expect(claim.status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
    expect(cluster.get('Pod', 'db-1').spec.volumes).toContainEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-db-1' },
    });
    expect(cluster.get('PersistentVolume', `pvc-${claim.metadata.uid}`).status.phase).toBe('Bound');
    cluster.change(kind, 'db', (set) => {
      set.spec.replicas = 1;
    });
    cluster.pass('3s');
    expect(names(cluster)).toEqual(['db-0']);
    expect(cluster.find('PersistentVolumeClaim', 'data-db-2')).toBeDefined();
  });

  test('drops claims on the way down, and at the end, where it is told to', () => {
    const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
    const cluster = started({ volumeClaimTemplates: [data], persistentVolumeClaimRetentionPolicy });
    cluster.change(kind, 'db', (set) => {
      set.spec.replicas = 1;
    });
    cluster.pass('3s');
    expect(cluster.list('PersistentVolumeClaim').map((claim) => claim.metadata.name)).toEqual(['data-db-0']);
    cluster.client.delete(kind, 'default', 'db');
    cluster.pass('3s');
    expect(cluster.list('PersistentVolumeClaim')).toEqual([]);
    expect(cluster.list('PersistentVolume')).toEqual([]);
  });

  test('scales down from the last pod', () => {
    const cluster = started();
    cluster.change(kind, 'db', (set) => {
      set.spec.replicas = 1;
    });
    const seen: string[] = [];
    for (let step = 0; step < 100; step += 1) {
      cluster.pass('5ms');
      const current = names(cluster).join(' ');
      if (seen.at(-1) !== current) seen.push(current);
    }
    expect(seen).toEqual(['db-0 db-1 db-2', 'db-0 db-1', 'db-0']);
  });

  test('replaces a pod under its name', () => {
    const cluster = started();
    const { uid } = cluster.get('Pod', 'db-1').metadata;
    cluster.client.delete('Pod', 'default', 'db-1');
    cluster.pass('3s');
    expect(cluster.get('Pod', 'db-1').metadata.uid).not.toBe(uid);
  });
});

describe('an update of a StatefulSet', () => {
  const update = (cluster: SimulatedCluster, image = 'registry.example/web:v2') => {
    cluster.change(kind, 'db', (set) => {
      set.spec.template.spec.containers[0].image = image;
    });
  };

  test('replaces the pods from the last to the first', () => {
    const cluster = started();
    update(cluster);
    const seen: string[] = [];
    for (let step = 0; step < 500; step += 1) {
      cluster.pass('5ms');
      if (names(cluster).length === 3 && seen.at(-1) !== images(cluster).join(' '))
        seen.push(images(cluster).join(' '));
    }
    expect(seen).toEqual(['v1 v1 v1', 'v1 v1 v2', 'v1 v2 v2', 'v2 v2 v2']);
    const { status } = cluster.get(kind, 'db');
    expect(status.currentRevision).toBe(status.updateRevision);
    expect(status.currentReplicas).toBe(3);
  });

  test('stops at the partition', () => {
    const cluster = started({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    update(cluster);
    cluster.pass('5s');
    expect(images(cluster)).toEqual(['v1', 'v1', 'v2']);
    const { status } = cluster.get(kind, 'db');
    expect(status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    expect(status.currentRevision).not.toBe(status.updateRevision);
    cluster.client.delete('Pod', 'default', 'db-0');
    cluster.pass('3s');
    expect(images(cluster)).toEqual(['v1', 'v1', 'v2']);
  });

  test('waits for deletions with OnDelete', () => {
    const cluster = started({ updateStrategy: { type: 'OnDelete' } });
    update(cluster);
    cluster.pass('3s');
    expect(images(cluster)).toEqual(['v1', 'v1', 'v1']);
    cluster.client.delete('Pod', 'default', 'db-1');
    cluster.pass('3s');
    expect(images(cluster)).toEqual(['v1', 'v2', 'v1']);
  });

  test('stops at a pod that does not get ready', () => {
    const cluster = started();
    update(cluster, 'registry.example/web:missing');
    cluster.pass('10s');
    expect(images(cluster)).toEqual(['v1', 'v1', 'missing']);
    expect(cluster.get(kind, 'db').status.readyReplicas).toBe(2);
  });

  test('keeps revisionHistoryLimit old revisions', () => {
    const cluster = started({ revisionHistoryLimit: 1 });
    for (const tag of ['v2', 'v3', 'v4']) {
      update(cluster, `registry.example/web:${tag}`);
      cluster.pass('5s');
    }
    expect(
      cluster
        .list('ControllerRevision.apps')
        .map((one) => one.revision)
        .toSorted(),
    ).toEqual([3, 4]);
  });
});
