import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { awsKmsKey, createCloudManager, openCloudManager } from '@radiant/secrets';
import { openWorkspace, type Stack } from '@radiant/toolkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { noS3Server, startS3Server, testCredentials } from '../../packages/state/src/testing/servers/s3-server.ts';

const canary = 'canary-value';
const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };

/* moto, from PyPI, keeps keys as AWS KMS does, the encryption context included. */
describe.skipIf(noS3Server !== undefined)(`AWS KMS ${noS3Server ?? ''}`, () => {
  let endpoint: string;
  let client: KMSClient;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const server = await startS3Server();
    ({ endpoint, stop } = server);
    vi.stubEnv('AWS_ACCESS_KEY_ID', testCredentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.secretAccessKey);
    client = new KMSClient({ endpoint, region: 'us-east-1', credentials: testCredentials });
  }, 300_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    client.destroy();
    await stop();
  });

  async function newKey(alias: string): Promise<string> {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    await client.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId: KeyMetadata!.KeyId! }));
    return KeyMetadata!.KeyId!;
  }
  const urlOf = (key: string, rest = '') => `awskms://${key}?region=us-east-1&awssdk=v2&endpoint=${endpoint}${rest}`;

  test('seals a data key, and opens it by alias, by id and by ARN', async () => {
    const id = await newKey('a');
    const made = await createCloudManager(urlOf('alias/a', '&context_stack=dev'), awsKmsKey);
    const sealed = await made.encrypt('"größe"');
    for (const key of ['alias/a', id, `/arn:aws:kms:us-east-1:123456789012:key/${id}`]) {
      const opened = await openCloudManager(made.state, awsKmsKey, urlOf(key, '&context_stack=dev&profile='));
      expect(await opened.decrypt(sealed)).toBe('"größe"');
    }
  });

  test('says what is wrong with a key', async () => {
    await newKey('b');
    const { state } = await createCloudManager(urlOf('alias/b', '&context_stack=dev'), awsKmsKey);
    await expect(openCloudManager(state, awsKmsKey, urlOf('alias/b', '&context_stack=qa'))).rejects.toThrow(
      /cannot use the key awskms:\/\/alias\/b\S*: it did not seal what it is to open/,
    );
    await expect(createCloudManager(urlOf('alias/nowhere'), awsKmsKey)).rejects.toThrow(
      /AWS KMS has no key alias\/nowhere/,
    );
  });

  test('seals a stack from its making on, and hands it to a passphrase and back', async () => {
    await newKey('c');
    const dir = await mkdtemp(path.join(tmpdir(), 'radiant-kms-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await mkdir(path.join(dir, 'project'));
    await writeFile(path.join(dir, 'project/Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
    const open = (env: Record<string, string> = {}) => {
      const nobody = () => Promise.reject(new Error('nobody is there'));
      return openWorkspace({
        cwd: path.join(dir, 'project'),
        env: { HOME: dir, RADIANT_HOME: path.join(dir, 'home'), ...env },
        interaction: { isInteractive: false, notice: nobody, warn: nobody, askSecret: nobody, ask: nobody },
        relaunch: { command: 'false', args: [] },
      });
    };
    const file = () => readFile(path.join(dir, 'project/Pulumi.dev.yaml'), 'utf8');
    const state = async () =>
      JSON.parse(await readFile(path.join(dir, 'home/state/.pulumi/stacks/shop/dev.json'), 'utf8')).checkpoint.latest;
    const isReadable = async (stack: Stack) => {
      expect(await stack.config.get('token')).toMatchObject({ value: canary, isSecret: true });
      expect(JSON.stringify(await stack.exportDeployment({ showSecrets: true }))).toContain(`${canary}-state`);
      expect(`${await file()}${JSON.stringify(await state())}`).not.toContain(canary);
    };

    const url = urlOf('alias/c');
    const stack = await open().createStack('dev', { secretsProvider: url });
    const [provider, key] = (await file()).split('\n');
    expect(provider).toBe(`secretsprovider: ${url}`);
    expect(key).toMatch(/^encryptedkey: [A-Za-z0-9+/]+=*$/);
    await stack.config.set('token', canary, { secret: true });
    const resource = {
      urn: 'urn:pulumi:dev::shop::pkg:index:Thing::thing',
      type: 'pkg:index:Thing',
      outputs: { token: { ...secret, plaintext: `"${canary}-state"` } },
    };
    const deployment = { manifest: { time: '2026-01-01T00:00:00Z', magic: '', version: '' }, resources: [resource] };
    await stack.importDeployment(JSON.stringify({ version: 3, deployment }));
    const encryptedkey = key!.slice('encryptedkey: '.length);
    expect((await state()).secrets_providers).toEqual({ type: 'cloud', state: { url, encryptedkey } });
    await isReadable(await open().openStack('dev'));

    const passphrase = { PULUMI_CONFIG_PASSPHRASE: 'given' };
    await (await open(passphrase).openStack('dev')).changeSecretsProvider({ provider: 'passphrase' });
    expect(await file()).toMatch(/^encryptionsalt: v1:\S+\nconfig:\n/);
    expect((await state()).secrets_providers.type).toBe('passphrase');
    await isReadable(await open(passphrase).openStack('dev'));

    await (await open(passphrase).openStack('dev')).changeSecretsProvider({ provider: url });
    expect(await file()).toMatch(/^secretsprovider: \S+\nencryptedkey: \S+\nconfig:\n/);
    expect(await file()).not.toContain(encryptedkey);
    await isReadable(await open().openStack('dev'));
  });
});
