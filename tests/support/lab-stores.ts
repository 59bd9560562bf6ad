import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noPostgres, startPostgres } from '../../packages/state/src/testing/servers/postgres-server.ts';
import { noS3Server, startS3Server, testCredentials } from '../../packages/state/src/testing/servers/s3-server.ts';

/** A store that nobody else uses, and what the command line needs in its environment to reach it. */
export interface LabStore {
  readonly url: string;
  readonly env: { readonly [name: string]: string };
}

export interface LabStoreKind {
  readonly name: string;
  /** Why this machine cannot have such a store. */
  readonly whyNot: string | undefined;
  start(): Promise<{ fresh(): Promise<LabStore>; stop(): Promise<void> }>;
}

const credentials = {
  AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
};

function storeAt(url: string, env: { readonly [name: string]: string } = {}): LabStore {
  return { url, env: { PULUMI_BACKEND_URL: url, PULUMI_CONFIG_PASSPHRASE: 'a passphrase for tests', ...env } };
}

/** Every kind of store, each reached as people reach it. */
export const labStoreKinds: readonly LabStoreKind[] = [
  {
    name: 'files',
    whyNot: undefined,
    start: async () => ({
      fresh: async () => storeAt(`file://${path.join(tmpdir(), `radiant-lab-store-${randomUUID()}`)}`),
      stop: async () => undefined,
    }),
  },
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
