import { afterAll, beforeAll } from 'vitest';
import { noS3Server, type S3Server, startS3Server, testCredentials } from '../../testing/servers/s3-server.ts';
import { describeStore } from '../../testing/store-conformance.ts';
import { createS3Store } from './s3-store.ts';

let server: S3Server | undefined;
beforeAll(async () => {
  if (noS3Server === undefined) server = await startS3Server();
}, 300_000);
afterAll(() => server?.stop());

describeStore(
  'a bucket of S3',
  async () => {
    const url = await server!.newBucket();
    return () => createS3Store(url, { credentials: testCredentials });
  },
  noS3Server,
);
