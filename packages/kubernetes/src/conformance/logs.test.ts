import type { PropertyMap, ResourceState, Urn } from '@radiant/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followLogs, type PodLogLine, podLogs } from '../index.ts';
import { realClock } from '../testing/real-clock.ts';
import type { TestResource, TestStack } from '../testing/test-stack.ts';
import { useConformanceCluster } from './conformance-cluster.ts';

const cluster = useConformanceCluster();
const image = 'registry.k8s.io/pause:3.10';
let stack: TestStack;

beforeAll(async () => {
  stack = await cluster.stack();
});
afterAll(() => stack.close());

function template(name: string, annotations: PropertyMap = {}, containers = ['main']): PropertyMap {
  return {
    metadata: { labels: { app: name }, annotations },
    spec: { containers: containers.map((container) => ({ name: container, image })) },
  };
}

const types = {
  Deployment: 'kubernetes:apps/v1:Deployment',
  StatefulSet: 'kubernetes:apps/v1:StatefulSet',
  Pod: 'kubernetes:core/v1:Pod',
} as const;

function workload(kind: 'Deployment' | 'StatefulSet', name: string, podTemplate: PropertyMap): PropertyMap {
  const selector = { matchLabels: { app: name } };
  const spec = { replicas: 2, selector, template: podTemplate, ...(kind === 'StatefulSet' && { serviceName: name }) };
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec };
}

/** As a state would have them. */
function recorded(...resources: readonly TestResource[]): readonly ResourceState[] {
  return resources.map((resource) => ({ ...resource, ownership: 'managed', disposition: 'live' }) as never);
}

async function read(
  resources: readonly ResourceState[],
  onLine: (line: PodLogLine) => void,
  how: { readonly signal?: AbortSignal; readonly sinceMs?: number } = {},
) {
  const provider = {
    urn: 'urn:pulumi:test::kubernetes::pulumi:providers:kubernetes::default' as Urn,
    id: 'id',
    inputs: { kubeconfig: cluster.kubeconfig },
    outputs: {},
  };
  const wanted = {
    resources,
    sinceNanos: BigInt(how.sinceMs ?? 0) * 1_000_000n,
    signal: how.signal ?? new AbortController().signal,
    warn: (message: string) => {
      throw new Error(message);
    },
  };
  const embedded = { ensureRunning: () => Promise.reject(new Error('there is no embedded cluster here')) };
  const ports = { env: {}, homeDir: '/nonexistent', embedded, clock: realClock };
  if (how.signal !== undefined) await followLogs(provider, wanted, onLine, ports);
  else for await (const line of podLogs(provider, wanted, ports)) onLine(line);
}

describe.runIf(cluster.isEmbedded)('the logs of a stack', () => {
  test('are those of the pods that go back to its resources, whichever way, by container', async () => {
    const web = await stack.create(
      types.Deployment,
      'web',
      workload('Deployment', 'web', template('web', {}, ['a', 'b'])),
    );
    const db = await stack.create(types.StatefulSet, 'db', workload('StatefulSet', 'db', template('db')));
    await stack.create(types.Deployment, 'other', workload('Deployment', 'other', template('other')));
    const lines: PodLogLine[] = [];
    await read(recorded(web, db), (line) => lines.push(line));
    const told = lines.map(({ urn, pod, container, text }) => [urn, pod.split('-')[0], container, text]);
    const started = (name: string) => `simulated container ${name} started from image ${image}`;
    expect(told.sort()).toEqual([
      [web.urn, 'web', 'a', started('a')],
      [web.urn, 'web', 'a', started('a')],
      [web.urn, 'web', 'b', started('b')],
      [web.urn, 'web', 'b', started('b')],
      [db.urn, 'db', undefined, started('main')],
      [db.urn, 'db', undefined, started('main')],
    ]);
    expect(lines.map(({ nanos }) => nanos)).toEqual(lines.map(({ nanos }) => nanos).sort((a, b) => (a < b ? -1 : 1)));
    await read(recorded(web, db), () => expect.unreachable(), { sinceMs: Date.now() + 60_000 });
    for (const each of [web, db]) await stack.delete(each);
  });

  test('hold what a container wrote before it failed and was started again', async () => {
    const crash = { 'simulation.radiant.dev/crash': '3', 'simulation.radiant.dev/crash-times': '1' };
    const once = await stack.create(types.Pod, 'once', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'once', annotations: crash },
      spec: { containers: [{ name: 'main', image }] },
    });
    const abort = new AbortController();
    const lines: string[] = [];
    await read(recorded(once), ({ text }) => lines.push(text) === 3 && abort.abort(), { signal: abort.signal });
    const started = `simulated container main started from image ${image}`;
    expect(lines).toEqual([started, 'simulated container main ended: Error (exit code 3)', started]);
    await stack.delete(once);
  });

  test('go on with pods that come while they are followed', async () => {
    const web = await stack.create(types.Deployment, 'later', workload('Deployment', 'later', template('later')));
    const abort = new AbortController();
    const pods = new Set<string>();
    let scaling: Promise<unknown> | undefined;
    await read(
      recorded(web),
      ({ pod }) => {
        pods.add(pod);
        if (pods.size === 2) scaling ??= scale('later', 3);
        if (pods.size === 3) abort.abort();
      },
      { signal: abort.signal },
    );
    expect(await scaling).toBe(200);
    await stack.delete(web);
  });

  test('are none where the stack runs no pods', async () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'quiet' }, data: {} };
    const quiet = await stack.create('kubernetes:core/v1:ConfigMap', 'quiet', map);
    await read(recorded(quiet), () => expect.unreachable());
  });
});

function scale(name: string, replicas: number): Promise<number> {
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/${name}`;
  return cluster.request('PATCH', path, { spec: { replicas } }, 'application/merge-patch+json');
}
