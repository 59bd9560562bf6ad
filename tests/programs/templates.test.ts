import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { startCluster, type TestCluster } from './harness/cluster.ts';
import { ProgramStack, type Wire, wires } from './harness/program-stack.ts';
import { pythonSdk } from './harness/python.ts';

// What `radiant new` writes is deployed as it is, on the packages that are at hand.

let cluster: TestCluster;
let workshop: string;

beforeAll(async () => {
  cluster = await startCluster();
  workshop = await mkdtemp(path.join(os.tmpdir(), 'radiant-templates-'));
});

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(workshop, { recursive: true, force: true });
});

async function write(args: readonly string[], dir: string): Promise<void> {
  const { code, err } = await commandLine(workshop, { HOME: workshop }, [...args, '--dir', dir, '--generate-only']);
  expect([code, err]).toEqual([0, '']);
}

async function stackOf(template: string, wire: Wire): Promise<ProgramStack> {
  const project = `${template}-${wire}`;
  await write(['new', template, '--yes'], path.join(workshop, project));
  const stack = await ProgramStack.create({}, { wire, project, copyOf: path.join(workshop, project) });
  cluster.serve(stack);
  return stack;
}

async function expectLives(stack: ProgramStack, types: readonly string[]): Promise<void> {
  await stack.mustUp();
  const made = (await stack.exported()).resources.map(({ type }) => type).filter((type) => !type.startsWith('pulumi:'));
  expect(made.sort()).toEqual([...types].sort());
  expect(Object.keys((await stack.mustUp()).report.summary.changes)).toEqual(['same']);
  expect((await stack.destroy()).result).toBe('succeeded');
}

describe.each(wires)('over the %s wire', (wire) => {
  test('the empty project deploys', async () => {
    await using stack = await stackOf('empty', wire);
    await expectLives(stack, []);
  });

  test('the project in TypeScript deploys', async () => {
    await using stack = await stackOf('kubernetes-typescript', wire);
    await expectLives(stack, ['kubernetes:apps/v1:Deployment', 'kubernetes:core/v1:Service']);
  });

  test('the microservice deploys with the configuration that it asks for, its secret too, and keeps to the policy pack', async () => {
    await using stack = await stackOf('microservice', wire);
    await stack.config('image', 'nginx:1.29');
    await stack.config('port', '80');
    await stack.config('apiToken', 'canary-of-the-template', { secret: true });
    await write(['policy', 'new', 'kubernetes-policy-typescript'], path.join(stack.dir, 'rules'));
    await stack.mustUp({ policyPacks: [{ place: 'rules', root: stack.dir }] });
    const { resources } = await stack.exported();
    expect(resources.find(({ type }) => type.endsWith('Deployment'))?.inputs).toMatchObject({
      metadata: { labels: { owner: 'nobody' } },
    });
    expect(JSON.stringify(resources)).not.toContain('canary-of-the-template');
    await expectLives(stack, [
      ...['app:index:Microservice', 'kubernetes:autoscaling/v2:HorizontalPodAutoscaler'],
      ...['kubernetes:apps/v1:Deployment', 'kubernetes:core/v1:Service'],
      ...['kubernetes:core/v1:ConfigMap', 'kubernetes:core/v1:Secret'],
    ]);
  });
});

test.runIf(pythonSdk.kind === 'ready')(`the project in Python deploys${pythonSdk.why}`, async () => {
  await using stack = await stackOf('kubernetes-python', 'grpc');
  await symlink(pythonSdk.venv, path.join(stack.dir, 'venv'));
  await expectLives(stack, ['kubernetes:apps/v1:Deployment', 'kubernetes:core/v1:Service']);
});
