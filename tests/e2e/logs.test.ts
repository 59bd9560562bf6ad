import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type Lab, launcher, repository, run } from '../support/radiant.ts';

// Logs of what a real program has deployed, from the cluster that its provider leads to.

let lab: Lab;
let dir: string;
let child: ChildProcess | undefined;

const program = `import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

const labels = { app: 'web' };
class Service extends pulumi.ComponentResource {
  constructor(name: string) {
    super('shop:index:Service', name);
    new k8s.apps.v1.Deployment(name + '-pods', {
      metadata: { name, namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } },
      },
    }, { parent: this });
  }
}
new Service('web');
new k8s.batch.v1.Job('once', {
  metadata: { name: 'once', namespace: 'default' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } } },
});
`;

beforeAll(async () => {
  lab = await createLab();
  dir = await lab.program('logged', {
    'Pulumi.yaml': 'name: logged\nruntime: nodejs\n',
    'package.json': JSON.stringify({ name: 'logged', private: true, main: 'index.ts' }),
    'tsconfig.json': await readFile(path.join(repository, 'examples/day-service/tsconfig.json'), 'utf8'),
    'index.ts': program,
  });
  await lab.must(dir, 'stack', 'init', 'dev');
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await lab.dispose();
});

interface Entry {
  readonly ID: string;
  readonly Message: string;
}

const entries = async (...flags: string[]) =>
  JSON.parse((await lab.must(dir, 'logs', '--json', ...flags)).stdout) as readonly Entry[];

test('a stack that runs nothing says so', async () => {
  const { code, stderr } = await lab.radiant(dir, 'logs');
  expect(stderr).toContain("error: stack 'dev' has no resource of Kubernetes that runs pods");
  expect(code).toBe(1);
});

test('the pods of the stack are heard, all or those of a resource', async () => {
  await lab.must(dir, 'up', '--yes', '--skip-preview');
  const all = await entries();
  expect(all.filter(({ ID }) => ID.startsWith('web-'))).toHaveLength(2);
  expect(all.find(({ ID }) => ID.startsWith('once-'))?.Message).toBe(
    'simulated container main started from image busybox:1',
  );
  const ofComponent = await entries('--resource', 'shop:index:Service::web');
  expect(ofComponent.map(({ ID }) => ID.split('-')[0])).toEqual(['web', 'web']);
  expect(await entries('--since', '2030-01-01')).toEqual([]);
  expect((await lab.radiant(dir, 'logs', '--resource', 'nobody')).stderr).toContain(
    "error: the stack has no resource 'nobody'",
  );
});

test('nobody is followed for who reads no more', async () => {
  const shell = `"${process.execPath}" "${launcher}" logs --follow --resource web | head -n 3`;
  const follow = run('sh', ['-c', shell], dir, lab.env);
  // Whatever is written next finds that out.
  const timer = setInterval(() => void lab.kubectl('rollout', 'restart', 'deployment/web', '-n', 'default'), 1_000);
  const { stdout } = await follow;
  clearInterval(timer);
  expect(stdout.split('\n')[0]).toMatch(/^Collecting logs for stack dev/);
});

test('what comes is heard while it is followed, until Ctrl-C', async () => {
  const following = lab.start(dir, ['logs', '--follow', '--resource', 'web']);
  child = following;
  const heard = new Set<string>();
  const three = new Promise<void>((resolve) => {
    following.stdout!.on('data', (chunk: Buffer) => {
      for (const [, pod] of String(chunk).matchAll(/\[ *(web-\S+)\]/g)) heard.add(pod!);
      if (heard.size >= 3) resolve();
    });
  });
  await lab.kubectl('scale', 'deployment/web', '--replicas=3', '-n', 'default');
  await three;
  const ended = new Promise((resolve) => following.once('exit', resolve));
  following.kill('SIGINT');
  expect(await ended).toBe(0);
});
