import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { OperationError } from '@radiant/model';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { explainPostgres, isPassing, type Purpose } from './postgres-errors.ts';
import { prepareSchema, type Tables } from './postgres-schema.ts';
import type { PostgresLocation } from './postgres-url.ts';

/** What tests change of how a database is reached. */
export interface PostgresSettings {
  readonly retryDelaysMs?: readonly number[];
}

/**
 * A database whose tables are there. Each statement is a transaction of its own, and depends on no session: connections
 * may come from a pooler that gives each transaction another.
 */
export interface Database {
  readonly query: (
    purpose: Purpose,
    statement: (tables: Tables) => string,
    values?: readonly unknown[],
  ) => Promise<QueryResult>;
}

export interface QueryResult {
  // biome-ignore lint/suspicious/noExplicitAny: what a statement selects is known where it stands.
  readonly rows: readonly any[];
  /** How many rows the statement changed or selected. */
  readonly count: number;
  /** An earlier attempt at it may have taken effect: its answer was lost. */
  readonly isRepeated: boolean;
}

interface Connected {
  readonly pool: Pool;
  readonly tables: Tables;
}

const connectionsMax = 4;
const connectTimeoutMs = 10_000;
const queryTimeoutMs = 60_000;
const defaultRetryDelaysMs = [50, 250, 1000];

export function openDatabase(location: PostgresLocation, settings: PostgresSettings): Database {
  const delaysMs = settings.retryDelaysMs ?? defaultRetryDelaysMs;
  let connecting: Promise<Connected> | undefined;
  const connected = () => {
    connecting ??= trying(delaysMs, () => connect(location)).catch((error: unknown) => {
      connecting = undefined;
      throw explainPostgres(error, location, { verb: 'open', where: location.url });
    });
    return connecting;
  };
  return {
    query: async (purpose, statement, values = []) => {
      const { pool, tables } = await connected();
      const text = statement(tables);
      try {
        return await trying(delaysMs, async (attempt) => {
          const { rows, rowCount } = await pool.query(text, [...values]);
          return { rows, count: rowCount ?? 0, isRepeated: attempt > 1 };
        });
      } catch (error) {
        throw explainPostgres(error, location, purpose);
      }
    },
  };
}

async function trying<T>(delaysMs: readonly number[], work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const delayMs = delaysMs[attempt - 1];
      if (delayMs === undefined || !isPassing(error)) throw error;
      await sleep(delayMs * (0.5 + Math.random()));
    }
  }
}

async function connect(location: PostgresLocation): Promise<Connected> {
  const { Pool, pgpass } = await import('./postgres-driver.ts');
  const config: PoolConfig = {
    application_name: 'radiant',
    ...location.server,
    // pg's own look into ~/.pgpass is on its way out.
    password: location.server.password ?? process.env.PGPASSWORD ?? (() => passwordFromFile(pgpass)),
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    // A process that has nothing else to do may end.
    allowExitOnIdle: true,
  };
  function passwordFromFile(look: typeof pgpass): Promise<string> {
    const { host = process.env.PGHOST ?? 'localhost', port, user, database } = location.server;
    const connection = {
      host,
      port: port ?? Number(process.env.PGPORT ?? 5432),
      ...((user ?? process.env.PGUSER) ? { user: user ?? process.env.PGUSER! } : {}),
      ...((database ?? process.env.PGDATABASE) ? { database: database ?? process.env.PGDATABASE! } : {}),
    };
    return new Promise((resolve) => {
      look(connection, (password) => resolve(password ?? ''));
    });
  }
  const tls = await tlsOptions(location);
  const open = async (ssl: ConnectionOptions | false): Promise<Connected> => {
    const pool = new Pool({ ...config, ssl });
    // A query that a broken connection ends says so itself; an idle one is replaced by the next query.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    try {
      return { pool, tables: await withClient(pool, (client) => prepareSchema(client, location)) };
    } catch (error) {
      await pool.end();
      throw error;
    }
  };
  try {
    return await open(tls);
  } catch (error) {
    const isPlain = error instanceof Error && /does not support SSL/i.test(error.message);
    if (!isPlain || location.tls !== 'prefer') throw error;
    return await open(false);
  }
}

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection that failed is closed, and the transaction it may be in with it.
    client.release(failure);
  }
}

/** As libpq: without a certificate of an authority, `require` trusts whom it meets. */
async function tlsOptions({ tls, tlsFiles }: PostgresLocation): Promise<ConnectionOptions | false> {
  if (tls === 'disable') return false;
  const read = async (path: string | undefined) => (path === undefined ? undefined : await readPem(path));
  const [ca, cert, key] = await Promise.all([read(tlsFiles.ca), read(tlsFiles.cert), read(tlsFiles.key)]);
  return {
    rejectUnauthorized: tls === 'verify-ca' || tls === 'verify-full' || (tls === 'require' && ca !== undefined),
    ...(tls === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new OperationError({
      code: 'STORE_URL_INVALID',
      summary: `the certificate or key ${path}, which the URL of the database names, cannot be read`,
      remedy: 'Correct sslrootcert, sslcert or sslkey in the URL.',
      cause: error,
    });
  }
}
