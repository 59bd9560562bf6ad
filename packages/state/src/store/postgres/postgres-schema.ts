import { OperationError } from '@radiant/model';
import type { PoolClient } from 'pg';
import { stateOf } from './postgres-errors.ts';
import type { PostgresLocation } from './postgres-url.ts';

/** Names of tables, qualified and quoted: what a pooler's session has as its search path does not matter. */
export interface Tables {
  /** Pulumi's own: key, data, updated_at. */
  readonly objects: string;
  readonly staged: string;
  readonly logs: string;
  readonly segments: string;
  readonly version: string;
}

/** What leads from each version of the tables to the next; the last is the one this Radiant knows. */
const migrations: readonly ((tables: Tables, table: string) => readonly string[])[] = [
  ({ objects, staged, logs, segments }, table) => [
    `CREATE TABLE IF NOT EXISTS ${objects} (
       key text PRIMARY KEY, data bytea NOT NULL, updated_at timestamptz NOT NULL DEFAULT now())`,
    `CREATE INDEX IF NOT EXISTS "${table}_key_prefix_idx" ON ${objects} (key text_pattern_ops)`,
    `CREATE TABLE ${staged} (
       key text, token bigint, attempt uuid NOT NULL, data bytea NOT NULL, PRIMARY KEY (key, token))`,
    `CREATE TABLE ${logs} (
       key text PRIMARY KEY, log uuid NOT NULL UNIQUE)`,
    `CREATE TABLE ${segments} (
       log uuid REFERENCES ${logs} (log) ON DELETE CASCADE, number integer, data bytea NOT NULL, PRIMARY KEY (log, number))`,
  ],
];

/**
 * Finds the tables, or makes them and brings them up to date. Safe when many processes start at once. Throws
 * `STORE_SCHEMA_UNKNOWN` for tables of a newer Radiant, `STORE_UNSAFE` for a database that loses commits.
 */
export async function prepareSchema(client: PoolClient, location: PostgresLocation): Promise<Tables> {
  const { rows } = await client.query(
    "SELECT coalesce($1, current_schema()::text) AS schema, current_setting('synchronous_commit') AS commits",
    [location.schema ?? null],
  );
  const { schema, commits } = rows[0] as { readonly schema: string | null; readonly commits: string };
  if (commits === 'off') throw losesCommits(location);
  if (schema === null) throw noSchema(location);
  const tables = tablesIn(schema, location.table);
  const version = await readVersion(client, tables);
  if (version !== migrations.length) await migrate(client, tables, schema, location);
  return tables;
}

function tablesIn(schema: string, table: string): Tables {
  const name = (suffix: string) => `"${schema.replaceAll('"', '""')}"."${table}${suffix}"`;
  return {
    objects: name(''),
    staged: name('_staged'),
    logs: name('_logs'),
    segments: name('_segments'),
    version: name('_version'),
  };
}

/** 0 when there are no tables yet. */
async function readVersion(client: PoolClient, { version }: Tables): Promise<number> {
  try {
    const { rows } = await client.query(`SELECT version FROM ${version}`);
    return Number((rows[0] as { readonly version: number } | undefined)?.version ?? 0);
  } catch (error) {
    // No such table, no such schema.
    if (stateOf(error) === '42P01' || stateOf(error) === '3F000') return 0;
    throw error;
  }
}

async function migrate(client: PoolClient, tables: Tables, schema: string, location: PostgresLocation): Promise<void> {
  await client.query('BEGIN');
  // Until the end of the transaction, so that a pooler has nothing to keep.
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`radiant ${tables.version}`]);
  const { rows } = await client.query('SELECT to_regnamespace($1) IS NULL AS "isMissing"', [`"${schema}"`]);
  // Not IF NOT EXISTS alone: that asks for the right to make schemas even where there is nothing to make.
  if ((rows[0] as { readonly isMissing: boolean }).isMissing) await client.query(`CREATE SCHEMA "${schema}"`);
  await client.query(`CREATE TABLE IF NOT EXISTS ${tables.version} (version integer NOT NULL)`);
  const version = await readVersion(client, tables);
  if (version > migrations.length) throw newerSchema(location, version);
  for (const migration of migrations.slice(version))
    for (const statement of migration(tables, location.table)) await client.query(statement);
  await client.query(`DELETE FROM ${tables.version}`);
  await client.query(`INSERT INTO ${tables.version} VALUES ($1)`, [migrations.length]);
  await client.query('COMMIT');
}

function newerSchema({ url, table }: PostgresLocation, version: number): OperationError {
  return new OperationError({
    code: 'STORE_SCHEMA_UNKNOWN',
    summary: `the tables ${table}* in ${url} are of version ${version}; this Radiant knows ${migrations.length}`,
    detail: 'A newer Radiant has brought them up to date. Nothing was changed.',
    remedy: 'Use that Radiant here too.',
  });
}

function losesCommits({ url, server }: PostgresLocation): OperationError {
  return new OperationError({
    code: 'STORE_UNSAFE',
    summary: `the database ${url} cannot hold states: synchronous_commit is off, so that it may forget what it has confirmed`,
    remedy: `Turn it on for this user:\n    ALTER ROLE ${server.user ?? 'USER'} SET synchronous_commit = on;`,
  });
}

function noSchema({ url, table }: PostgresLocation): OperationError {
  return new OperationError({
    code: 'STORE_URL_INVALID',
    summary: `the database ${url} has no schema for the tables`,
    remedy: `Name one in the URL: ?table=radiant.${table}`,
  });
}
