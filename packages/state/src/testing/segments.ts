import { Client } from 'pg';
import { parsePostgresUrl } from '../store/postgres/postgres-url.ts';
import type { RemoteStore } from './stores.ts';

/** The segments of the one log in a store, as somebody with a client of the service may spoil them. */
export interface Segments {
  readonly read: (number: number) => Promise<Buffer>;
  readonly write: (number: number, bytes: Uint8Array) => Promise<void>;
  readonly remove: (number: number) => Promise<void>;
}

/** `key` is that of the log. */
export function segmentsIn(store: RemoteStore, key: string): Segments {
  return store.url.startsWith('s3:') ? inBucket(store, key) : inDatabase(store.url);
}

function inBucket(remote: RemoteStore, key: string): Segments {
  const store = remote.open();
  const folder = `${key}.segments`;
  const keyOf = async (number: number) => {
    const [{ name } = { name: '' }] = await store.list(folder);
    return `${folder}/${name.replace(/\d{8}$/, String(number).padStart(8, '0'))}`;
  };
  return {
    read: async (number) => Buffer.from((await store.get(await keyOf(number)))!.bytes),
    write: async (number, bytes) => await store.put(await keyOf(number), bytes, 'lasting'),
    remove: async (number) => await store.delete(await keyOf(number)),
  };
}

function inDatabase(url: string): Segments {
  const { server, table } = parsePostgresUrl(url);
  const rows = `${table}_segments`;
  const query = async (statement: string, values: readonly unknown[]) => {
    const client = new Client({ host: server.host, user: 'postgres', database: 'postgres' });
    await client.connect();
    try {
      return (await client.query(statement, [...values])).rows as readonly { readonly data: Buffer }[];
    } finally {
      await client.end();
    }
  };
  return {
    read: async (number) => (await query(`SELECT data FROM ${rows} WHERE number = $1`, [number]))[0]!.data,
    write: async (number, bytes) => {
      await query(
        `INSERT INTO ${rows} (log, number, data) SELECT log, $1, $2 FROM ${table}_logs
         ON CONFLICT (log, number) DO UPDATE SET data = excluded.data`,
        [number, bytes],
      );
    },
    remove: async (number) => {
      await query(`DELETE FROM ${rows} WHERE number = $1`, [number]);
    },
  };
}
