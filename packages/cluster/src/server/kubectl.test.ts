import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../cluster.ts';
import type { Json } from './testing.ts';

/** The machine's real kubectl against a whole cluster over HTTPS. */
const hasKubectl = (() => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let cluster: Cluster;
let folder: string;
let namespace = '';
let counter = 0;

beforeAll(async () => {
  if (!hasKubectl) return;
  folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  cluster = createCluster();
  const { kubeconfig } = await cluster.listen();
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig);
});

afterAll(async () => {
  await cluster?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Each test in a namespace of its own. */
beforeEach(() => {
  if (!hasKubectl) return;
  counter += 1;
  namespace = `test-${counter}`;
  cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
});

const environment = () => ({ PATH: process.env.PATH, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') });

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs kubectl in the test's namespace; an object or text as `input` is its standard input. */
function run(args: readonly string[], input?: unknown): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile('kubectl', ['-n', namespace, ...args], { env: environment() }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
    child.stdin!.end(input === undefined ? '' : typeof input === 'string' ? input : JSON.stringify(input));
  });
}

async function kubectl(command: string, input?: unknown): Promise<string> {
  const { code, out, err } = await run(command.split(' '), input);
  expect(code, `kubectl ${command}\n${out}${err}`).toBe(0);
  return out;
}

const get = async (what: string): Promise<Json> => JSON.parse(await kubectl(`get ${what} -o json`));

const configMap = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cm' },
  data,
});
const deployment = (spec: object = {}, image = 'nginx:1.27') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }] },
    },
    ...spec,
  },
});

describe.skipIf(!hasKubectl)('kubectl', () => {
  test('apply --server-side creates, repeats without effect, changes, and removes', async () => {
    expect(await kubectl('apply --server-side -f -', configMap({ a: '1', b: '2' }))).toBe(
      'configmap/cm serverside-applied\n',
    );
    const before = await get('cm cm');
    await kubectl('apply --server-side -f -', configMap({ a: '1', b: '2' }));
    expect((await get('cm cm')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    await kubectl('apply --server-side -f -', configMap({ a: '3' }));
    expect((await get('cm cm')).data).toEqual({ a: '3' });
  });

  test('apply --server-side tells of conflicts, and forces', async () => {
    await kubectl('apply --server-side --field-manager=other -f -', configMap({ a: '1' }));
    const refused = await run(['apply', '--server-side', '-f', '-'], configMap({ a: '2' }));
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('Apply failed with 1 conflict: conflict with "other": .data.a');
    await kubectl('apply --server-side --force-conflicts -f -', configMap({ a: '2' }));
    expect((await get('cm cm')).data).toEqual({ a: '2' });
  });

  test('apply on the client side merges three ways', async () => {
    expect(await kubectl('apply -f -', deployment({ replicas: 2 }))).toBe('deployment.apps/web created\n');
    expect(await kubectl('apply -f -', deployment({ replicas: 2 }))).toBe('deployment.apps/web unchanged\n');
    await kubectl('label deployment web owner=me');
    expect(await kubectl('apply -f -', deployment({}, 'nginx:1.28'))).toBe('deployment.apps/web configured\n');
    const { metadata, spec } = await get('deployment web');
    expect(metadata.labels).toEqual({ app: 'web', owner: 'me' });
    expect(spec.template.spec.containers[0].image).toBe('nginx:1.28');
    expect(spec.replicas).toBe(1);
  });

  test('a client-side apply goes over to server-side apply without a conflict', async () => {
    await kubectl('apply -f -', configMap({ a: '1', b: '2' }));
    await kubectl('apply --server-side -f -', configMap({ a: '2' }));
    const { data, metadata } = await get('cm cm --show-managed-fields');
    expect(data).toEqual({ a: '2' });
    expect(metadata.managedFields.map((entry: Json) => [entry.manager, entry.operation])).toContainEqual([
      'kubectl',
      'Apply',
    ]);
    expect(JSON.parse(metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']).data).toEqual({
      a: '2',
    });
  });

  test('apply refuses unknown fields', async () => {
    const { code, err } = await run(['apply', '-f', '-'], deployment({ replica: 2 }));
    expect(code).not.toBe(0);
    expect(err).toContain('unknown field "spec.replica"');
  });

  test('get prints columns, wide columns, YAML and JSON', async () => {
    await kubectl('apply -f -', deployment());
    await kubectl('rollout status deployment/web --timeout=20s');
    const [header, row] = (await kubectl('get deployment web')).split('\n');
    expect(header!.split(/\s+/)).toEqual(['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE']);
    expect(row).toMatch(/^web +1\/1 +1 +1 +\d+s$/);
    expect(await kubectl('get deployment web -o wide')).toMatch(/nginx:1\.27 +app=web/);
    expect(await kubectl('get deployment web -o yaml')).toContain('kind: Deployment');
    expect((await get('deployments')).items).toHaveLength(1);
    expect(await kubectl('get pods -o name')).toMatch(/^pod\/web-\w+-\w+\n$/);
    expect(await kubectl('get pods -l app=web --field-selector=status.phase=Running --no-headers')).toContain(
      'Running',
    );
    expect(await kubectl('get nodes')).toContain('Ready');
    expect(await kubectl('get all')).toContain('replicaset.apps/web-');
  });

  test('describe tells the story of an object', async () => {
    await kubectl('apply -f -', deployment());
    await kubectl('rollout status deployment/web --timeout=20s');
    const text = await kubectl('describe deployment web');
    expect(text).toMatch(/Replicas: +1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable/);
    expect(text).toContain('ScalingReplicaSet');
    expect(await kubectl('describe pods')).toMatch(/Image: +nginx:1\.27/);
    expect(await kubectl('describe node node-1')).toContain('Allocated resources');
  });

  test('label and annotate add, change and remove', async () => {
    await kubectl('apply -f -', configMap({}));
    await kubectl('label cm cm a=1 b=2');
    await kubectl('label cm cm a=3 b- --overwrite');
    await kubectl('annotate cm cm note=hello');
    const { metadata } = await get('cm cm');
    expect(metadata.labels).toEqual({ a: '3' });
    expect(metadata.annotations.note).toBe('hello');
  });

  test.each([
    ['strategic', '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"x"}]}}}}'],
    ['merge', '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"x"}]}}}}'],
    ['json', '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"x"}]'],
  ])('patch --type %s', async (type, patch) => {
    await kubectl('apply -f -', deployment());
    const { code, err } = await run(['patch', 'deployment', 'web', '--type', type, '-p', patch]);
    expect(err).toBe('');
    expect(code).toBe(0);
    const [container] = (await get('deployment web')).spec.template.spec.containers;
    expect(container.image).toBe('x');
    expect(container.ports !== undefined).toBe(type !== 'merge');
  });

  test('create makes what it is told, in the encoding of its choice', async () => {
    await kubectl('create deployment made --image=nginx --replicas=2 --port=80');
    expect((await get('deployment made')).spec).toMatchObject({
      replicas: 2,
      template: { spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] } },
    });
    await kubectl('create secret generic s --from-literal=password=secret');
    expect((await get('secret s')).data).toEqual({ password: 'c2VjcmV0' });
    await kubectl('create configmap c --from-literal=k=v');
    await kubectl('expose deployment made --port=8080 --target-port=80');
    expect((await get('service made')).spec).toMatchObject({
      ports: [{ port: 8080, targetPort: 80 }],
      selector: { app: 'made' },
    });
    await kubectl('create ingress i --class=nginx --rule=example.com/*=made:8080');
    expect((await get('ingress i')).spec.rules[0]).toMatchObject({
      host: 'example.com',
      http: { paths: [{ pathType: 'Prefix' }] },
    });
    await kubectl('create job j --image=busybox -- sh -c true');
    expect((await get('job j')).spec.template.spec.containers[0].command).toEqual(['sh', '-c', 'true']);
    await kubectl('create role r --verb=get,list --resource=pods');
    expect((await get('role r')).rules).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]);
    await kubectl('create quota q --hard=pods=5,cpu=2000m');
    expect((await get('quota q')).spec.hard).toEqual({ pods: '5', cpu: '2' });
  });

  test('create namespace, and delete it with what is in it', async () => {
    await kubectl('create namespace temporary');
    await kubectl('-n temporary create configmap inside');
    await kubectl('delete namespace temporary --timeout=20s');
    expect((await run(['get', 'namespace', 'temporary'])).err).toContain('namespaces "temporary" not found');
  });

  test('delete waits until it is gone', async () => {
    await kubectl('apply -f -', deployment());
    await kubectl('rollout status deployment/web --timeout=20s');
    expect(await kubectl('delete deployment web --cascade=foreground --timeout=20s')).toContain(
      'deployment.apps "web" deleted',
    );
    await kubectl('wait --for=delete pods -l app=web --timeout=20s');
    expect((await get('pods,replicasets,deployments')).items).toEqual([]);
  });

  test('diff shows what an apply would change, and changes nothing', async () => {
    await kubectl('apply -f -', configMap({ a: '1' }));
    for (const flags of [[], ['--server-side']]) {
      const { code, out, err } = await run(['diff', ...flags, '-f', '-'], configMap({ a: '2' }));
      expect(code, err).toBe(1);
      expect(out).toMatch(/-\s+a: "1"\n\+\s+a: "2"/);
    }
    expect((await get('cm cm')).data).toEqual({ a: '1' });
    expect((await run(['diff', '-f', '-'], configMap({ a: '1' }))).code).toBe(0);
  });

  test('scale, rollout and wait', async () => {
    await kubectl('apply -f -', deployment());
    await kubectl('scale deployment web --replicas=3');
    expect(await kubectl('rollout status deployment/web --timeout=20s')).toContain('successfully rolled out');
    await kubectl('wait --for=condition=Available deployment/web --timeout=20s');
    await kubectl('wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=20s');
    await kubectl('set image deployment/web web=nginx:1.28');
    await kubectl('rollout status deployment/web --timeout=20s');
    expect((await kubectl('rollout history deployment/web')).match(/^\d+/gm)).toEqual(['1', '2']);
    await kubectl('rollout undo deployment/web');
    await kubectl('rollout status deployment/web --timeout=20s');
    expect((await get('deployment web')).spec.template.spec.containers[0].image).toBe('nginx:1.27');
  });

  test('get --watch prints changes as they happen', async () => {
    const child = spawn('kubectl', ['-n', namespace, 'get', 'configmaps', '--watch', '--no-headers', '-o', 'name'], {
      env: environment(),
    });
    const seen: string[] = [];
    const seesAll = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        seen.push(...text.trim().split('\n'));
        if (seen.includes('configmap/second')) resolve();
      });
    });
    try {
      await kubectl('create configmap first');
      await kubectl('create configmap second');
      await seesAll;
      expect(seen.indexOf('configmap/first')).toBeLessThan(seen.indexOf('configmap/second'));
    } finally {
      child.kill();
    }
  });

  test('logs of a simulated container', async () => {
    await kubectl('run p --image=nginx --restart=Never');
    await kubectl('wait --for=condition=Ready pod/p --timeout=20s');
    expect(await kubectl('logs p')).toContain('started from image nginx');
    expect((await run(['exec', 'p', '--', 'ls'])).err).toContain('runs no real containers');
  });

  test('api-resources, api-versions, explain and version', async () => {
    expect(await kubectl('api-resources')).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
    expect(await kubectl('api-versions')).toContain('networking.k8s.io/v1\n');
    const text = await kubectl('explain deployment.spec.template.spec.containers');
    expect(text).toContain('FIELD: containers <[]Container>');
    expect(text).toMatch(/image\t<string>\n\s+Container image name\./);
    expect(JSON.parse(await kubectl('version -o json')).serverVersion.major).toBe('1');
  });

  test('a custom resource, from its definition to its end', async () => {
    const schema = {
      type: 'object',
      properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
    };
    const printed = [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }];
    await kubectl('apply -f -', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gadgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Gadget', plural: 'gadgets' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: schema },
            additionalPrinterColumns: printed,
          },
        ],
      },
    });
    await kubectl('wait --for=condition=Established crd/gadgets.example.com --timeout=20s');
    const gadget = (size: number) => ({
      apiVersion: 'example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'g' },
      spec: { size },
    });
    expect(await kubectl('apply -f -', gadget(1))).toBe('gadget.example.com/g created\n');
    expect(await kubectl('apply -f -', gadget(2))).toBe('gadget.example.com/g configured\n');
    expect(await kubectl('get gadgets')).toMatch(/^NAME +SIZE\ng +2\n$/);
    expect(await kubectl('explain gadget.spec')).toContain('size\t<integer>');
    await kubectl('apply --server-side --field-manager=other --force-conflicts -f -', gadget(3));
    await kubectl('delete crd gadgets.example.com --timeout=20s');
    expect((await run(['get', 'gadgets'])).code).not.toBe(0);
  });

  test('auth, edit-like replace, and drain', async () => {
    expect(await kubectl('auth can-i create pods')).toBe('yes\n');
    expect(await kubectl('auth whoami')).toContain('embedded-admin');
    await kubectl('apply -f -', configMap({ a: '1' }));
    await kubectl('replace -f -', configMap({ b: '2' }));
    expect((await get('cm cm')).data).toEqual({ b: '2' });
    expect(await kubectl('create token default --duration=10m')).toMatch(/^[\w-]+\.[\w-]+\.\n?$/);
    await kubectl('cordon node-3');
    expect((await get('node node-3')).spec.unschedulable).toBe(true);
    await kubectl('uncordon node-3');
  });
});
