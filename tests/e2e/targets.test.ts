import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type Lab, launcher, run } from '../support/radiant.ts';

// Two homes, so two embedded clusters: one is reached as "the" cluster, over its kubeconfig, as any other would be.
let lab: Lab;
let other: Lab;
let kubeconfig: string;
let otherKubeconfig: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  lab = await createLab();
  other = await createLab();
  kubeconfig = path.join(lab.dir, 'trantor.kubeconfig');
  otherKubeconfig = path.join(lab.dir, 'terminus.kubeconfig');
  await writeFile(
    kubeconfig,
    (await lab.must(lab.dir, 'cluster', 'kubeconfig')).stdout.replaceAll('embedded', 'trantor'),
  );
  await writeFile(
    otherKubeconfig,
    (await other.must(other.dir, 'cluster', 'kubeconfig')).stdout.replaceAll('embedded', 'terminus'),
  );
  env = { ...lab.env, RADIANT_CLUSTER: undefined, KUBECONFIG: kubeconfig };
});
afterAll(async () => {
  await lab.dispose();
  await other.dispose();
});

const radiant = (cwd: string, environment: NodeJS.ProcessEnv, ...args: string[]) =>
  run(process.execPath, [launcher, ...args], cwd, environment);

test('the same example runs unchanged against a kubeconfig, and prints its target', async () => {
  const infrastructure = await lab.example('infrastructure');
  const day = await lab.example('day-service');
  for (const dir of [infrastructure, day]) {
    expect((await radiant(dir, env, 'stack', 'select', 'production', '--create')).code).toBe(0);
    const up = await radiant(dir, env, 'up', '--yes');
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect(up.stdout).toContain('trantor');
  }
});

test('a changed kubeconfig stops before anything is read or written, names both clusters and the way to choose', async () => {
  const day = path.join(lab.dir, 'day-service');
  for (const command of [['preview'], ['up', '--yes'], ['refresh', '--yes'], ['destroy', '--yes']]) {
    const stopped = await radiant(day, { ...env, KUBECONFIG: otherKubeconfig }, ...command);
    const said = stopped.stdout + stopped.stderr;
    expect(stopped.code, said).not.toBe(0);
    expect(said).toContain('trantor');
    expect(said).toContain('terminus');
    expect(said).toMatch(/radiant config set kubernetes:context|KUBECONFIG=/);
  }
  const namespaces = await other.kubectl('get', 'namespace', 'production');
  expect(namespaces.code).not.toBe(0);
  const untouched = await radiant(day, env, 'up', '--yes', '--expect-no-changes');
  expect(untouched.code, untouched.stdout + untouched.stderr).toBe(0);
});
