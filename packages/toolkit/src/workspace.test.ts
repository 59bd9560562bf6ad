import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Interaction, Workspace } from './api.ts';
import { openWorkspace } from './workspace.ts';

let dir: string;
let project: string;
let notices: string[];

const interaction: Interaction = {
  isInteractive: false,
  notice: (line) => notices.push(line),
  warn: (line) => notices.push(line),
  askSecret: () => Promise.reject(new Error('nobody is there')),
  ask: () => Promise.reject(new Error('nobody is there')),
};

function open(env: Record<string, string> = {}, cwd = project): Workspace {
  return openWorkspace({
    cwd,
    env: { HOME: dir, RADIANT_HOME: path.join(dir, 'home'), ...env },
    interaction,
    relaunch: { command: 'false', args: [] },
  });
}

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'radiant-workspace-'));
  project = path.join(dir, 'project');
  notices = [];
  await mkdir(project);
  await writeFile(path.join(project, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
});

describe('a first stack on the default store', () => {
  test('needs no login and no passphrase: one is made once, kept for its owner alone, and said in one line', async () => {
    await open().createStack('dev');
    const kept = path.join(dir, 'home/passphrase');
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(kept);
    await open().createStack('prod');
    expect(notices).toHaveLength(1);
  });

  test('leaves the stack file alone until a secret is set, which then says how it was sealed', async () => {
    const workspace = open();
    const { config } = await workspace.createStack('dev');
    const file = path.join(project, 'Pulumi.dev.yaml');
    await expect(stat(file)).rejects.toThrow();
    await config.set('plain', 'p');
    expect(await readFile(file, 'utf8')).toBe('config:\n  shop:plain: p\n');
    await config.set('token', 'canary', { secret: true });
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^encryptionsalt: v1:/);
    expect(text).not.toContain('canary');
    const again = await (await open().openStack('dev')).config.get('token');
    expect(again).toMatchObject({ value: 'canary', isSecret: true });
  });

  test('with a passphrase given is sealed by that one', async () => {
    const env = { PULUMI_CONFIG_PASSPHRASE: 'given' };
    await (await open(env).createStack('dev')).config.set('token', 'canary', { secret: true });
    await expect(stat(path.join(dir, 'home/passphrase'))).rejects.toThrow();
    expect(await (await open(env).openStack()).config.get('token')).toMatchObject({ value: 'canary' });
    await expect((await open({ PULUMI_CONFIG_PASSPHRASE: 'wrong' }).openStack()).config.get('token')).rejects.toThrow(
      'failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase',
    );
    await expect((await open().openStack()).config.get('token')).rejects.toThrow(
      'passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables',
    );
  });
});

test('a stack file that already has a salt keeps it, and asks for its passphrase when a secret is met', async () => {
  const salted =
    'encryptionsalt: v1:fozI5u6B030=:v1:F+6ZduKKd8G0/V7L:PGMFeIzwobWRKmEAzUdaQHqC5mMRIQ==\nconfig:\n  shop:a: b\n';
  await writeFile(path.join(project, 'Pulumi.dev.yaml'), salted);
  const { config } = await open().createStack('dev');
  expect(await readFile(path.join(project, 'Pulumi.dev.yaml'), 'utf8')).toBe(salted);
  expect(await config.get('a')).toMatchObject({ value: 'b' });
  await expect(config.set('token', 'x', { secret: true })).rejects.toThrow('passphrase must be set');
  await (await open({ PULUMI_CONFIG_PASSPHRASE: 'password' }).openStack('dev')).config.set('token', 'x', {
    secret: true,
  });
});

test('another store than the default wants a passphrase, and has the salt written at once', async () => {
  const env = { PULUMI_BACKEND_URL: `file://${path.join(dir, 'store')}` };
  await mkdir(path.join(dir, 'store'));
  await expect(open(env).createStack('dev')).rejects.toThrow('passphrase must be set');
  await open({ ...env, PULUMI_CONFIG_PASSPHRASE: '' }).createStack('dev');
  expect(await readFile(path.join(project, 'Pulumi.dev.yaml'), 'utf8')).toMatch(/^encryptionsalt: v1:/);
});

test('a secret that does not open is named', async () => {
  const stack = await open().createStack('dev');
  await stack.config.set('token', 'hunter2', { secret: true });
  const file = path.join(project, 'Pulumi.dev.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/secure: .*/, 'secure: hunter2'));
  await expect(stack.config.get('token')).rejects.toThrow(`${file}: shop:token: failed to decrypt`);
  await expect(stack.config.list({ showSecrets: true })).rejects.toThrow('shop:token');
  await expect(stack.config.list()).resolves.toMatchObject([{ key: 'shop:token', isSecret: true }]);
});

describe('which backend', () => {
  test('the variable before the project before the login before the default', async () => {
    const workspace = open();
    expect(await workspace.backendUrl()).toBe(`file://${path.join(dir, 'home/state')}`);
    await workspace.login(`file://${path.join(dir, 'a')}`);
    expect(await open().backendUrl()).toBe(`file://${path.join(dir, 'a')}`);
    await writeFile(path.join(project, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\nbackend:\n  url: file://./b\n');
    expect(await open().backendUrl()).toBe('file://./b');
    expect(await open({ PULUMI_BACKEND_URL: 'file:///c' }).backendUrl()).toBe('file:///c');
    expect(await open().logout()).toEqual({ url: `file://${path.join(dir, 'a')}` });
  });

  test('a login that names none takes what the variable or the project names', async () => {
    const named = `file://${path.join(dir, 'named')}`;
    expect((await open({ PULUMI_BACKEND_URL: named }).login(undefined)).url).toBe(named);
    expect((await open().login(undefined)).url).toBe(`file://${path.join(dir, 'home/state')}`);
    await writeFile(path.join(project, 'Pulumi.yaml'), `name: shop\nruntime: nodejs\nbackend:\n  url: ${named}\n`);
    expect((await open().login(undefined)).url).toBe(named);
  });

  test('a password in its URL is kept for opening it, and shown nowhere', async () => {
    const url = 'postgres://ada:hunter2@db.invalid/states?password=hunter3';
    const shown = 'postgres://ada@db.invalid/states';
    const credentials = path.join(dir, 'home/credentials.json');
    await mkdir(path.dirname(credentials), { recursive: true });
    await writeFile(credentials, JSON.stringify({ current: url, accounts: { [url]: {} } }));
    expect(await open().backendUrl()).toBe(shown);
    expect((await open().whoAmI()).url).toBe(shown);
    const listing = open().listStacks();
    await expect(listing).rejects.toThrow('postgres://ada@db.invalid');
    await expect(listing).rejects.not.toThrow(/hunter/);
    expect(await open().logout({ url: shown })).toEqual({ url: shown });
    expect(JSON.parse(await readFile(credentials, 'utf8'))).toMatchObject({ accounts: {} });
    expect(await open().backendUrl()).toMatch(/^file:/);
  });

  test('a login in ~/.pulumi is not used, and PULUMI_CREDENTIALS_PATH is', async () => {
    const elsewhere = JSON.stringify({ current: 'file:///elsewhere', accounts: {} });
    await mkdir(path.join(dir, '.pulumi'));
    await writeFile(path.join(dir, '.pulumi/credentials.json'), elsewhere);
    const env = { HOME: dir };
    const own = openWorkspace({ cwd: project, env, interaction, relaunch: { command: 'false', args: [] } });
    expect(await own.backendUrl()).toBe(`file://${path.join(dir, '.radiant/state')}`);
    expect(await open({ PULUMI_CREDENTIALS_PATH: path.join(dir, '.pulumi') }).backendUrl()).toBe('file:///elsewhere');
    expect(
      openWorkspace({
        cwd: project,
        env: { HOME: dir, PULUMI_HOME: '/ph' },
        interaction,
        relaunch: { command: 'false', args: [] },
      }).home.root,
    ).toBe('/ph');
  });

  test.each(['https://u:secret@api.pulumi.com', 'gs://bucket', 'azblob://u:secret@container', 'nonsense'])(
    '%s is refused in one clear sentence',
    async (url) => {
      const refused = open({ PULUMI_BACKEND_URL: url }).listStacks();
      await expect(refused).rejects.toMatchObject({ code: 'BACKEND_UNSUPPORTED' });
      await expect(refused).rejects.not.toThrow('secret');
    },
  );
});

describe('stacks', () => {
  test('are made, selected, listed and removed', async () => {
    const workspace = open();
    await workspace.createStack('dev');
    await workspace.createStack('organization/shop/prod', { select: false });
    expect(await open().selectedStack()).toBe('dev');
    expect((await open().listStacks()).map(({ name, isCurrent }) => [name, isCurrent])).toEqual([
      ['dev', true],
      ['prod', false],
    ]);
    await open().selectStack('prod');
    expect((await open().openStack()).fullName).toBe('organization/shop/prod');
    await open().removeStack('prod');
    expect(await open().selectedStack()).toBeUndefined();
    expect((await open().listStacks()).map(({ name }) => name)).toEqual(['dev']);
  });

  test('are chosen by PULUMI_STACK before the selection, which it leaves alone', async () => {
    for (const name of ['dev', 'prod']) await open().createStack(name, { select: name === 'dev' });
    for (const PULUMI_STACK of ['prod', 'organization/shop/prod']) {
      expect((await open({ PULUMI_STACK }).openStack()).name).toBe('prod');
      expect((await open({ PULUMI_STACK }).openStack('dev')).name).toBe('dev');
      const listed = await open({ PULUMI_STACK }).listStacks();
      expect(listed.filter(({ isCurrent }) => isCurrent).map(({ name }) => name)).toEqual(['prod']);
    }
    await expect(open({ PULUMI_STACK: 'nope' }).openStack()).rejects.toThrow("no stack named 'nope' found");
    await open({ PULUMI_STACK: 'prod' }).removeStack('prod');
    expect(await open({ PULUMI_STACK: '' }).selectedStack()).toBe('dev');
    expect(await open().selectedStack()).toBe('dev');
  });

  test('of another project are not taken for their namesakes here', async () => {
    const other = path.join(dir, 'other');
    await mkdir(other);
    await writeFile(path.join(other, 'Pulumi.yaml'), 'name: other\nruntime: nodejs\n');
    await open({}, other).createStack('dev', { select: false });
    await open().createStack('dev');
    const foreign = 'organization/other/dev';
    expect((await open({ PULUMI_STACK: foreign }).findStack()).fullName).toBe(foreign);
    await open().selectStack(foreign);
    expect((await open().findStack()).fullName).toBe(foreign);
    await open().selectStack('dev');
    await open().removeStack(foreign);
    expect((await open().findStack()).fullName).toBe('organization/shop/dev');
  });

  test('of another project are read, but neither deployed nor configured from here', async () => {
    const other = path.join(dir, 'other');
    await mkdir(other);
    await writeFile(path.join(other, 'Pulumi.yaml'), 'name: other\nruntime: nodejs\n');
    await open({}, other).createStack('dev', { select: false });
    const stack = await open().openStack('organization/other/dev');
    expect(await stack.outputs()).toEqual({});
    const told = "the stack 'dev' is of the project 'other'";
    for (const work of [
      () => stack.up({}, () => {}),
      () => stack.preview({}, () => {}),
      () => stack.destroy({}, () => {}),
      async () => await stack.config.set('size', '3'),
      () => stack.refreshConfig(),
      () => stack.changeSecretsProvider({ provider: 'passphrase' }),
    ])
      await expect((async () => await work())()).rejects.toThrow(told);
  });

  test('are read from anywhere by their full names, and deployed in the folder of their project alone', async () => {
    await open().createStack('dev');
    const stack = await open({}, dir).openStack('organization/shop/dev');
    expect(await stack.outputs({ showSecrets: true })).toEqual({});
    expect(await stack.exportDeployment()).toMatchObject({ version: 3 });
    expect(await stack.history()).toEqual([]);
    await stack.tags.set('team', 'dawn');
    expect(await stack.tags.list()).toMatchObject({ team: 'dawn' });
    expect(await stack.cancel()).toBe(0);
    await expect(stack.up({}, () => {})).rejects.toThrow('no Pulumi.yaml project file found');
    expect(() => stack.config).toThrow('no Pulumi.yaml project file found');
    await expect(open({}, dir).openStack('dev')).rejects.toThrow('no Pulumi.yaml project file found');
  });

  test('are removed from anywhere by their full names', async () => {
    await open().createStack('dev');
    const elsewhere = () => open({}, dir);
    await expect(elsewhere().removeStack('dev')).rejects.toThrow('no Pulumi.yaml project file found');
    expect(await elsewhere().findStack('organization/shop/dev')).toEqual({
      name: 'dev',
      fullName: 'organization/shop/dev',
    });
    await elsewhere().removeStack('organization/shop/dev');
    expect(await open().listStacks()).toEqual([]);
  });

  test('that do not exist, exist already or are not selected fail in the words that SDKs look for', async () => {
    await expect(open().openStack()).rejects.toMatchObject({
      exitCode: 6,
      summary: expect.stringContaining('no stack selected'),
    });
    await expect(open().openStack('x')).rejects.toMatchObject({ exitCode: 6, summary: "no stack named 'x' found" });
    await open().createStack('dev');
    await expect(open().createStack('dev')).rejects.toThrow(/stack.*already exists/);
    await expect(open().createStack('other/shop/dev')).rejects.toThrow("organization name must be 'organization'");
    await expect(open().createStack('../../escape')).rejects.toThrow();
  });

  test('show a value that the project declares secret to nobody who does not ask', async () => {
    const declaration = 'config:\n  key:\n    default: canary\n    secret: true\n';
    await writeFile(path.join(project, 'Pulumi.yaml'), `name: shop\nruntime: nodejs\n${declaration}`);
    const { config } = await open().createStack('dev');
    expect(await config.list()).toEqual([{ key: 'shop:key', value: undefined, isSecret: true }]);
    expect(await config.list({ showSecrets: true })).toEqual([{ key: 'shop:key', value: 'canary', isSecret: true }]);
  });

  test('without a project say how to make one', async () => {
    await expect(open({}, dir).openStack()).rejects.toThrow(/no Pulumi.yaml project file found/);
    await expect(open({}, dir).openStack('dev')).rejects.toThrow(/no Pulumi.yaml project file found/);
  });
});
