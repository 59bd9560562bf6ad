import { OperationError } from '@radiant/model';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteRequests } from '../../testing/servers/fault-plan.ts';
import { startFaultyPostgres } from '../../testing/servers/faulty-postgres.ts';
import {
  barredUser,
  lockedUser,
  noPostgres,
  type PostgresServer,
  startPostgres,
} from '../../testing/servers/postgres-server.ts';
import { describeStore } from '../../testing/store-conformance.ts';
import { createPostgresStore } from './postgres-store.ts';
import { parsePostgresUrl } from './postgres-url.ts';

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

describe.skipIf(noPostgres !== undefined)('a PostgreSQL database', () => {
  const admin = async (statement: string, url = server!.newTables()) => {
    const { host } = parsePostgresUrl(url).server;
    const client = new Client({ host, user: 'postgres', database: 'postgres' });
    await client.connect();
    try {
      return (await client.query(statement)).rows as readonly Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  const tableIn = (url: string) => parsePostgresUrl(url).table;

  test('gets its tables from whoever comes first, also when many come at once', async () => {
    const url = server!.newTables();
    const stores = Array.from({ length: 12 }, () => createPostgresStore(url));
    const made = await Promise.all(stores.map((store, index) => store.create('k', Buffer.from(`${index}`), 'lasting')));
    expect(made.filter((isMade) => isMade)).toHaveLength(1);
    expect(await admin(`SELECT version FROM ${tableIn(url)}_version`)).toEqual([{ version: 1 }]);
  });

  test('with the tables of a newer Radiant is left alone', async () => {
    const url = server!.newTables();
    await createPostgresStore(url).list('');
    await admin(`UPDATE ${tableIn(url)}_version SET version = 7`);
    const reading = createPostgresStore(url).list('');
    await expect(reading).rejects.toMatchObject({ code: 'STORE_SCHEMA_UNKNOWN' });
    await expect(reading).rejects.toThrow(/are of version 7; this Radiant knows 1/);
    expect(await admin(`SELECT version FROM ${tableIn(url)}_version`)).toEqual([{ version: 7 }]);
  });

  test('that Pulumi has used is opened as it is', async () => {
    const url = server!.newTables();
    const table = tableIn(url);
    await admin(`CREATE TABLE ${table} (key TEXT PRIMARY KEY, data BYTEA NOT NULL,
                 updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now())`);
    await admin(`INSERT INTO ${table} (key, data) VALUES ('.pulumi/meta.yaml', 'version: 1')`);
    const object = await createPostgresStore(url).get('.pulumi/meta.yaml');
    expect(Buffer.from(object!.bytes).toString()).toBe('version: 1');
  });

  test('can have the tables in a schema of their own, which is made', async () => {
    const url = server!.newTables().replace('table=', 'table=team.');
    await createPostgresStore(url).put('k', Buffer.from('1'), 'lasting');
    expect(await admin(`SELECT key FROM team.${tableIn(url)}`)).toEqual([{ key: 'k' }]);
  });

  test('does not take a name for a pattern', async () => {
    const store = createPostgresStore(server!.newTables());
    await store.put('a_b/x', Buffer.from('1'), 'lasting');
    await store.put('acb/y', Buffer.from('1'), 'lasting');
    expect(await store.list('a_b')).toEqual([{ name: 'x', kind: 'object' }]);
  });

  test('that loses what it has confirmed is refused', async () => {
    await admin('CREATE ROLE hasty LOGIN SUPERUSER');
    await admin('ALTER ROLE hasty SET synchronous_commit = off');
    const store = createPostgresStore(server!.newTables().replace('postgres@', 'hasty@'));
    await expect(store.list('')).rejects.toMatchObject({ code: 'STORE_UNSAFE' });
    await expect(store.list('')).rejects.toThrow('ALTER ROLE hasty SET synchronous_commit = on');
  });

  test('says what is wrong with user, password, rights and name, and never the password', async () => {
    await admin(`CREATE ROLE ${lockedUser} LOGIN PASSWORD 'right'`);
    await admin('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    const opening = async (account: string, change = (url: string) => url) => {
      const store = createPostgresStore(change(server!.newTables().replace('postgres@', `${account}@`)));
      const error: unknown = await store.list('').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(OperationError);
      expect((error as OperationError).message).not.toMatch(/right|wrong/);
      return (error as OperationError).message;
    };
    expect(await opening('locked:wrong')).toMatch(/does not accept the user: password authentication failed/);
    await admin(`CREATE ROLE ${barredUser} LOGIN`);
    expect(await opening(`${barredUser}`, (url) => `${url}&sslmode=disable`)).toMatch(
      /does not let this user in from here: pg_hba\.conf rejects connection[\s\S]*sslmode=require/,
    );
    expect(await opening('locked')).toMatch(/asks for a password, and none is known[\s\S]*PGPASSWORD/);
    expect(await opening('locked:right')).toMatch(
      /permission denied for schema public[\s\S]*CREATE SCHEMA IF NOT EXISTS radiant AUTHORIZATION locked/,
    );
    expect(await opening('postgres', (url) => url.replace('/postgres?', '/nowhere?'))).toMatch(
      /the database is not there: database "nowhere" does not exist/,
    );
    const elsewhere = (url: string) => url.replace(/host=[^&]*/, 'host=/nowhere');
    expect(await opening('postgres', elsewhere)).toMatch(/cannot be reached/);
    expect(await opening('postgres', (url) => `${url}&sslmode=require`)).toMatch(/the server speaks no TLS/);
  });

  test('that goes away in the middle and does not come back is named, with what was not done', async () => {
    const proxy = await startFaultyPostgres(server!.folder, noteRequests());
    const url = server!.newTables('&sslmode=disable').replace(server!.folder, proxy.address);
    const store = createPostgresStore(url, { retryDelaysMs: [1, 1] });
    await store.put('k', Buffer.from('1'), 'lasting');
    await proxy.stop();
    const writing = store.put('k', Buffer.from('2'), 'lasting');
    await expect(writing).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
    await expect(writing).rejects.toThrow(
      /^cannot write .*k.*: the database cannot be reached[\s\S]*tried several times/,
    );
  });

  test('whose server is stopped for a moment is waited for', async () => {
    const store = createPostgresStore(server!.newTables());
    await store.put('k', Buffer.from('1'), 'lasting');
    await admin('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()').catch(() => []);
    expect(Buffer.from((await store.get('k'))!.bytes).toString()).toBe('1');
  });
});

describe('the URL of a database', () => {
  test.each([
    [
      'postgres://ada:p%40ss@db.example:5433/states',
      { user: 'ada', password: 'p@ss', host: 'db.example', port: 5433, database: 'states' },
    ],
    ['postgresql://[::1]:5433/states', { host: '::1', port: 5433, database: 'states' }],
    ['postgres://ada@/states?host=/run/pg', { user: 'ada', host: '/run/pg', database: 'states' }],
    ['postgres://', {}],
  ])('%s is understood', (url, expected) => {
    expect(parsePostgresUrl(url).server).toEqual(expected);
  });

  test('names the table and its schema', () => {
    expect(parsePostgresUrl('postgres://db/x')).toMatchObject({ table: 'pulumi_state' });
    expect(parsePostgresUrl('postgres://db/x?table=Team.States')).toMatchObject({ schema: 'team', table: 'states' });
    expect(parsePostgresUrl('postgres://db/x?search_path=team')).toMatchObject({ schema: 'team' });
  });

  test.each([
    ['postgres://ada:hun/ter2@db/states', 'with / and @ in a password written as %2F and %40'],
    ['postgres://ada:hunter2@db/states?table=a;b', 'should be NAME or SCHEMA.NAME'],
    ['postgres://ada:hunter2@db/states?tabel=a', 'it has the unknown parameter "tabel"'],
    ['postgres://ada:hunter2@db/states?sslmode=perhaps', 'its sslmode "perhaps" is not known'],
    ['postgres://ada:hunter2@db:x/states', 'should be'],
  ])('%s is refused: %s', (url, reason) => {
    expect(() => parsePostgresUrl(url)).toThrow(reason);
    expect(() => parsePostgresUrl(url)).not.toThrow(/hunter2|ter2/);
  });
});
