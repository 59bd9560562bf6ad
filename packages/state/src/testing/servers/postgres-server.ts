import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from './child-server.ts';

const programs = findPrograms();
const account = findAccount();

/** Why there is no PostgreSQL on this machine; undefined when there can be one. */
export const noPostgres =
  programs === undefined
    ? 'skipped: this machine has no PostgreSQL server (Debian package postgresql)'
    : account === undefined
      ? 'skipped: PostgreSQL does not run as root, and there is no user nobody'
      : undefined;

export interface PostgresServer {
  /** The folder of its socket, which is named as PostgreSQL's clients expect. */
  readonly folder: string;
  /** A URL with tables that nobody else uses. */
  readonly newTables: (parameters?: string) => string;
  readonly stop: () => Promise<void>;
}

/** The only user who needs a password, and one whom the server does not let in. */
export const lockedUser = 'locked';
export const barredUser = 'barred';

/** A PostgreSQL of its own in a temporary folder, on a socket. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'radiant-pg-'));
  const data = join(folder, 'data');
  const owner = account ?? {};
  if ('uid' in owner) chownSync(folder, owner.uid, owner.gid);
  const options = { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C', PGHOST: folder } };
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(programs!, 'initdb'), initdb, { ...options, stdio: 'pipe' });
  // The first line that fits decides.
  const rules = `1i local all ${lockedUser} scram-sha-256\\nlocal all ${barredUser} reject`;
  execFileSync('sed', ['-i', rules, join(data, 'pg_hba.conf')]);
  appendFileSync(
    join(data, 'postgresql.conf'),
    `listen_addresses = ''\nfsync = off\nmax_connections = 500\nunix_socket_directories = '${folder}'\n`,
  );
  const server = await startServer(join(programs!, 'postgres'), ['-D', data], options, (output) =>
    output.includes('ready to accept connections'),
  );
  return {
    folder,
    newTables: (parameters = '') =>
      `postgres://postgres@/postgres?host=${folder}&table=t${randomUUID().replaceAll('-', '')}${parameters}`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps them off the PATH. */
function findPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(root, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Nobody in particular when not root: the server then runs as whoever runs the tests. */
function findAccount(): { readonly uid: number; readonly gid: number } | Record<string, never> | undefined {
  if (process.getuid?.() !== 0) return {};
  const found = spawnSync('getent', ['passwd', 'nobody'], { encoding: 'utf8' }).stdout?.split(':');
  return found === undefined || found.length < 4 ? undefined : { uid: Number(found[2]), gid: Number(found[3]) };
}
