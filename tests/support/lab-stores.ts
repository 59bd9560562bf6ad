import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noPostgres, startPostgres } from '../../packages/state/src/testing/servers/postgres-server.ts';
import { noS3Server, startS3Server, testCredentials } from '../../packages/state/src/testing/servers/s3-server.ts';
import type { StoreKind } from '../../packages/state/src/testing/stores.ts';

/** A store that nobody else uses, and what the command line needs in its environment to reach it. */
export interface LabStore {
  readonly url: string;
  readonly env: { readonly [name: string]: string };
}

type LabStoreKind = StoreKind<Promise<LabStore>>;

const credentials = {
  AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
};

function storeAt(url: string, env: { readonly [name: string]: string } = {}): LabStore {
  return { url, env: { PULUMI_BACKEND_URL: url, PULUMI_CONFIG_PASSPHRASE: 'a passphrase for tests', ...env } };
}

const files: LabStoreKind = {
  name: 'files',
  whyNot: undefined,
  start: async () => ({
    fresh: async () => storeAt(`file://${path.join(tmpdir(), `radiant-lab-store-${randomUUID()}`)}`),
    stop: async () => undefined,
  }),
};

/** Behind a network, each reached as people reach it. */
export const remoteLabKinds: readonly LabStoreKind[] = [
  {
    name: 'S3',
    whyNot: noS3Server,
    start: async () => {
      const server = await startS3Server();
      // The test looks into the bucket, too.
      Object.assign(process.env, credentials);
      return { fresh: async () => storeAt(await server.newBucket(), credentials), stop: server.stop };
    },
  },
  {
    name: 'PostgreSQL',
    whyNot: noPostgres,
    start: async () => {
      const server = await startPostgres();
      return { fresh: async () => storeAt(server.newTables('&sslmode=disable')), stop: server.stop };
    },
  },
];

/** Every kind of store. */
export const labStoreKinds: readonly LabStoreKind[] = [files, ...remoteLabKinds];
