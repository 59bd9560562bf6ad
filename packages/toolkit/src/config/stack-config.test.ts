import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { makeShop, type Shop } from '../../test/shop.ts';
import type { Stack } from '../api.ts';

const canary = 'canary-value';
let shop: Shop;

beforeEach(async () => {
  shop = await makeShop();
});

describe('settings', () => {
  test('are written all together or not at all', async () => {
    const { config } = await shop.open().createStack('dev');
    const before = await readFile(shop.fileOf('dev'), 'utf8');
    await expect(
      config.setAll([
        { key: 'a', value: '1' },
        { key: 'b', value: 'x', type: 'int' },
      ]),
    ).rejects.toThrow("the value of 'b' must be of type 'int': a whole number, not \"x\"");
    expect(await readFile(shop.fileOf('dev'), 'utf8')).toBe(before);
  });

  test('are what their type says', async () => {
    const { config } = await shop.open().createStack('dev');
    await config.setAll([
      { key: 'text', value: '1' },
      { key: 'int', value: '1', type: 'int' },
      { key: 'map.read', value: '1', path: true },
      { key: 'map.text', value: '1', path: true, type: 'string' },
      { key: 'map.float', value: '1.5', path: true, type: 'float' },
      { key: 'map.bool', value: 'true', path: true, type: 'bool' },
      { key: 'list', value: '[{"a":1}]', type: 'object' },
    ]);
    expect(await shop.textOf('dev')).toBe(
      [
        'config:\n  shop:text: "1"\n  shop:int: 1\n  shop:map:\n    read: 1\n    text: "1"\n    float: 1.5\n    bool: true\n',
        '  shop:list:\n    - a: 1\n',
      ].join(''),
    );
    expect((await config.get('map')).objectValue).toEqual({ read: 1, text: '1', float: 1.5, bool: true });
  });

  test('that look like secrets are refused in the established words where that is wanted, and kept otherwise', async () => {
    const { config } = await shop.open().createStack('dev');
    const token = { key: 'api.token', value: 'ghp_16C7e42F292c6912E7710c8383', path: true };
    await expect(config.setAll([{ ...token, refusesLikelySecret: true }])).rejects.toThrow(
      "config value for 'shop:api.token' looks like a secret; rerun with --secret to encrypt it, or --plaintext if you meant to store in plaintext",
    );
    expect(await config.list()).toEqual([]);
    await config.setAll([token, { ...token, key: 'sealed', secret: true, refusesLikelySecret: true }]);
    expect((await config.get('api')).objectValue).toEqual({ token: token.value });
  });

  test('are removed together, also from inside', async () => {
    const { config } = await shop.open().createStack('dev');
    await config.setAll(['a', 'b.c', 'b.d', 'e'].map((key) => ({ key, value: 'x', path: true })));
    await config.removeAll(['a', 'b.c', 'nothing.there'], { path: true });
    expect(await shop.textOf('dev')).toBe('config:\n  shop:b:\n    d: x\n  shop:e: x\n');
  });

  test('are in the file that the person named', async () => {
    await shop.open().createStack('dev');
    const { config } = await shop.open({}, 'other.yaml').openStack('dev');
    await config.set('a', 'b');
    expect(await readFile(path.join(shop.project, 'other.yaml'), 'utf8')).toBe('config:\n  shop:a: b\n');
    expect(await (await shop.open().openStack('dev')).config.list()).toEqual([]);
  });
});

describe('a copy', () => {
  async function twoStacks(): Promise<readonly [Stack, Stack]> {
    const workspace = shop.open();
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
    await shop.open().copyConfig({ from: 'dev', to: 'qa' });
    const text = await shop.textOf('qa');
    expect(text).toMatch(/^config:\n {2}shop:own: stays\n {2}shop:token:\n {4}secure: v1:/);
    expect(text).not.toContain(canary);
    const ciphertexts = (of: string) => of.match(/v1:\S+/g)!;
    const before = ciphertexts(await shop.textOf('dev'));
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
    await shop.open().copyConfig({ from: 'dev', to: 'qa', key: 'db.port', path: true });
    expect((await qa.config.get('db')).objectValue).toEqual({ port: 5432 });
    await expect(shop.open().copyConfig({ from: 'dev', to: 'qa', key: 'nope' })).rejects.toThrow(
      "configuration key 'nope' not found for stack 'dev'",
    );
    await expect(shop.open().copyConfig({ from: 'dev', to: 'dev' })).rejects.toThrow('are the same');
    await expect(shop.open().copyConfig({ from: 'dev', to: 'prod' })).rejects.toThrow("no stack named 'prod' found");
  });
});

describe('a refresh from the last deployment', () => {
  /** Writes into the history what an update would. */
  async function deployed(config: Record<string, string | object>): Promise<void> {
    const operation = await shop
      .backend()
      .beginOperation({ project: 'shop', stack: 'dev' }, { kind: 'update', message: '', environment: {} });
    await operation.commit({ result: 'succeeded', changes: {}, config: config as Record<string, string> });
  }

  test('changes what differs, keeps comments and the old file, and can be read', async () => {
    const stack = await shop.open().createStack('dev');
    await stack.config.set('token', canary, { secret: true });
    const sealed = /v1:\S+$/m.exec(await shop.textOf('dev'))![0];
    await deployed({ 'shop:token': { secure: sealed }, 'shop:a': '1', 'shop:list': ['x'] });
    const salt = (await readFile(shop.fileOf('dev'), 'utf8')).split('\n')[0]!;
    const edited = `${salt}\nconfig:\n  # why\n  shop:a: "1"\n  shop:b: gone\n`;
    await writeFile(shop.fileOf('dev'), edited);
    const { backup } = await stack.refreshConfig();
    expect(backup).toBe(`${shop.fileOf('dev')}.bak`);
    expect(await readFile(backup!, 'utf8')).toBe(edited);
    expect(await readFile(shop.fileOf('dev'), 'utf8')).toBe(
      `${salt}\nconfig:\n  # why\n  shop:a: "1"\n  shop:token:\n    secure: ${sealed}\n  shop:list:\n    - x\n`,
    );
    expect(await (await shop.open().openStack('dev')).config.get('token')).toMatchObject({ value: canary });
  });

  test('makes a file that is not there, sealed as the state is', async () => {
    const stack = await shop.open().createStack('dev');
    await stack.config.set('token', canary, { secret: true });
    const before = await readFile(shop.fileOf('dev'), 'utf8');
    await deployed({ 'shop:token': { secure: /v1:\S+$/m.exec(await shop.textOf('dev'))![0] } });
    await rm(shop.fileOf('dev'));
    expect(await (await shop.open().openStack('dev')).refreshConfig()).toEqual({ backup: undefined });
    expect(await readFile(shop.fileOf('dev'), 'utf8')).toBe(before);
  });

  test('leaves the file alone when nothing was deployed, or its secrets no longer open', async () => {
    const stack = await shop.open().createStack('dev');
    await stack.config.set('a', '1');
    const before = await readFile(shop.fileOf('dev'), 'utf8');
    await expect(stack.refreshConfig()).rejects.toThrow('no previous deployment');
    await deployed({ 'shop:token': { secure: 'v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAA' } });
    await expect(stack.refreshConfig({ force: true })).rejects.toThrow(/were sealed by another secrets manager/);
    expect(await readFile(shop.fileOf('dev'), 'utf8')).toBe(before);
    expect(await readdir(shop.project)).toEqual(['Pulumi.dev.yaml', 'Pulumi.yaml']);
  });
});
