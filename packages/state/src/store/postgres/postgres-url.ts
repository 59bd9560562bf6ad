import { exitCodes, OperationError } from '@radiant/model';
import { displayStoreUrl } from '../store-url.ts';

/** What a `postgres://` URL says. What it does not say comes from the PG* variables, as libpq has it. */
export interface PostgresLocation {
  /** As the user names it, without the password. */
  readonly url: string;
  readonly server: PostgresServer;
  readonly tls: TlsMode;
  /** Files in PEM: what a certificate is checked against, and what this side shows. */
  readonly tlsFiles: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Of the schema that the tables are in; the connection's default when absent. */
  readonly schema?: string;
  /** Name of the table of objects, and beginning of the others' names. */
  readonly table: string;
}

/** In the names of the pg library. */
export interface PostgresServer {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly application_name?: string;
  readonly options?: string;
}

/** As libpq's `sslmode`. */
export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

const tlsModes: { readonly [mode: string]: TlsMode } = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
  'no-verify': 'require',
};

/** As Pulumi's. */
const defaultTable = 'pulumi_state';

/** Others are for the connections of other libraries, or have no meaning here. */
const known = new Set([
  ...['table', 'search_path', 'host', 'port', 'user', 'password', 'dbname', 'application_name', 'options'],
  ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'connect_timeout', 'target_session_attrs', 'client_encoding'],
]);

/** Reads `postgres://USER@HOST:PORT/DATABASE?table=NAME&sslmode=MODE`. Throws `STORE_URL_INVALID`. */
export function parsePostgresUrl(url: string): PostgresLocation {
  const parts = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^@/?#]*)(?:\/([^?#@]*))?(?:\?([^#]*))?$/i.exec(url);
  if (parts === null)
    throw invalidUrl(
      url,
      'it should be postgres://USER@HOST:PORT/DATABASE, with / and @ in a password written as %2F and %40',
    );
  const [, account = '', address = '', database, query = ''] = parts;
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw invalidUrl(url, `it has the unknown parameter "${unknown}"`);
  const parameter = (name: string) => parameters.get(name) ?? undefined;
  const [user, password] = splitAtColon(account);
  const [host, port] = splitAddress(url, address);
  const server = {
    host: parameter('host') ?? decode(host),
    port: asPort(url, parameter('port') ?? port),
    user: parameter('user') ?? decode(user),
    password: parameter('password') ?? decode(password),
    database: parameter('dbname') ?? decode(database),
    application_name: parameter('application_name'),
    options: parameter('options'),
  };
  const files = { ca: parameter('sslrootcert'), cert: parameter('sslcert'), key: parameter('sslkey') };
  return {
    url: displayStoreUrl(url),
    server: withoutAbsent(server),
    tls: readTlsMode(url, parameter('sslmode') ?? process.env.PGSSLMODE ?? 'prefer'),
    tlsFiles: withoutAbsent(files),
    ...readTable(url, parameter('table') ?? defaultTable, parameter('search_path')),
  };
}

function readTable(
  url: string,
  name: string,
  searchPath: string | undefined,
): { readonly schema?: string; readonly table: string } {
  const names = /^(?:([A-Za-z_][A-Za-z0-9_$]{0,62})\.)?([A-Za-z_][A-Za-z0-9_$]{0,49})$/.exec(name);
  if (names === null)
    throw invalidUrl(url, `its table "${name}" should be NAME or SCHEMA.NAME, of letters, digits and underscores`);
  const schema = names[1] ?? searchPath?.split(',')[0]?.trim();
  // Unquoted names are lower-case in PostgreSQL, and Pulumi does not quote them.
  return { table: names[2]!.toLowerCase(), ...(schema === undefined ? {} : { schema: schema.toLowerCase() }) };
}

function readTlsMode(url: string, mode: string): TlsMode {
  const tls = tlsModes[mode];
  if (tls === undefined) throw invalidUrl(url, `its sslmode "${mode}" is not known`);
  return tls;
}

function splitAtColon(text: string): readonly [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** `[::1]:5432` too. */
function splitAddress(url: string, address: string): readonly [string, string | undefined] {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(address);
  if (match === null) throw invalidUrl(url, `its host and port "${address}" should be HOST:NUMBER`);
  return [match[1] ?? match[2] ?? '', match[3]];
}

function asPort(url: string, port: string | undefined): number | undefined {
  if (port === undefined || port === '') return undefined;
  if (/^\d{1,5}$/.test(port)) return Number(port);
  throw invalidUrl(url, `its port "${port}" is no number`);
}

function decode(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutAbsent<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
}

function invalidUrl(url: string, problem: string): OperationError {
  return new OperationError({
    code: 'STORE_URL_INVALID',
    summary: `"${displayStoreUrl(url)}" is no URL of a PostgreSQL backend: ${problem}`,
    remedy: 'Write it as postgres://USER@HOST/DATABASE, and put the password into PGPASSWORD or ~/.pgpass.',
    exitCode: exitCodes.configuration,
  });
}
