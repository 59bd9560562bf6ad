import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, createCluster, type ListeningCluster } from '@radiant/cluster';
import { type PropertyMap, Unknown, type Urn } from '@radiant/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKubernetesProvider } from '../index.ts';
import { realClock } from '../testing/real-clock.ts';
import { type TestResource, TestStack, testContext } from '../testing/test-stack.ts';

const configMap = 'kubernetes:core/v1:ConfigMap';
const program = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'here', namespace: 'default' },
  data: { a: '1' },
};

interface Served {
  readonly cluster: Cluster;
  readonly served: ListeningCluster;
}

let folder: string;
let trantor: Served;
let terminus: Served;

async function serve(): Promise<Served> {
  const cluster = createCluster({ controllers: false });
  return { cluster, served: await cluster.listen() };
}

/** A kubeconfig in which the cluster's context is called `name`. */
function kubeconfigOf({ served }: Served, name: string): string {
  const data = Buffer.from(served.caPem).toString('base64');
  return JSON.stringify({
    'current-context': name,
    clusters: [{ name, cluster: { server: served.url, 'certificate-authority-data': data } }],
    users: [{ name, user: { token: served.token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

function embedded({ served }: Served) {
  return { ensureRunning: () => Promise.resolve({ server: served.url, caPem: served.caPem, token: served.token }) };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'targets-'));
  [trantor, terminus] = await Promise.all([serve(), serve()]);
});
afterAll(async () => {
  await Promise.all([trantor.cluster.close(), terminus.cluster.close()]);
  rmSync(folder, { recursive: true });
});

describe('the cluster that is remembered', () => {
  test('is told by the UID of kube-system, with where and how it was found', async () => {
    const stack = await TestStack.open({}, { env: { KUBECONFIG: file('a', kubeconfigOf(trantor, 'trantor')) } });
    expect(stack.configured.target).toBe(`cluster trantor (context "trantor", ${trantor.served.url})`);
    const uid = trantor.cluster.client.get('Namespace', undefined, 'kube-system')?.metadata.uid;
    expect(stack.configured.remember).toEqual({
      __radiantCluster: { uid, server: trantor.served.url, context: 'trantor', source: 'kubeconfig' },
    });
    await stack.close();
  });

  test('stops everything when another is chosen by nobody: both are named, and the line that chooses the old one', async () => {
    const path = file('moving', kubeconfigOf(trantor, 'trantor'));
    const first = await TestStack.open({}, { env: { KUBECONFIG: path } });
    await first.close();
    file('moving', kubeconfigOf(terminus, 'terminus'));
    const recorded = { oldInputs: {}, oldOutputs: first.configured.remember! };
    await expect(TestStack.open({}, { env: { KUBECONFIG: path } }, recorded)).rejects.toMatchObject({
      code: 'CLUSTER_CHANGED',
      detail: expect.stringMatching(
        new RegExp(
          `context "trantor", server ${trantor.served.url}[\\s\\S]*context "terminus", server ${terminus.served.url}`,
        ),
      ),
      remedy: expect.stringContaining('radiant config set kubernetes:context trantor'),
    });
  });

  test('stays the same under another name, another file and other credentials', async () => {
    const first = await TestStack.open({}, { env: { KUBECONFIG: file('x', kubeconfigOf(trantor, 'old-name')) } });
    const recorded = { oldInputs: {}, oldOutputs: first.configured.remember! };
    const again = await TestStack.open(
      {},
      { env: { KUBECONFIG: file('y', kubeconfigOf(trantor, 'new-name')) } },
      recorded,
    );
    expect(again.configured.target).toContain('new-name');
    await Promise.all([first.close(), again.close()]);
  });

  test('may be another when the configuration chose it', async () => {
    const first = await TestStack.open({}, { env: { KUBECONFIG: file('z', kubeconfigOf(trantor, 'trantor')) } });
    const recorded = { oldInputs: {}, oldOutputs: first.configured.remember! };
    const again = await TestStack.open({ context: 'embedded' }, { embedded: embedded(terminus) }, recorded);
    expect(again.configured.target).toBe(`the embedded cluster (${terminus.served.url})`);
    await Promise.all([first.close(), again.close()]);
  });

  test('that was the embedded one, made anew, can be accepted', async () => {
    const first = await TestStack.open({}, { embedded: embedded(trantor) });
    expect(first.announced).toEqual([
      expect.stringMatching(/^Using the embedded cluster, because .*radiant config set kubernetes:context/),
    ]);
    const recorded = { oldInputs: {}, oldOutputs: first.configured.remember! };
    await expect(TestStack.open({}, { embedded: embedded(terminus) }, recorded)).rejects.toMatchObject({
      remedy: expect.stringContaining('radiant config set kubernetes:clusterIdentifier'),
    });
    const accepted = await TestStack.open({ clusterIdentifier: 'mine' }, { embedded: embedded(terminus) }, recorded);
    await Promise.all([first.close(), accepted.close()]);
  });
});

describe('changed provider inputs', () => {
  async function diffConfig(oldInputs: PropertyMap, newInputs: PropertyMap, oldOutputs: PropertyMap = {}) {
    const source = createKubernetesProvider({
      env: {},
      homeDir: folder,
      embedded: embedded(trantor),
      clock: realClock,
    });
    const provider = await source.load({ packageName: 'kubernetes', inputs: newInputs });
    const urn = 'urn:pulumi:s::p::pulumi:providers:kubernetes::k8s' as Urn;
    const type = 'pulumi:providers:kubernetes';
    const result = await provider.diffConfig({
      urn,
      type,
      id: 'id',
      oldInputs,
      oldOutputs,
      newInputs,
      ignoreChanges: [],
    });
    await provider.close();
    return result;
  }

  test('replace only when they lead to another cluster', async () => {
    const stack = await TestStack.open({ kubeconfig: kubeconfigOf(trantor, 'a') });
    const remembered = stack.configured.remember!;
    await stack.close();
    const old = { kubeconfig: kubeconfigOf(trantor, 'a') };
    expect(await diffConfig(old, { kubeconfig: kubeconfigOf(trantor, 'b') }, remembered)).toMatchObject({
      kind: 'some',
      replaceKeys: [],
    });
    expect(await diffConfig(old, { kubeconfig: kubeconfigOf(terminus, 'a') }, remembered)).toMatchObject({
      replaceKeys: ['kubeconfig'],
    });
    expect(await diffConfig(old, old, remembered)).toEqual({ kind: 'none' });
    expect(await diffConfig(old, { ...old, namespace: 'team' }, remembered)).toMatchObject({
      diffs: ['namespace'],
      replaceKeys: [],
    });
  });

  test('of states that remember no cluster are compared by the cluster entry', async () => {
    const old = { kubeconfig: kubeconfigOf(trantor, 'a') };
    const rotated = kubeconfigOf(trantor, 'a').replace(trantor.served.token, 'another-token');
    expect(await diffConfig(old, { kubeconfig: rotated })).toMatchObject({ replaceKeys: [] });
    expect(await diffConfig(old, { kubeconfig: kubeconfigOf(terminus, 'a') })).toMatchObject({
      replaceKeys: ['kubeconfig'],
    });
  });

  test('do not replace while the user says that it is the same cluster', async () => {
    const old = { kubeconfig: kubeconfigOf(trantor, 'a'), clusterIdentifier: 'one' };
    const moved = { kubeconfig: kubeconfigOf(terminus, 'a'), clusterIdentifier: 'one' };
    expect(await diffConfig(old, moved)).toMatchObject({ replaceKeys: [] });
    expect(await diffConfig(old, { ...old, clusterIdentifier: 'two' })).toMatchObject({
      replaceKeys: ['clusterIdentifier'],
    });
  });
});

describe('a cluster that does not answer', () => {
  const nowhere = JSON.stringify({
    'current-context': 'lost',
    clusters: [{ name: 'lost', cluster: { server: 'https://127.0.0.1:1' } }],
    contexts: [{ name: 'lost', context: { cluster: 'lost' } }],
  });
  const recorded: TestResource = {
    urn: `urn:pulumi:test::kubernetes::${configMap}::here` as Urn,
    type: configMap,
    name: 'here',
    id: 'default/here',
    inputs: program,
    outputs: { ...program, __inputs: program },
    initErrors: [],
  };

  test('can be previewed against, with a warning', async () => {
    const stack = await TestStack.open({ kubeconfig: nowhere });
    expect(stack.configured.target).toMatch(/cluster lost .*which is unreachable/);
    expect(await stack.diff(recorded, { ...program, data: { a: '2' } })).toMatchObject({ kind: 'some' });
    const context = testContext();
    expect((await stack.previewCreate(configMap, 'here', program, context)).outputs).toMatchObject({
      ...program,
      metadata: { ...(program.metadata as object), uid: expect.any(Unknown), resourceVersion: expect.any(Unknown) },
    });
    expect(context.warnings).toEqual([expect.stringMatching(/^not verified: cluster lost \(.*\) is unreachable: /)]);
    expect(await stack.provider.inspect!([recorded], context)).toEqual([
      { severity: 'warning', message: expect.stringMatching(/^not verified: cluster lost/) },
    ]);
    await stack.close();
  });

  test('fails every real call, with the cluster and how to look into it', async () => {
    const stack = await TestStack.open({ kubeconfig: nowhere });
    const failure = {
      code: 'KUBERNETES_UNREACHABLE',
      summary: expect.stringContaining('cluster lost (context "lost"'),
    };
    await expect(stack.create(configMap, 'here', program)).rejects.toMatchObject({
      ...failure,
      remedy: 'check it with: kubectl --context lost get --raw /readyz',
    });
    await expect(stack.update(recorded, program)).rejects.toMatchObject(failure);
    await expect(stack.delete(recorded)).rejects.toMatchObject(failure);
    await expect(stack.refresh(recorded)).rejects.toMatchObject({
      code: 'KUBERNETES_UNREACHABLE',
      remedy: expect.stringContaining('PULUMI_K8S_DELETE_UNREACHABLE'),
    });
    await stack.close();
  });

  test('is taken for gone, or for unchanged, where the provider is told so', async () => {
    const gone = await TestStack.open({ kubeconfig: nowhere, deleteUnreachable: 'true' });
    expect(await gone.refresh(recorded)).toBeUndefined();
    await gone.delete(recorded);
    const same = await TestStack.open({ kubeconfig: nowhere, skipUpdateUnreachable: 'true' });
    expect(await same.refresh(recorded)).toMatchObject({ inputs: program });
    expect(await same.check(configMap, 'here', { ...program, data: { a: '2' } }, program)).toEqual(program);
    await Promise.all([gone.close(), same.close()]);
  });
});

describe('provider inputs', () => {
  async function failures(newInputs: PropertyMap, name = 'k8s', env: Record<string, string> = {}): Promise<string[]> {
    const source = createKubernetesProvider({ env, homeDir: folder, embedded: embedded(trantor), clock: realClock });
    const provider = await source.load({ packageName: 'kubernetes', inputs: newInputs });
    const type = 'pulumi:providers:kubernetes';
    const urn = `urn:pulumi:s::p::${type}::${name}` as Urn;
    const result = await provider.checkConfig({ urn, type, name, newInputs, randomSeed: new Uint8Array() });
    return result.failures.map((failure) => failure.reason);
  }

  test('that contradict each other are refused', async () => {
    expect(await failures({ renderYamlToDirectory: 'd', context: 'x' })).toEqual([
      '"context" arg is not compatible with "renderYamlToDirectory" arg',
    ]);
    expect(await failures({ renderYamlToDirectory: 'd', kubeconfig: 'k' }, 'k8s', { KUBECONFIG: 'k' })).toEqual([]);
    expect(await failures({ alwaysRender: 'true' })).toEqual([
      '"alwaysRender" requires "renderYamlToDirectory" to be set',
    ]);
    expect(await failures({ strictMode: 'true' }, 'default_4_34_2')).toEqual([
      'strict mode prohibits default provider',
    ]);
    expect(await failures({ enableServerSideApply: 'false' })).toEqual([expect.stringContaining('server-side apply')]);
  });
});
