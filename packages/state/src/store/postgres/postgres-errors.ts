import { exitCodes, OperationError } from '@radiant/model';
import type { PostgresLocation } from './postgres-url.ts';

/** What a statement does, for people. */
export interface Purpose {
  readonly verb: 'read' | 'list' | 'write' | 'delete' | 'open';
  /** As the user can find it. */
  readonly where: string;
}

/** SQLSTATEs after which the same statement may succeed: the server shuts down, starts, is full, or chose a victim. */
const passingStates = new Set(['57P01', '57P02', '57P03', '53300', '40001', '40P01', '55P03']);
const passingCodes = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOENT']);
const passingTexts =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error and is not queryable|server closed the connection|connection ended/i;

export function stateOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Whether trying again may help. The statement may have taken effect all the same. */
export function isPassing(error: unknown): boolean {
  const state = stateOf(error);
  if (passingStates.has(state) || passingCodes.has(state) || /^08[A-Z0-9]{3}$/.test(state)) return true;
  if (error instanceof AggregateError) return error.errors.every(isPassing);
  return error instanceof Error && passingTexts.test(error.message);
}

interface Explanation {
  readonly why: string;
  readonly remedy: string;
  readonly exitCode?: number;
}

/** In words: what could not be done, why, and what mends it. */
export function explainPostgres(error: unknown, location: PostgresLocation, purpose: Purpose): unknown {
  if (!(error instanceof Error) || error instanceof OperationError) return error;
  const { why, remedy, exitCode } = explanationOf(error, location);
  const isWrite = purpose.verb === 'write' || purpose.verb === 'delete';
  return new OperationError({
    code: isWrite ? 'STATE_UNWRITABLE' : 'STATE_UNREADABLE',
    summary: `cannot ${purpose.verb} ${purpose.where}: ${why}`,
    remedy,
    cause: error,
    ...(exitCode === undefined ? {} : { exitCode }),
  });
}

function explanationOf(error: Error, location: PostgresLocation): Explanation {
  const { schema, server } = location;
  const message = oneLine(error.message);
  const user = server.user ?? process.env.PGUSER ?? 'USER';
  const passwordRemedy =
    'Put the password of the user into PGPASSWORD or ~/.pgpass, or into the URL (where it is kept on this machine, and never shown).';
  if (/password must be a (non-empty )?string|no password supplied/i.test(message))
    return {
      why: 'the database asks for a password, and none is known',
      remedy: passwordRemedy,
      exitCode: exitCodes.authentication,
    };
  if (/pg_hba\.conf/.test(message))
    return {
      why: `the server does not let this user in from here: ${message}`,
      remedy: /no encryption/.test(message)
        ? 'It may want TLS: put sslmode=require into the URL. Else an administrator has to let the user in (pg_hba.conf).'
        : 'An administrator has to let the user in (pg_hba.conf).',
      exitCode: exitCodes.authentication,
    };
  switch (stateOf(error)) {
    case '28P01':
    case '28000':
      return {
        why: `the database does not accept the user: ${message}`,
        remedy: passwordRemedy,
        exitCode: exitCodes.authentication,
      };
    case '3D000':
      return { why: `the database is not there: ${message}`, remedy: 'Make it with `createdb`, or correct the URL.' };
    case '42501':
      return {
        why: message,
        remedy:
          'The user must own the tables, or be able to make them. Let an owner of the database run:\n' +
          `    CREATE SCHEMA IF NOT EXISTS ${schema ?? 'radiant'} AUTHORIZATION ${user};\n` +
          (schema === undefined
            ? `and name that schema in the URL: ?table=radiant.${location.table}`
            : 'and give the user the tables there are (ALTER TABLE … OWNER TO).'),
      };
    case '25006':
      return {
        why: 'this server is a replica, or the user may only read',
        remedy: 'Name the primary server in the URL.',
      };
    case '53100':
      return { why: 'no space is left on the disk of the database', remedy: 'Make room there, then try again.' };
    case 'ENOTFOUND':
      return {
        why: `the server ${server.host ?? ''} is not known (${message})`,
        remedy: 'Correct the host in the URL.',
      };
  }
  if (/does not support SSL/i.test(message))
    return {
      why: 'the server speaks no TLS, which sslmode asks for',
      remedy: 'Take sslmode out of the URL, or let the server have TLS.',
    };
  if (/certificate|self.signed/i.test(message))
    return {
      why: `the certificate of the server is not trusted (${message})`,
      remedy: 'Name the certificate of its authority in the URL: ?sslmode=verify-full&sslrootcert=/path/ca.pem',
    };
  if (isPassing(error))
    return {
      why: `the database cannot be reached (${message === '' ? stateOf(error) : message})`,
      remedy: `It was tried several times. Check that it runs, and the URL ${location.url}.`,
    };
  return { why: message, remedy: 'See what the database says about it in its log.' };
}

function oneLine(text: string): string {
  return text.split('\n')[0]!.trim();
}
