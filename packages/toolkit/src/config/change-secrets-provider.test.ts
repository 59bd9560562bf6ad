import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret, type Urn } from '@radiant/model';
import { openPassphraseManager } from '@radiant/secrets';
import { beforeEach, expect, test } from 'vitest';
import { makeShop, type Shop } from '../../test/shop.ts';
import type { Stack } from '../api.ts';

const canary = 'canary-value';
const urn = 'urn:pulumi:dev::shop::pkg:index:Thing::thing';
let shop: Shop;

beforeEach(async () => {
  shop = await makeShop();
});

const open = (passphrase = 'old') => shop.open({ PULUMI_CONFIG_PASSPHRASE: passphrase });
const ref = { project: 'shop', stack: 'dev' };
const stackFile = () => readFile(shop.fileOf('dev'), 'utf8');
const stateFile = () => readFile(path.join(shop.dir, 'store/.pulumi/stacks/shop/dev.json'), 'utf8');
const shown = async (stack: Stack) => JSON.stringify(await stack.exportDeployment({ showSecrets: true }));

const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };

/** A stack with secrets in its state, in what is in doubt, and in its file. */
async function sealedStack(): Promise<Stack> {
  const stack = await open().createStack('dev');
  await stack.importDeployment(
    JSON.stringify({
      version: 3,
      deployment: {
        manifest: { time: '2026-01-01T00:00:00Z', magic: '', version: '' },
        resources: [
          { urn, type: 'pkg:index:Thing', outputs: { token: { ...secret, plaintext: `"${canary}-state"` } } },
        ],
      },
    }),
  );
  const operation = await shop.backend().beginOperation(ref, {
    kind: 'update',
    message: '',
    environment: {},
    secrets: async (provider) => await openPassphraseManager(provider!.state, 'old'),
  });
  const resource = {
    ...operation.base.resources[0]!,
    urn: `${urn}2` as Urn,
    inputs: { token: new Secret(`${canary}-doubt`) },
  };
  await operation.journal.append({ kind: 'begin', step: 1, operation: 'creating', resource });
  await operation.abandon();
  await stack.config.setAll([
    { key: 'token', value: `${canary}-config`, secret: true },
    { key: 'db.password', value: `${canary}-deep`, secret: true, path: true },
    { key: 'db.port', value: '5432', path: true },
  ]);
  const text = await stackFile();
  await writeFile(shop.fileOf('dev'), text.replace('config:\n', 'config:\n  # why\n'));
  return stack;
}

test('everything is sealed by the new passphrase: state, what is in doubt, and configuration', async () => {
  const stack = await sealedStack();
  const [fileBefore, stateBefore] = [await stackFile(), await stateFile()];
  await stack.changeSecretsProvider({ provider: 'passphrase', passphrase: 'new' });
  const [file, state] = [await stackFile(), await stateFile()];
  expect(`${file}${state}`).not.toContain(canary);
  const ciphertexts = (text: string) => text.match(/v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/=]+/g)!;
  const old = new Set([...ciphertexts(fileBefore), ...ciphertexts(stateBefore)]);
  expect([...ciphertexts(file), ...ciphertexts(state)].filter((text) => old.has(text))).toEqual([]);
  const masked = (text: string) => text.replaceAll(/v1:\S+/g, 'v1');
  expect(masked(file)).toBe(masked(fileBefore));
  expect(file).toContain('  # why\n');

  const reopened = await open('new').openStack('dev');
  expect(await shown(reopened)).toContain(`${canary}-state`);
  expect(await shown(reopened)).toContain(`${canary}-doubt`);
  expect(JSON.parse(state).checkpoint.latest.pending_operations).toHaveLength(1);
  expect(await reopened.config.get('token')).toMatchObject({ value: `${canary}-config` });
  expect((await reopened.config.get('db')).objectValue).toEqual({ password: `${canary}-deep`, port: 5432 });
  await expect((await open('old').openStack('dev')).config.get('token')).rejects.toThrow('incorrect passphrase');
  await expect(shown(await open('old').openStack('dev'))).rejects.toThrow('incorrect passphrase');
});

test.each([
  ['the old passphrase is wrong', 'wrong', { provider: 'passphrase', passphrase: 'new' }, 'incorrect passphrase'],
  ['the new passphrase is missing', 'old', { provider: 'passphrase' }, 'the new passphrase is missing'],
  ['the provider is not known', 'old', { provider: 'gcpkms://k' }, 'cannot be sealed by a key of Google Cloud KMS'],
  ['the key is not understood', 'old', { provider: 'awskms://a?x=y' }, '"x" is none of'],
])('nothing changes when %s', async (_case, passphrase, change, message) => {
  await sealedStack();
  const before = [await stackFile(), await stateFile()];
  await expect((await open(passphrase).openStack('dev')).changeSecretsProvider(change)).rejects.toThrow(message);
  expect([await stackFile(), await stateFile()]).toEqual(before);
});

test('nothing changes while somebody else holds the stack', async () => {
  const stack = await sealedStack();
  const holder = await shop.backend().beginOperation(ref, { kind: 'update', message: '', environment: {} });
  const before = [await stackFile(), await stateFile()];
  await expect(stack.changeSecretsProvider({ provider: 'passphrase', passphrase: 'new' })).rejects.toThrow(
    'the stack is currently locked by',
  );
  expect([await stackFile(), await stateFile()]).toEqual(before);
  await holder.abandon();
});

test('an end between state and file loses nothing, and the same command completes the change', async () => {
  const stack = await sealedStack();
  const fileBefore = await stackFile();
  await stack.changeSecretsProvider({ provider: 'passphrase', passphrase: 'new' });
  await writeFile(shop.fileOf('dev'), fileBefore);
  // Each is readable with what it says of itself.
  expect(await (await open('old').openStack('dev')).config.get('token')).toMatchObject({ value: `${canary}-config` });
  expect(await shown(await open('new').openStack('dev'))).toContain(`${canary}-state`);

  await (await open('old').openStack('dev')).changeSecretsProvider({ provider: 'passphrase', passphrase: 'new' });
  const reopened = await open('new').openStack('dev');
  expect(await reopened.config.get('token')).toMatchObject({ value: `${canary}-config` });
  expect(await shown(reopened)).toContain(`${canary}-doubt`);
});
