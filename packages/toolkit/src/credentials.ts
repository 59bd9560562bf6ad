import { displayStoreUrl } from '@radiant/state';
import { writePrivateFile } from './home.ts';
import { readJsonFile } from './json-file.ts';

/** `credentials.json`, in the shape Pulumi keeps it. Fields we do not use are kept as they are. */
export interface Credentials {
  readonly current?: string;
  readonly accounts?: { readonly [url: string]: object };
  readonly accessTokens?: { readonly [url: string]: string };
  readonly [field: string]: unknown;
}

export async function readCredentials(file: string): Promise<Credentials> {
  return ((await readJsonFile(file, 'The login')) ?? {}) as Credentials;
}

export async function rememberLogin(file: string, url: string): Promise<void> {
  const credentials = await readCredentials(file);
  const accounts = { ...credentials.accounts, [url]: credentials.accounts?.[url] ?? {} };
  await write(file, { ...credentials, current: url, accounts });
}

/**
 * Forgets one login, or all of them. A URL may be given as it is shown, without its password. Returns the one that was
 * current, as it may be shown.
 */
export async function forgetLogin(file: string, which: string | 'all' | undefined): Promise<string | undefined> {
  const credentials = await readCredentials(file);
  if (which === 'all') {
    await write(file, {});
    return credentials.current === undefined ? undefined : displayStoreUrl(credentials.current);
  }
  const isMeant = (known: string) => known === which || displayStoreUrl(known) === which;
  const named = which === undefined ? undefined : (Object.keys(credentials.accounts ?? {}).find(isMeant) ?? which);
  const url = named ?? credentials.current;
  if (url === undefined) return undefined;
  const { [url]: _account, ...accounts } = credentials.accounts ?? {};
  const { [url]: _token, ...accessTokens } = credentials.accessTokens ?? {};
  const current = credentials.current === url ? undefined : credentials.current;
  await write(file, { ...credentials, current, accounts, accessTokens });
  return displayStoreUrl(url);
}

function write(file: string, credentials: Credentials): Promise<void> {
  return writePrivateFile(file, `${JSON.stringify(credentials, null, 4)}\n`);
}
