import type { PropertyMap } from '@radiant/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JsonMap, numberAt, textAt } from '../json.ts';
import { type TestStack, testContext } from '../testing/test-stack.ts';
import { useConformanceCluster } from './conformance-cluster.ts';

const cluster = useConformanceCluster();
const deploymentType = 'kubernetes:apps/v1:Deployment';
const image = 'registry.k8s.io/pause:3.10';
const missing = 'registry.k8s.io/pause:missing';
let stack: TestStack;

beforeAll(async () => {
  stack = await cluster.stack();
});
afterAll(() => stack.close());

interface Shape {
  readonly image?: string;
  readonly replicas?: number;
  readonly annotations?: PropertyMap;
}

function deployment(name: string, shape: Shape = {}): PropertyMap {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, annotations: shape.annotations ?? {} },
    spec: {
      replicas: shape.replicas ?? 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: shape.image ?? image }] } },
    },
  };
}

describe('a Deployment', () => {
  test('is ready when the pods of its newest template are, and says how it goes', async () => {
    const context = testContext();
    const made = await stack.create(deploymentType, 'web', deployment('web'), context);
    expect(made.initErrors).toEqual([]);
    expect(made.outputs.status).toMatchObject({ readyReplicas: 2 });
    expect(context.reports.join('\n')).toMatch(/Waiting for Pods of the new template: \d of 2 ready/);
    const rolled = await stack.update(made, deployment('web', { image: 'registry.k8s.io/pause:3.9' }));
    expect(rolled.initErrors).toEqual([]);
    expect(rolled.outputs.status).toMatchObject({ updatedReplicas: 2, readyReplicas: 2 });
    await stack.delete(rolled);
    expect(await cluster.get('apps/v1', 'Deployment', 'web')).toBeUndefined();
  });

  test('whose image cannot be pulled is recorded as made, with the pod and the cause', async () => {
    const annotations = { 'pulumi.com/timeoutSeconds': '2' };
    const context = testContext();
    const made = await stack.create(
      deploymentType,
      'broken',
      deployment('broken', { image: missing, annotations }),
      context,
    );
    expect(made.outputs.metadata).toMatchObject({ uid: expect.any(String) });
    expect(made.initErrors[0]).toMatch(/^Deployment \S+\/broken: not ready within 2 seconds: Waiting for Pods/);
    expect(made.initErrors[1]).toMatch(
      /^Pod \S+\/broken-\S+(?: and 1 more)?: container "main": (ImagePullBackOff|ErrImagePull): .*pause:missing/,
    );
    expect(context.reports.some((line) => /ImagePullBackOff|ErrImagePull/.test(line))).toBe(true);
    const mended = await stack.update(made, deployment('broken'));
    expect(mended.initErrors).toEqual([]);
    await stack.delete(mended);
  });

  test('that is cancelled while it is waited for says what it waited for', async () => {
    const abort = new AbortController();
    const report = (line: string) => {
      if (/ImagePull/.test(line)) abort.abort();
    };
    const context = { ...testContext(abort.signal), report };
    const made = await stack.create(deploymentType, 'cancelled', deployment('cancelled', { image: missing }), context);
    expect(made.initErrors[0]).toMatch(/cancelled while it was waited for/);
    expect(made.initErrors[1]).toMatch(/ImagePull/);
    await stack.delete(made);
  });

  test('is not waited for where the program says so', async () => {
    const annotations = { 'pulumi.com/skipAwait': 'true' };
    const made = await stack.create(deploymentType, 'skipped', deployment('skipped', { image: missing, annotations }));
    expect(made.initErrors).toEqual([]);
    await stack.delete(made);
  });

  test('is waited for by an expression of the program', async () => {
    const annotations = { 'pulumi.com/waitFor': '["jsonpath={.status.readyReplicas}=2","condition=Available"]' };
    const made = await stack.create(deploymentType, 'awaited', deployment('awaited', { annotations }));
    expect(made.initErrors).toEqual([]);
    expect(made.outputs.status).toMatchObject({ readyReplicas: 2 });
    await stack.delete(made);
  });

  test('that broke later shows so on refresh', async () => {
    const annotations = { 'pulumi.com/timeoutSeconds': '1' };
    const made = await stack.create(deploymentType, 'late', deployment('late', { image: missing, annotations }));
    const fresh = await cluster.stack();
    const read = await fresh.refresh(made);
    expect(read?.initErrors?.[0]).toMatch(/Deployment \S+\/late is not ready/);
    expect(read?.initErrors?.[1]).toMatch(/ImagePull/);
    await fresh.delete(made);
    await fresh.close();
  });

  test('keeps the replicas that an autoscaler has set', async () => {
    const made = await stack.create(deploymentType, 'scaled', deployment('scaled'));
    const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/scaled/scale?fieldManager=kube-controller-manager`;
    const status = await cluster.request('PATCH', path, { spec: { replicas: 3 } }, 'application/merge-patch+json');
    expect(status).toBe(200);
    const fresh = await cluster.stack();
    expect(await fresh.provider.inspect!([made], testContext())).toEqual([]);
    expect((await fresh.refresh(made))?.inputs).toEqual(made.inputs);
    const changed = await fresh.update(made, deployment('scaled', { annotations: { changed: 'yes' } }));
    expect(changed.initErrors).toEqual([]);
    expect(numberAt(await cluster.get('apps/v1', 'Deployment', 'scaled'), 'spec', 'replicas')).toBe(3);
    await fresh.delete(changed);
    await fresh.close();
  });
});

describe('a Service', () => {
  test('is ready at once when it selects no pod', async () => {
    const program = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'alone' },
      spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] },
    };
    const made = await stack.create('kubernetes:core/v1:Service', 'alone', program);
    expect(made.initErrors).toEqual([]);
    await stack.delete(made);
  });

  test('waits until one of the pods it selects is ready', async () => {
    const backend = await stack.create(
      deploymentType,
      'backend',
      deployment('backend', { image: missing, annotations: { 'pulumi.com/skipAwait': 'true' } }),
    );
    await untilPodsHaveAddresses('backend', 2);
    const program = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'backend', annotations: { 'pulumi.com/timeoutSeconds': '1' } },
      spec: { selector: { app: 'backend' }, ports: [{ port: 80 }] },
    };
    const made = await stack.create('kubernetes:core/v1:Service', 'backend', program);
    expect(made.initErrors.join('\n')).toMatch(/None of the 2 Pods that the Service selects is ready/);
    await stack.delete(made);
    await stack.delete(backend);
  });
});

describe.runIf(cluster.isEmbedded)('with the controllers of the embedded cluster', () => {
  test('an Ingress is ready when its address is published, and a missing Service is warned of', async () => {
    const context = testContext();
    const backend = { service: { name: 'not-there', port: { number: 80 } } };
    const program = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'door' },
      spec: { rules: [{ host: 'door.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    };
    const made = await stack.create('kubernetes:networking.k8s.io/v1:Ingress', 'door', program, context);
    expect(made.initErrors).toEqual([]);
    expect(context.warnings).toEqual([expect.stringContaining('No Service "not-there" exists')]);
    await stack.delete(made);
  });

  test('a HorizontalPodAutoscaler is ready when somebody looked at it', async () => {
    const made = await stack.create('kubernetes:autoscaling/v2:HorizontalPodAutoscaler', 'scaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'scaler' },
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' } },
    });
    expect(made.initErrors).toEqual([]);
    await stack.delete(made);
  });

  test('a Pod is ready when it is Ready', async () => {
    const program = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'lonely' },
      spec: { containers: [{ name: 'main', image }] },
    };
    const made = await stack.create('kubernetes:core/v1:Pod', 'lonely', program);
    expect(made.initErrors).toEqual([]);
    expect(made.outputs.status).toMatchObject({ phase: 'Running' });
    await stack.delete(made);
  });
});

async function untilPodsHaveAddresses(app: string, count: number): Promise<void> {
  const path = `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=app%3D${app}`;
  for (;;) {
    const { items } = (await cluster.client.getPath(path)) as { items: readonly PropertyMap[] };
    if (items.filter((pod) => textAt(pod as JsonMap, 'status', 'podIP') !== '').length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
