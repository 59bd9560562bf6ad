import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLab, type Lab } from '../support/radiant.ts';

// The main job, in the order in which a user does it: each test starts where the one before it ended.
describe('the Day service on the embedded cluster', () => {
  let lab: Lab;
  let day: string;
  let infrastructure: string;

  beforeAll(async () => {
    lab = await createLab();
    infrastructure = await lab.example('infrastructure');
    day = await lab.example('day-service');
    for (const dir of [infrastructure, day]) await lab.must(dir, 'stack', 'select', 'production', '--create');
    await lab.must(infrastructure, 'up', '--yes');
  });
  afterAll(() => lab.dispose());

  const objects = async (kinds: string) => {
    const { stdout } = await lab.kubectl('get', kinds, '-n', 'production', '-o', 'json');
    // biome-ignore lint/suspicious/noExplicitAny: objects of several kinds, as kubectl prints them.
    return JSON.parse(stdout).items as any[];
  };
  /** Every object's version in the namespace: whatever is written changes one of them. */
  const versions = async () => {
    const items = await objects('configmap,deployment,replicaset,pod,service,hpa,ingress');
    return Object.fromEntries(
      items.map((item) => [`${item.kind}/${item.metadata.name}`, item.metadata.resourceVersion]),
    );
  };

  test('the first up creates it, waits until it is ready, and prints the outputs', async () => {
    const { stdout } = await lab.must(day, 'up', '--yes');
    expect(stdout).toContain('+ 6 created');
    expect(stdout).toMatch(/cluster_name\s*: "trantor"/);
    expect(stdout).toMatch(/deployment_name\s*: "day-service"/);
    expect(stdout).toMatch(/replicas\s*: 3|replicas\s*: 5/);
    const [deployment] = await objects('deployment');
    expect(deployment.status.readyReplicas).toBe(5);
  });

  test('a second up says that nothing changed, and writes nothing to the cluster', async () => {
    const before = await versions();
    const { stdout } = await lab.must(day, 'up', '--yes', '--expect-no-changes');
    expect(stdout).toContain('unchanged');
    expect(await versions()).toEqual(before);
  });

  test('a new image tag previews one update, and up rolls it out', async () => {
    await lab.must(day, 'config', 'set', 'image_tag', 'v1.2.4');
    const preview = await lab.must(day, 'preview', '--json');
    expect(JSON.parse(preview.stdout).changeSummary).toMatchObject({ update: 1 });
    expect(Object.keys(JSON.parse(preview.stdout).changeSummary).sort()).toEqual(['same', 'update']);
    await lab.must(day, 'up', '--yes');
    const replicaSets = await objects('replicaset');
    const scale = Object.fromEntries(
      replicaSets.map((item) => [item.spec.template.spec.containers[0].image, item.status.replicas]),
    );
    expect(scale).toEqual({ 'your-registry/day-service:v1.2.3': 0, 'your-registry/day-service:v1.2.4': 5 });
    const { stdout } = await lab.kubectl('get', 'deploy,rs,pods,svc,hpa,ingress', '-n', 'production');
    expect(stdout).toContain('deployment.apps/day-service');
    expect(stdout).toContain('horizontalpodautoscaler.autoscaling/day-service-hpa');
  });

  test('a renamed ConfigMap is made first, then the Deployment follows, and the old one goes last', async () => {
    const file = path.join(day, 'index.ts');
    const source = await readFile(file, 'utf8');
    await writeFile(
      file,
      source.replace('metadata: { name: `${appName}-config`', 'metadata: { name: `${appName}-settings`'),
    );
    const { stdout } = await lab.must(day, 'up', '--yes', '--skip-preview', '--json');
    const finished = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).resOutputsEvent?.metadata)
      .filter((metadata) => metadata !== undefined && metadata.op !== 'same')
      .map((metadata) => `${metadata.op} ${metadata.type.split(':').at(-1)}`);
    expect(finished.indexOf('create-replacement ConfigMap')).toBeGreaterThanOrEqual(0);
    expect(finished.indexOf('update Deployment')).toBeGreaterThan(finished.indexOf('create-replacement ConfigMap'));
    expect(finished.indexOf('delete-replaced ConfigMap')).toBeGreaterThan(finished.indexOf('update Deployment'));
    const names = (await objects('configmap')).map((item) => item.metadata.name);
    expect(names).toContain('day-service-settings');
    expect(names).not.toContain('day-service-config');
  });

  test('destroy leaves nothing behind', async () => {
    await lab.must(day, 'destroy', '--yes');
    const left = await objects('configmap,deployment,replicaset,pod,service,endpoints,hpa,ingress');
    expect(left.map((item) => item.metadata.name).filter((name) => name !== 'kube-root-ca.crt')).toEqual([]);
    const state = JSON.parse((await lab.must(day, 'stack', 'export')).stdout);
    expect(state.deployment.resources ?? []).toEqual([]);
  });
});
