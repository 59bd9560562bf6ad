import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from '@radiant/model';
import { expect, test } from 'vitest';
import { startChild } from '../../packages/state/src/testing/children.ts';
import { realStacks, smallExport, smallUrns } from './harness/real-stacks.ts';

async function stackFiles(dir: string): Promise<readonly string[]> {
  return (await readdir(dir)).filter((name) => /^Pulumi\..+\.yaml$/.test(name)).sort();
}

test('a renamed stack has its configuration, secrets, selection and history, and can be worked on', async () => {
  const stacks = await realStacks('dev');
  await stacks.must(['stack', 'import'], { input: smallExport() });
  await stacks.must(['config', 'set', 'plain', 'text']);
  await stacks.must(['config', 'set', '--secret', 'token', 'hunter2']);
  const before = await readFile(join(stacks.dir, 'Pulumi.dev.yaml'), 'utf8');
  expect((await stacks.must(['stack', 'rename', 'prod'])).out).toBe('Renamed dev to prod\n');
  expect(await stackFiles(stacks.dir)).toEqual(['Pulumi.prod.yaml']);
  expect(await readFile(join(stacks.dir, 'Pulumi.prod.yaml'), 'utf8')).toBe(before);
  expect((await stacks.must(['config', 'get', 'token'])).out).toBe('hunter2\n');
  expect((await stacks.must(['stack', '--show-name'])).out).toBe('prod\n');
  const { resources = [] } = await stacks.exported('prod');
  expect(resources.map(({ urn }) => urn)).toEqual(
    Object.values(smallUrns).map((urn) => urn.replace(':dev::', ':prod::').replace('proj-dev', 'proj-prod')),
  );
  expect(resources[4].provider).toMatch(/^urn:pulumi:prod::proj::pulumi:providers:test::default::/);
  const history = JSON.parse((await stacks.must(['stack', 'history', '--json'])).out);
  expect(history.map(({ kind }: { readonly kind: string }) => kind)).toEqual(['rename', 'import']);
  expect(history[0].message).toBe('stack rename organization/proj/dev to organization/proj/prod');
  await stacks.must(['state', 'unprotect', '--all', '--yes']);
  await stacks.must(['stack', 'import'], { input: (await stacks.must(['stack', 'export'])).out });
  const missing = await stacks.cli(['stack', 'rename', 'x', '--stack', 'dev']);
  expect([missing.exitCode, missing.err]).toEqual([
    exitCodes.stackNotFound,
    expect.stringMatching(/no stack named 'dev' found/),
  ]);
});

test('a stack that somebody else works on is not renamed, nor one onto a name or a file that is taken', async () => {
  const stacks = await realStacks('dev', 'qa');
  await stacks.must(['config', 'set', 'plain', 'text']);
  const holder = startChild('appending-child.ts', `file://${stacks.store}`, 'r');
  await holder.said('durable');
  const held = await stacks.cli(['stack', 'rename', 'prod']);
  expect([held.exitCode, held.err]).toEqual([1, expect.stringMatching(/currently locked by 1 lock\(s\)/)]);
  holder.process.kill('SIGKILL');
  await holder.ended;
  expect((await stacks.cli(['stack', 'rename', 'qa'])).err).toMatch(
    /error: .*Pulumi\.qa\.yaml is there already|already exists/,
  );
  await writeFile(join(stacks.dir, 'Pulumi.prod.yaml'), 'config:\n  proj:a: b\n');
  expect((await stacks.cli(['stack', 'rename', 'prod'])).err).toContain('Pulumi.prod.yaml is there already');
  expect(await readFile(join(stacks.dir, 'Pulumi.prod.yaml'), 'utf8')).toBe('config:\n  proj:a: b\n');
  expect((await stacks.must(['stack', 'ls'])).out).toMatch(/^dev\*.*\nqa /m);
});

test('a stack goes to another project by its full name', async () => {
  const stacks = await realStacks('dev');
  await stacks.must(['stack', 'import'], { input: smallExport() });
  expect((await stacks.must(['stack', 'rename', 'organization/shop/dev'])).out).toBe(
    'Renamed dev to organization/shop/dev\n',
  );
  const { resources = [] } = await stacks.exported('organization/shop/dev');
  expect(resources[0].urn).toBe('urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev');
});

test('tags are set, read, listed, filtered by and removed, in the file of Pulumi’s', async () => {
  const stacks = await realStacks('dev', 'prod');
  expect((await stacks.must(['stack', 'tag', 'ls', '--json'])).out).toBe('{}\n');
  await stacks.must(['stack', 'tag', 'set', 'team', 'day and night']);
  await stacks.must(['stack', 'tag', 'set', 'app:tier', 'back']);
  await stacks.must(['stack', 'tag', 'set', 'team', 'dusk', '--stack', 'prod']);
  expect((await stacks.must(['stack', 'tag', 'get', 'team', '--stack', 'dev'])).out).toBe('day and night\n');
  expect((await stacks.must(['stack', 'tag', 'ls', '--json'])).out).toBe(
    '{\n  "app:tier": "back",\n  "team": "day and night"\n}\n',
  );
  expect((await stacks.must(['stack', 'tag', 'ls'])).out).toBe(
    'NAME      VALUE\napp:tier  back\nteam      day and night\n',
  );
  expect(await readFile(join(stacks.store, '.pulumi/stacks/proj/prod.pulumi-tags'), 'utf8')).toBe(
    '{\n    "version": 1,\n    "tags": {\n        "team": "dusk"\n    }\n}',
  );
  const listed = async (tag: string) =>
    JSON.parse((await stacks.must(['stack', 'ls', '--json', '--tag', tag])).out).map(
      ({ name }: { readonly name: string }) => name,
    );
  expect([await listed('team'), await listed('team=dusk'), await listed('nobody')]).toEqual([
    ['dev', 'prod'],
    ['prod'],
    [],
  ]);
  await stacks.must(['stack', 'tag', 'rm', 'team', '--stack', 'prod']);
  const { exitCode, err } = await stacks.cli(['stack', 'tag', 'get', 'team', '--stack', 'prod']);
  expect([exitCode, err]).toEqual([1, expect.stringContaining("stack tag 'team' not found for stack 'prod'")]);
  expect((await stacks.cli(['stack', 'tag', 'set', 'a b', 'c'])).err).toContain('"a b" is no name of a tag');
  await stacks.must(['stack', 'rename', 'staging', '--stack', 'dev']);
  expect((await stacks.must(['stack', 'tag', 'get', 'app:tier', '--stack', 'staging'])).out).toBe('back\n');
  await stacks.must(['stack', 'rm', '--yes', 'staging']);
  expect(await readdir(join(stacks.store, '.pulumi/stacks/proj'))).not.toContain('staging.pulumi-tags');
});

test('a new stack may begin with the configuration of another, sealed anew, and is one of this project', async () => {
  const stacks = await realStacks('dev');
  await stacks.must(['config', 'set', 'plain', 'text']);
  await stacks.must(['config', 'set', '--secret', '--path', 'db.password', 'hunter2']);
  await stacks.must(['stack', 'init', 'qa', '--copy-config-from', 'dev']);
  expect((await stacks.must(['config', 'get', 'plain', '--stack', 'qa'])).out).toBe('text\n');
  expect((await stacks.must(['config', 'get', '--path', 'db.password', '--stack', 'qa'])).out).toBe('hunter2\n');
  const [dev, qa] = await Promise.all(
    ['dev', 'qa'].map((name) => readFile(join(stacks.dir, `Pulumi.${name}.yaml`), 'utf8')),
  );
  expect([dev, qa].join()).not.toContain('hunter2');
  expect(/encryptionsalt: .*/.exec(dev!)).not.toEqual(/encryptionsalt: .*/.exec(qa!));
  const missing = await stacks.cli(['stack', 'init', 'prod', '--copy-config-from', 'gone']);
  expect([missing.exitCode, missing.err]).toEqual([
    exitCodes.stackNotFound,
    expect.stringContaining("no stack named 'gone' found"),
  ]);
  const elsewhere = await stacks.cli(['stack', 'init', 'organization/shop/dev']);
  expect(elsewhere.err).toContain(
    `error: could not create stack: provided project name "shop" doesn't match Pulumi.yaml`,
  );
  expect((await stacks.must(['stack', 'ls', '--all'])).out.match(/^\S*(dev|qa|prod)\b/gm)).toHaveLength(2);
});
