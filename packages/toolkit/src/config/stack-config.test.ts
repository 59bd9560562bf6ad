import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openBackendAt } from '@radiant/state';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Stack, Workspace } from '../api.ts';
import { openWorkspace } from '../workspace.ts';

const canary = 'canary-value';
let dir: string;
let project: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'radiant-config-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  project = path.join(dir, 'project');
  await mkdir(project);
  await mkdir(path.join(dir, 'store'));
  await writeFile(path.join(project, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
});

function open(env: Record<string, string> = {}, configFile?: string): Workspace {
  const nobody = () => Promise.reject(new Error('nobody is there'));
  return openWorkspace({
    cwd: project,
    env: {
      HOME: dir,
      RADIANT_HOME: path.join(dir, 'home'),
      PULUMI_BACKEND_URL: `file://${path.join(dir, 'store')}`,
      PULUMI_CONFIG_PASSPHRASE: 'correct horse',
      ...env,
    },
    interaction: {
      isInteractive: false,
      notice: () => undefined,
      warn: () => undefined,
      askSecret: nobody,
      ask: nobody,
    },
    relaunch: { command: 'false', args: [] },
    configFile,
  });
}

const fileOf = (stack: string) => path.join(project, `Pulumi.${stack}.yaml`);
const textOf = async (stack: string) => (await readFile(fileOf(stack), 'utf8')).replace(/^encryptionsalt: .*\n/, '');

describe('settings', () => {
  test('are written all together or not at all', async () => {
    const { config } = await open().createStack('dev');
    const before = await readFile(fileOf('dev'), 'utf8');
    await expect(
      config.setAll([
        { key: 'a', value: '1' },
        { key: 'b', value: 'x', type: 'int' },
      ]),
    ).rejects.toThrow("the value of 'b' must be of type 'int': a whole number, not \"x\"");
    expect(await readFile(fileOf('dev'), 'utf8')).toBe(before);
  });

  test('are what their type says', async () => {
    const { config } = await open().createStack('dev');
    await config.setAll([
      { key: 'text', value: '1' },
      { key: 'int', value: '1', type: 'int' },
      { key: 'map.read', value: '1', path: true },
      { key: 'map.text', value: '1', path: true, type: 'string' },
      { key: 'map.float', value: '1.5', path: true, type: 'float' },
      { key: 'map.bool', value: 'true', path: true, type: 'bool' },
      { key: 'list', value: '[{"a":1}]', type: 'object' },
    ]);
    expect(await textOf('dev')).toBe(
      [
        'config:\n  shop:text: "1"\n  shop:int: 1\n  shop:map:\n    read: 1\n    text: "1"\n    float: 1.5\n    bool: true\n',
        '  shop:list:\n    - a: 1\n',
      ].join(''),
    );
    expect((await config.get('map')).objectValue).toEqual({ read: 1, text: '1', float: 1.5, bool: true });
  });

  test('are removed together, also from inside', async () => {
    const { config } = await open().createStack('dev');
    await config.setAll(['a', 'b.c', 'b.d', 'e'].map((key) => ({ key, value: 'x', path: true })));
    await config.removeAll(['a', 'b.c', 'nothing.there'], { path: true });
    expect(await textOf('dev')).toBe('config:\n  shop:b:\n    d: x\n  shop:e: x\n');
  });

  test('are in the file that the person named', async () => {
    await open().createStack('dev');
    const { config } = await open({}, 'other.yaml').openStack('dev');
    await config.set('a', 'b');
    expect(await readFile(path.join(project, 'other.yaml'), 'utf8')).toBe('config:\n  shop:a: b\n');
    expect(await (await open().openStack('dev')).config.list()).toEqual([]);
  });
});

describe('a copy', () => {
  async function twoStacks(): Promise<readonly [Stack, Stack]> {
    const workspace = open();
    return [await workspace.createStack('dev'), await workspace.createStack('qa')];
  }

  test('of everything seals the secrets anew, also those inside structures, and keeps what else is there', async () => {
    const [dev, qa] = await twoStacks();
    await dev.config.setAll([
      { key: 'token', value: canary, secret: true },
      { key: 'db.password', value: canary, secret: true, path: true },
      { key: 'db.port', value: '5432', path: true },
    ]);
    await qa.config.set('own', 'stays');
    await open().copyConfig({ from: 'dev', to: 'qa' });
    const text = await textOf('qa');
    expect(text).toMatch(/^config:\n {2}shop:own: stays\n {2}shop:token:\n {4}secure: v1:/);
    expect(text).not.toContain(canary);
    const ciphertexts = (of: string) => of.match(/v1:\S+/g)!;
    const before = ciphertexts(await textOf('dev'));
    expect(ciphertexts(text).filter((sealed) => before.includes(sealed))).toEqual([]);
    expect(await qa.config.get('token')).toMatchObject({ value: canary, isSecret: true });
    expect((await qa.config.get('db')).objectValue).toEqual({ password: canary, port: 5432 });
  });

  test('of one value, at a path', async () => {
    const [dev, qa] = await twoStacks();
    await dev.config.setAll([
      { key: 'db.port', value: '5432', path: true },
      { key: 'db.host', value: 'h', path: true },
    ]);
    await open().copyConfig({ from: 'dev', to: 'qa', key: 'db.port', path: true });
    expect((await qa.config.get('db')).objectValue).toEqual({ port: 5432 });
    await expect(open().copyConfig({ from: 'dev', to: 'qa', key: 'nope' })).rejects.toThrow(
      "configuration key 'nope' not found for stack 'dev'",
    );
    await expect(open().copyConfig({ from: 'dev', to: 'dev' })).rejects.toThrow('are the same');
    await expect(open().copyConfig({ from: 'dev', to: 'prod' })).rejects.toThrow("no stack named 'prod' found");
  });
});

describe('a refresh from the last deployment', () => {
  /** Writes into the history what an update would. */
  async function deployed(config: Record<string, string | object>): Promise<void> {
    const backend = openBackendAt(`file://${path.join(dir, 'store')}`, {
      home: dir,
      cwd: dir,
      toolVersion: 'v1',
      rescueFolders: [],
    });
    const operation = await backend.beginOperation(
      { project: 'shop', stack: 'dev' },
      { kind: 'update', message: '', environment: {} },
    );
    await operation.commit({ result: 'succeeded', changes: {}, config: config as Record<string, string> });
  }

  test('changes what differs, keeps comments and the old file, and can be read', async () => {
    const stack = await open().createStack('dev');
    await stack.config.set('token', canary, { secret: true });
    const sealed = /v1:\S+$/m.exec(await textOf('dev'))![0];
    await deployed({ 'shop:token': { secure: sealed }, 'shop:a': '1', 'shop:list': ['x'] });
    const salt = (await readFile(fileOf('dev'), 'utf8')).split('\n')[0]!;
    const edited = `${salt}\nconfig:\n  # why\n  shop:a: "1"\n  shop:b: gone\n`;
    await writeFile(fileOf('dev'), edited);
    const { backup } = await stack.refreshConfig();
    expect(backup).toBe(`${fileOf('dev')}.bak`);
    expect(await readFile(backup!, 'utf8')).toBe(edited);
    expect(await readFile(fileOf('dev'), 'utf8')).toBe(
      `${salt}\nconfig:\n  # why\n  shop:a: "1"\n  shop:token:\n    secure: ${sealed}\n  shop:list:\n    - x\n`,
    );
    expect(await (await open().openStack('dev')).config.get('token')).toMatchObject({ value: canary });
  });

  test('makes a file that is not there, sealed as the state is', async () => {
    const stack = await open().createStack('dev');
    await stack.config.set('token', canary, { secret: true });
    const before = await readFile(fileOf('dev'), 'utf8');
    await deployed({ 'shop:token': { secure: /v1:\S+$/m.exec(await textOf('dev'))![0] } });
    await rm(fileOf('dev'));
    expect(await (await open().openStack('dev')).refreshConfig()).toEqual({ backup: undefined });
    expect(await readFile(fileOf('dev'), 'utf8')).toBe(before);
  });

  test('leaves the file alone when nothing was deployed, or its secrets no longer open', async () => {
    const stack = await open().createStack('dev');
    await stack.config.set('a', '1');
    const before = await readFile(fileOf('dev'), 'utf8');
    await expect(stack.refreshConfig()).rejects.toThrow('no previous deployment');
    await deployed({ 'shop:token': { secure: 'v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAA' } });
    await expect(stack.refreshConfig({ force: true })).rejects.toThrow(/were sealed by another secrets manager/);
    expect(await readFile(fileOf('dev'), 'utf8')).toBe(before);
    expect(await readdir(project)).toEqual(['Pulumi.dev.yaml', 'Pulumi.yaml']);
  });
});
