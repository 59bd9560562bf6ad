import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapNames, configMapsProgram, expectedNames } from '../support/config-maps.ts';
import { expectSurvivesKill, leftBehind } from '../support/kill.ts';
import { eventually } from '../support/processes.ts';
import { collect, createLab, type Lab, repository } from '../support/radiant.ts';

const testProvider = path.join(repository, 'tests/support/test-provider');

const count = 40;
const kills = 10;

let lab: Lab;
beforeAll(async () => {
  lab = await createLab();
});
afterAll(() => lab.dispose());

test('kill -9 of up, process group and all, at ten moments: the next up ends in exactly the intended objects', async () => {
  const dir = await configMapsProgram(lab, 'killed', count);
  for (let kill = 0; kill < kills; kill += 1) {
    // From the first creation begun to the last but a few done: the moments are spread over all of it.
    const lines = 1 + Math.floor((2 * count * kill) / kills);
    await expectSurvivesKill(lab, dir, 'killed', count, lines);
  }
}, 300_000);

test('two ups of two stacks at once, one killed: the other is undisturbed, nothing is left behind, the cluster lives', async () => {
  // Busy-waits at its end, so that it is certainly there when it is killed, and deaf to every polite signal.
  const victim = await configMapsProgram(lab, 'victim', 5, "console.log('busy now'); for (;;) {}");
  const other = await configMapsProgram(lab, 'other', 60);
  const child = lab.start(victim, ['up', '--yes', '--skip-preview'], { detached: true });
  const busy = new Promise<void>((resolve) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      if (chunk.includes('busy now')) resolve();
    });
  });
  const ended = collect(child);
  const undisturbed = lab.radiant(other, 'up', '--yes', '--skip-preview');
  await busy;
  process.kill(child.pid!, 'SIGKILL');
  await ended;
  expect((await undisturbed).code).toBe(0);
  expect(await eventually(async () => (await leftBehind(lab)).length === 0, 2_000), `${await leftBehind(lab)}`).toBe(
    true,
  );
  expect(await configMapNames(lab, 'other')).toEqual(expectedNames('other', 60));
  const status = await lab.must(victim, 'cluster', 'status');
  expect(status.stdout).toContain('runs in the background');
}, 120_000);

test('kill -9 of up alone: a plugin in the middle of a creation is gone within two seconds', async () => {
  const dir = await lab.program('endless', {
    'Pulumi.yaml': `name: endless\nruntime: nodejs\nplugins: { providers: [{ name: testprovider, path: ${testProvider}/pulumi-resource-testprovider }] }\n`,
    'index.js': `const pulumi = require('@pulumi/pulumi');
new pulumi.CustomResource('testprovider:index:Endless', 'endless', {});`,
  });
  const world = path.join(dir, 'world');
  const env = { TEST_WORLD: world, TEST_NODE: process.execPath };
  await lab.must(dir, 'stack', 'select', 'dev', '--create');
  const child = lab.start(dir, ['up', '--yes', '--skip-preview'], { detached: true, env });
  const ended = collect(child);
  expect(await eventually(async () => existsSync(path.join(world, 'began%20endless.json')), 30_000)).toBe(true);
  process.kill(child.pid!, 'SIGKILL');
  await ended;
  expect(await eventually(async () => (await leftBehind(lab)).length === 0, 2_000), `${await leftBehind(lab)}`).toBe(
    true,
  );
}, 60_000);
