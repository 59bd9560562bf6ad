import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { realStacks, smallExport, smallUrns as urns } from './harness/real-stacks.ts';

test.each([1, 2, 3, 4])(
  'an export of version %i is imported, worked on, and exported for Pulumi to read',
  async (version) => {
    const stacks = await realStacks('dev');
    const json = JSON.parse(smallExport());
    json.version = version;
    if (version === 4) {
      json.features = ['taint'];
      json.deployment.resources[4].taint = true;
    }
    // Before the second version there were no provider resources, before the third no property dependencies.
    if (version < 3) {
      json.deployment.resources.splice(1, 1);
      for (const resource of json.deployment.resources) {
        delete resource.provider;
        delete resource.propertyDependencies;
      }
    }
    await stacks.must(['stack', 'import'], { input: JSON.stringify(json) });
    await stacks.must(['state', 'unprotect', '--all', '--yes']);
    const { out } = await stacks.must(['stack', 'export']);
    const exported = JSON.parse(out);
    expect([exported.version, exported.features]).toEqual(version === 4 ? [4, ['taint']] : [3, undefined]);
    const { resources, manifest } = exported.deployment;
    expect(manifest).toMatchObject({
      version: expect.stringMatching(/^v3\./),
      magic: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(resources.map(({ urn }: { readonly urn: string }) => urn).sort()).toEqual(Object.values(urns).sort());
    const [part, provider] = ['part', 'default'].map((name) =>
      resources.find(({ urn }: { readonly urn: string }) => urn.endsWith(`::${name}`)),
    );
    expect(part.provider).toBe(`${urns.provider}::${provider.id}`);
    await stacks.must(['stack', 'import'], { input: out });
  },
);

test('an export of a later version, or with features that nobody knows, is refused and changes nothing', async () => {
  const stacks = await realStacks('dev');
  const before = await stacks.exported();
  for (const [json, text] of [
    [{ version: 5, deployment: {} }, 'is newer than what this version of the Pulumi CLI understands'],
    [{ version: 4, features: ['magic'], deployment: {} }, 'unsupported features: magic'],
  ] as const)
    expect((await stacks.cli(['stack', 'import'], { input: JSON.stringify(json) })).err).toContain(text);
  expect(await stacks.exported()).toEqual(before);
});

test.each(['PULUMI_DIY_BACKEND_GZIP', 'PULUMI_SELF_MANAGED_STATE_GZIP'])(
  '%s packs the files of a stack',
  async (name) => {
    const stacks = await realStacks('dev');
    const env = { [name]: 'true' };
    await stacks.must(['stack', 'init', 'packed'], { env });
    await stacks.must(['stack', 'import', '--stack', 'packed'], { input: smallExport('packed') });
    const files = await readdir(join(stacks.store, '.pulumi/stacks/proj'));
    expect(files.filter((file) => file.startsWith('packed'))).toEqual(['packed.json.gz', 'packed.json.gz.bak']);
    const packed = await readFile(join(stacks.store, '.pulumi/stacks/proj/packed.json.gz'));
    expect(JSON.parse(gunzipSync(packed).toString()).checkpoint.latest.resources).toHaveLength(5);
    expect((await stacks.exported('packed', '--version', '1')).resources).toHaveLength(5);
  },
);

test('a lock of Pulumi’s CLI is respected by every command that changes the state, until it is cancelled', async () => {
  const stacks = await realStacks('dev', 'prod');
  await stacks.must(['stack', 'import'], { input: smallExport() });
  const folder = join(stacks.store, '.pulumi/locks/organization/proj/dev');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'abc.json'),
    '{"pid":4711,"username":"ha\\u001b[1mri","hostname":"trantor","timestamp":"2026-01-01T00:00:00Z"}',
  );
  for (const args of [
    ['state', 'delete', urns.user, '--yes'],
    ['state', 'move', '--dest', 'prod', urns.user, '--yes'],
    ['stack', 'rollback', '1', '--yes', '--skip-preview'],
  ]) {
    const { exitCode, err } = await stacks.cli(args);
    expect([exitCode, err]).toEqual([1, expect.stringContaining('the stack is currently locked by 1 lock(s).')]);
    expect(err).toContain('created by ha?[1mri@trantor (pid 4711) at 2026-01-01T00:00:00Z');
  }
  expect((await stacks.exported('prod')).resources).toBeUndefined();
  expect((await stacks.must(['cancel', '--yes'])).out).toBe(
    "The currently running update for 'dev' has been canceled!\n",
  );
  expect((await stacks.must(['cancel', '--yes'])).out).toBe("Nothing holds 'dev'.\n");
  await stacks.must(['state', 'delete', urns.user, '--yes']);
});

test('a history that Pulumi has written is read', async () => {
  const stacks = await realStacks('dev');
  const folder = join(stacks.store, '.pulumi/history/proj/dev');
  await mkdir(folder, { recursive: true });
  const info = {
    kind: 'update',
    startTime: 1764000000,
    message: 'by Pulumi',
    environment: { 'exec.kind': 'cli' },
    config: { 'proj:plain': 'text', 'proj:token': { secure: 'v1:x:y' }, 'proj:nested': { list: [1] } },
    version: 0,
    result: 'failed',
    endTime: 1764000002,
    resourceChanges: { create: 1 },
  };
  await writeFile(join(folder, 'dev-1764000000000000000.history.json'), JSON.stringify(info));
  const checkpoint = {
    version: 3,
    checkpoint: { stack: 'organization/proj/dev', latest: JSON.parse(smallExport()).deployment },
  };
  await writeFile(join(folder, 'dev-1764000000000000000.checkpoint.json'), JSON.stringify(checkpoint));
  expect(JSON.parse((await stacks.must(['stack', 'history', '--json', '--show-secrets'])).out)).toEqual([
    {
      version: 1,
      kind: 'update',
      startTime: '2025-11-24T16:00:00.000Z',
      message: 'by Pulumi',
      environment: { 'exec.kind': 'cli' },
      config: {
        'proj:plain': { value: 'text', secret: false },
        'proj:token': { value: 'ERROR_UNABLE_TO_DECRYPT', secret: true },
        'proj:nested': { value: '{"list":[1]}', objectValue: { list: [1] }, secret: false },
      },
      result: 'failed',
      endTime: '2025-11-24T16:00:02.000Z',
      resourceChanges: { create: 1 },
    },
  ]);
  expect((await stacks.exported('dev', '--version', '1')).resources).toHaveLength(5);
});

test('a store from before stacks had projects is upgraded, and everything of its stacks is found again', async () => {
  const stacks = await realStacks();
  const root = join(stacks.store, '.pulumi');
  const latest = JSON.parse(smallExport()).deployment;
  const write = async (file: string, json: object) => {
    await mkdir(join(root, file, '..'), { recursive: true });
    await writeFile(join(root, file), JSON.stringify(json));
  };
  await write('stacks/dev.json', { version: 3, checkpoint: { stack: 'dev', latest } });
  await write('stacks/empty.json', { version: 3, checkpoint: { stack: 'empty', latest: { manifest: {} } } });
  await write('history/dev/dev-1764000000000000000.history.json', { kind: 'update', result: 'succeeded' });
  await write('history/dev/dev-1764000000000000000.checkpoint.json', {
    version: 3,
    checkpoint: { stack: 'dev', latest },
  });
  expect((await stacks.cli(['stack', 'ls'])).err).toContain('radiant state upgrade');
  expect((await stacks.cli(['state', 'upgrade'])).exitCode).toBe(2);
  const { out, err } = await stacks.must(['state', 'upgrade', '--yes']);
  expect(out).toBe('Upgraded 1 stack(s) to project mode\n');
  expect(err).toBe(
    'warning: Skipping stack "empty": it has no resources that tell its project; its file stays where it is\n',
  );
  expect(await readFile(join(root, 'meta.yaml'), 'utf8')).toBe('version: 1\n');
  const { checkpoint } = JSON.parse(await readFile(join(root, 'stacks/proj/dev.json'), 'utf8'));
  expect(checkpoint).toEqual({ stack: 'organization/proj/dev', latest });
  expect((await stacks.exported('dev')).resources).toHaveLength(5);
  expect((await stacks.exported('dev', '--version', '1')).resources).toHaveLength(5);
  expect(await readdir(join(root, 'stacks'))).toEqual(['empty.json', 'proj']);
  expect((await stacks.must(['state', 'upgrade', '--yes'])).out).toBe('Nothing to do\n');
});
