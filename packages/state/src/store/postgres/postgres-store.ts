import { createHash, randomUUID } from 'node:crypto';
import { createSegmentWriter, readSegments, type SegmentPort, sealSegments } from '../segments.ts';
import type { StagedObject, Store, StoreEntry } from '../store.ts';
import { type Database, openDatabase, type PostgresSettings } from './postgres-database.ts';
import type { Purpose } from './postgres-errors.ts';
import { parsePostgresUrl } from './postgres-url.ts';

/** A store in a PostgreSQL database, whose objects are in the table where Pulumi's own backend has them. */
export function createPostgresStore(url: string, settings: PostgresSettings = {}): Store {
  const location = parsePostgresUrl(url);
  const database = openDatabase(location, settings);
  const locate = (key: string) => `${location.url.split('?')[0]}#${key}`;
  const context: PostgresContext = {
    ...database,
    purpose: (verb, key) => ({ verb, where: locate(key) }),
    source: locate,
  };
  const { query, purpose } = context;
  return {
    url: location.url,
    isListingCostly: false,
    locate,
    get: async (key) => {
      const { rows } = await query(
        purpose('read', key),
        ({ objects }) => `SELECT data, xmin::text AS tag, updated_at FROM ${objects} WHERE key = $1`,
        [key],
      );
      const row = rows[0] as ObjectRow | undefined;
      return row && { bytes: row.data, tag: row.tag, modifiedMs: row.updated_at.getTime() };
    },
    put: async (key, bytes) => {
      await query(
        purpose('write', key),
        ({ objects }) =>
          `INSERT INTO ${objects} (key, data) VALUES ($1, $2)
           ON CONFLICT (key) DO UPDATE SET data = excluded.data, updated_at = now()`,
        [key, bytes],
      );
    },
    create: (key, bytes) => createObject(context, key, bytes),
    delete: async (key) => {
      await query(purpose('delete', key), ({ objects }) => `DELETE FROM ${objects} WHERE key = $1`, [key]);
    },
    remove: async (key, tag) => {
      const { count, isRepeated } = await query(
        purpose('delete', key),
        ({ objects }) => `DELETE FROM ${objects} WHERE key = $1 AND xmin::text = $2`,
        [key, tag],
      );
      // Of a repetition: the answer to the first attempt was lost.
      return count === 1 || (isRepeated && !(await isThere(context, key)));
    },
    list: (folder) => listFolder(context, folder),
    copy: async (from, to) => {
      await query(
        purpose('write', to),
        ({ objects }) =>
          `INSERT INTO ${objects} (key, data) SELECT $2, data FROM ${objects} WHERE key = $1
           ON CONFLICT (key) DO UPDATE SET data = excluded.data, updated_at = now()`,
        [from, to],
      );
    },
    // A statement leaves nothing half done.
    tidy: async () => undefined,
    deleteAll: async (keys) => {
      if (keys.length === 0) return;
      await query(purpose('delete', keys[0]!), ({ objects }) => `DELETE FROM ${objects} WHERE key = ANY($1)`, [keys]);
    },
    stage: (key, bytes, token) => stageObject(context, key, bytes, token),
    fence: async (keys, token) => {
      await query(
        purpose('write', keys[0]!),
        ({ staged }) => `DELETE FROM ${staged} WHERE key = ANY($1) AND token < $2`,
        [keys, token],
      );
    },
    createLog: async (key) => {
      const log = randomUUID();
      const { count, isRepeated } = await query(
        purpose('write', key),
        ({ logs }) => `INSERT INTO ${logs} (key, log) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [key, log],
      );
      if (count === 0 && !(isRepeated && (await logIn(context, key)) === log)) return undefined;
      return createSegmentWriter(segmentsOf(context, key, log), locate(key));
    },
    readLog: async (key) => {
      const log = await logIn(context, key);
      return log === undefined ? undefined : await readSegments(segmentsOf(context, key, log));
    },
    sealLog: async (key, _token, acceptedLength) => {
      const log = await logIn(context, key);
      if (log === undefined) return undefined;
      return await sealSegments(segmentsOf(context, key, log), acceptedLength);
    },
    deleteLog: async (key) => {
      await query(purpose('delete', key), ({ logs }) => `DELETE FROM ${logs} WHERE key = $1`, [key]);
    },
  };
}

interface PostgresContext extends Database {
  readonly purpose: (verb: Purpose['verb'], key: string) => Purpose;
  /** Names a log in errors. */
  readonly source: (key: string) => string;
}

interface ObjectRow {
  readonly data: Uint8Array;
  /** Names the transaction that wrote the row. */
  readonly tag: string;
  readonly updated_at: Date;
}

async function createObject({ query, purpose }: PostgresContext, key: string, bytes: Uint8Array): Promise<boolean> {
  const { count, isRepeated } = await query(
    purpose('write', key),
    ({ objects }) => `INSERT INTO ${objects} (key, data) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`,
    [key, bytes],
  );
  if (count === 1) return true;
  if (!isRepeated) return false;
  // These very bytes are ours: an earlier attempt's answer was lost.
  const { rows } = await query(
    purpose('read', key),
    ({ objects }) => `SELECT 1 FROM ${objects} WHERE key = $1 AND data = $2`,
    [key, bytes],
  );
  return rows.length === 1;
}

async function isThere({ query, purpose }: PostgresContext, key: string): Promise<boolean> {
  const { rows } = await query(purpose('read', key), ({ objects }) => `SELECT 1 FROM ${objects} WHERE key = $1`, [key]);
  return rows.length === 1;
}

async function listFolder({ query, purpose }: PostgresContext, folder: string): Promise<readonly StoreEntry[]> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const { rows } = await query(
    purpose('list', folder),
    ({ objects, logs }) =>
      `SELECT DISTINCT split_part(rest, '/', 1) AS name,
              CASE WHEN position('/' IN rest) > 0 THEN 'folder' ELSE 'object' END AS kind
       FROM (SELECT substr(key, $1) AS rest FROM ${objects} WHERE key LIKE $2
             UNION ALL SELECT substr(key, $1) FROM ${logs} WHERE key LIKE $2) AS found`,
    [prefix.length + 1, `${likeText(prefix)}%`],
  );
  return rows as readonly StoreEntry[];
}

function likeText(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

/*
 * A staged object is a row. Publishing and fencing both delete it, so that whichever commits first is first for both.
 */

async function stageObject(
  context: PostgresContext,
  key: string,
  bytes: Uint8Array,
  token: number,
): Promise<StagedObject> {
  const { query, purpose } = context;
  const attempt = randomUUID();
  await query(
    purpose('write', key),
    ({ staged }) =>
      `INSERT INTO ${staged} (key, token, attempt, data) VALUES ($1, $2, $3, $4)
       ON CONFLICT (key, token) DO UPDATE SET attempt = excluded.attempt, data = excluded.data`,
    [key, token, attempt, bytes],
  );
  const publish: StagedObject['publish'] = async (expectedTag) => {
    const { rows, isRepeated } = await query(
      purpose('write', key),
      ({ objects, staged }) =>
        `WITH own AS (DELETE FROM ${staged} WHERE key = $1 AND token = $2 AND attempt = $3 RETURNING data),
              written AS (${
                expectedTag === undefined
                  ? `INSERT INTO ${objects} (key, data) SELECT $1, data FROM own
                     WHERE $4::text IS NULL ON CONFLICT (key) DO NOTHING`
                  : `UPDATE ${objects} SET data = own.data, updated_at = now() FROM own
                     WHERE ${objects}.key = $1 AND ${objects}.xmin::text = $4`
              } RETURNING 1)
         SELECT (SELECT count(*) FROM own)::int AS own, (SELECT count(*) FROM written)::int AS written`,
      [key, token, attempt, expectedTag ?? null],
    );
    const { own, written } = rows[0] as { readonly own: number; readonly written: number };
    if (written === 1) return 'published';
    if (own === 1) return 'changed';
    return isRepeated && (await holds(context, key, bytes)) ? 'published' : 'fenced';
  };
  const discard = async () => {
    await query(
      purpose('delete', key),
      ({ staged }) => `DELETE FROM ${staged} WHERE key = $1 AND token = $2 AND attempt = $3`,
      [key, token, attempt],
    );
  };
  return { publish, discard };
}

async function holds({ query, purpose }: PostgresContext, key: string, bytes: Uint8Array): Promise<boolean> {
  const { rows } = await query(
    purpose('read', key),
    ({ objects }) => `SELECT 1 FROM ${objects} WHERE key = $1 AND sha256(data) = $2`,
    [key, createHash('sha256').update(bytes).digest()],
  );
  return rows.length === 1;
}

async function logIn({ query, purpose }: PostgresContext, key: string): Promise<string | undefined> {
  const { rows } = await query(purpose('read', key), ({ logs }) => `SELECT log FROM ${logs} WHERE key = $1`, [key]);
  return (rows[0] as { readonly log: string } | undefined)?.log;
}

function segmentsOf({ query, purpose }: PostgresContext, key: string, log: string): SegmentPort {
  return {
    create: async (number, bytes) => {
      // The row of the log is locked first: who closes or deletes it, and who writes, come one after the other.
      const { count } = await query(
        purpose('write', key),
        ({ logs, segments }) =>
          `WITH own AS (SELECT log FROM ${logs} WHERE key = $1 AND log = $2 FOR UPDATE)
           INSERT INTO ${segments} (log, number, data) SELECT log, $3, $4 FROM own ON CONFLICT DO NOTHING`,
        [key, log, number, bytes],
      );
      if (count === 1) return { kind: 'created' };
      const { rows } = await query(
        purpose('read', key),
        ({ logs, segments }) =>
          `SELECT data FROM ${segments} JOIN ${logs} USING (log) WHERE key = $1 AND log = $2 AND number = $3`,
        [key, log, number],
      );
      const other = rows[0] as { readonly data: Buffer } | undefined;
      if (other === undefined) return { kind: 'gone' };
      return other.data.equals(bytes) ? { kind: 'created' } : { kind: 'taken', by: other.data };
    },
    read: async () => {
      const { rows } = await query(
        purpose('read', key),
        ({ logs, segments }) =>
          `SELECT number, data FROM ${logs} LEFT JOIN ${segments} USING (log) WHERE key = $1 AND log = $2 ORDER BY number`,
        [key, log],
      );
      if (rows.length === 0) return undefined;
      const found = rows as readonly { readonly number: number | null; readonly data: Uint8Array }[];
      return found.flatMap(({ number, data }) => (number === null ? [] : [{ number, bytes: data }]));
    },
    locate: (number) => `the row of log ${log} and number ${number} in the table of segments`,
  };
}
