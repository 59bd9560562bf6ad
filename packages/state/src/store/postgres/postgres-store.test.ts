import { afterAll, beforeAll } from 'vitest';
import { noPostgres, type PostgresServer, startPostgres } from '../../testing/servers/postgres-server.ts';
import { describeStore } from '../../testing/store-conformance.ts';
import { createPostgresStore } from './postgres-store.ts';

let server: PostgresServer | undefined;
beforeAll(async () => {
  if (noPostgres === undefined) server = await startPostgres();
}, 120_000);
afterAll(() => server?.stop());

describeStore(
  'a PostgreSQL database',
  async () => {
    const url = server!.newTables();
    return () => createPostgresStore(url);
  },
  noPostgres,
);
