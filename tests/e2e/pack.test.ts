import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, repository, run } from '../support/radiant.ts';

// What a user gets: the packed package, installed from its tarball beside a stock program, with no development dependency.
const nodeVersions = ['22.18.0', '24.21.0'];
/** The package must stay a quick download; TypeScript, its one dependency, comes on top. */
const tarballBytesMax = 8 * 1024 * 1024;

let dir: string;
let project: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'radiant-pack-'));
  project = path.join(dir, 'project');
  await cp(path.join(repository, 'examples/infrastructure'), project, {
    recursive: true,
    filter: (source) => !source.includes('node_modules'),
  });
  const packed = await must(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], repository));
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  const tarball = path.join(dir, filename);
  const { size } = await stat(tarball);
  console.log(`the packed package has ${(size / 1024 / 1024).toFixed(2)} MiB`);
  expect(size).toBeLessThan(tarballBytesMax);
  const manifest = JSON.parse(await readFile(path.join(project, 'package.json'), 'utf8'));
  await writeFile(path.join(project, 'package.json'), JSON.stringify({ ...manifest, devDependencies: {} }));
  await must(run('npm', ['install', '--no-audit', '--no-fund', tarball], project));
  for (const version of nodeVersions) {
    const prefix = path.join(dir, `node-${version}`);
    await mkdir(prefix);
    await must(run('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `node@${version}`], prefix));
    // The package fetches its binary in an install script, which npm may hold back.
    await must(run('npm', ['rebuild', '--prefix', prefix, '--dangerously-allow-all-scripts'], prefix));
  }
}, 300_000);

afterAll(async () => {
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

test.each(nodeVersions)(
  'npx radiant up works from the tarball on Node %s, and says nothing about experimental features',
  async (version) => {
    const bin = path.join(dir, `node-${version}`, 'node_modules/node/bin');
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      RADIANT_HOME: path.join(dir, `home-${version}`),
      RADIANT_CLUSTER: 'embedded',
      NO_COLOR: '1',
    };
    const radiant = (...args: string[]) => must(run('npx', ['--no-install', 'radiant', ...args], project, env));
    try {
      expect((await must(run('node', ['--version'], project, env))).stdout.trim()).toBe(`v${version}`);
      await radiant('stack', 'select', 'production', '--create');
      const up = await radiant('up', '--yes');
      expect(up.stdout).toContain('created');
      expect(up.stdout + up.stderr).not.toContain('ExperimentalWarning');
      const again = await radiant('up', '--yes', '--expect-no-changes');
      expect(again.stdout).toContain('unchanged');
      await radiant('destroy', '--yes');
    } finally {
      await radiant('cluster', 'stop');
    }
  },
  180_000,
);

test('the templates are in the tarball, with their .gitignore', async () => {
  const made = path.join(dir, 'made');
  await must(run('npx', ['--no-install', 'radiant', 'new', 'microservice', '--yes', '-g', '--dir', made], project));
  expect((await readdir(made)).sort()).toEqual([
    ...['.gitignore', 'Pulumi.yaml', 'index.ts', 'microservice.ts', 'package.json', 'tsconfig.json'],
  ]);
});

async function must(finished: Promise<Finished>): Promise<Finished> {
  const result = await finished;
  if (result.code !== 0) throw new Error(`ended with ${result.code}\n${result.stdout}\n${result.stderr}`);
  return result;
}
