import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Secret, type Urn } from '@radiant/model';
import { openPassphraseManager } from '@radiant/secrets';
import { openBackendAt } from '@radiant/state';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Stack, Workspace } from '../api.ts';
import { openWorkspace } from '../workspace.ts';

const canary = 'canary-value';
const urn = 'urn:pulumi:dev::shop::pkg:index:Thing::thing';
let dir: string;
let project: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'radiant-provider-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  project = path.join(dir, 'project');
  await mkdir(project);
  await mkdir(path.join(dir, 'store'));
  await writeFile(path.join(project, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
});

function open(passphrase = 'old'): Workspace {
  const nobody = () => Promise.reject(new Error('nobody is there'));
  return openWorkspace({
    cwd: project,
    env: {
      HOME: dir,
      RADIANT_HOME: path.join(dir, 'home'),
      PULUMI_BACKEND_URL: `file://${path.join(dir, 'store')}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
    },
    interaction: {
      isInteractive: false,
      notice: () => undefined,
      warn: () => undefined,
      askSecret: nobody,
      ask: nobody,
    },
    relaunch: { command: 'false', args: [] },
  });
}

const backend = () =>
  openBackendAt(`file://${path.join(dir, 'store')}`, { home: dir, cwd: dir, toolVersion: 'v1', rescueFolders: [] });
const ref = { project: 'shop', stack: 'dev' };
const stackFile = () => readFile(path.join(project, 'Pulumi.dev.yaml'), 'utf8');
const stateFile = () => readFile(path.join(dir, 'store/.pulumi/stacks/shop/dev.json'), 'utf8');
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
  const operation = await backend().beginOperation(ref, {
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
  await writeFile(path.join(project, 'Pulumi.dev.yaml'), text.replace('config:\n', 'config:\n  # why\n'));
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
  const holder = await backend().beginOperation(ref, { kind: 'update', message: '', environment: {} });
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
  await writeFile(path.join(project, 'Pulumi.dev.yaml'), fileBefore);
  // Each is readable with what it says of itself.
  expect(await (await open('old').openStack('dev')).config.get('token')).toMatchObject({ value: `${canary}-config` });
  expect(await shown(await open('new').openStack('dev'))).toContain(`${canary}-state`);

  await (await open('old').openStack('dev')).changeSecretsProvider({ provider: 'passphrase', passphrase: 'new' });
  const reopened = await open('new').openStack('dev');
  expect(await reopened.config.get('token')).toMatchObject({ value: `${canary}-config` });
  expect(await shown(reopened)).toContain(`${canary}-doubt`);
});
