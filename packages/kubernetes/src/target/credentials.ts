import { readFileSync } from 'node:fs';
import { type JsonMap, jsonAt, textAt } from '../json.ts';
import type { ClusterTarget } from './target.ts';

/** What is presented to an API server. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert?: string;
  readonly key?: string;
}

/** Gives the credentials of the moment; they may expire and be fetched anew. */
export type CredentialSource = () => Promise<Credentials>;

/** A projected service account token lives an hour; client-go reads it anew every minute. */
const tokenFileAgeMaxMs = 60_000;

/**
 * The credentials of a kubeconfig's user. Tokens, certificates and passwords are read here. Exec plugins and the older
 * auth providers (OIDC among them) are left to the Kubernetes client library; only its small part for plugins is loaded
 * for a plugin, because the whole takes half a second.
 */
export function credentialSource(target: ClusterTarget, nowMs: () => number): CredentialSource {
  const { user } = target;
  if (jsonAt(user, 'exec') !== undefined) return oneAtATime(() => loadPlugin(target));
  if (jsonAt(user, 'auth-provider') !== undefined) {
    const name = textAt(user, 'auth-provider', 'name');
    const removed = `the auth provider "${name}" is no longer known (kubectl 1.26 removed it too): use the exec plugin of its vendor`;
    if (name !== 'oidc' && jsonAt(user, 'auth-provider', 'config') === undefined)
      return () => Promise.reject(new Error(removed));
    return oneAtATime(() => loadLibrary(target));
  }
  const tokenFile = textAt(user, 'tokenFile');
  const fixed = fixedCredentials(user);
  if (tokenFile === '' || textAt(user, 'token') !== '') return () => Promise.resolve(fixed);
  let read: { readonly token: string; readonly atMs: number } | undefined;
  return async () => {
    if (read === undefined || nowMs() - read.atMs > tokenFileAgeMaxMs)
      read = { token: readFileSync(tokenFile, 'utf8').trim(), atMs: nowMs() };
    return { ...fixed, headers: { ...fixed.headers, authorization: `Bearer ${read.token}` } };
  };
}

function fixedCredentials(user: JsonMap): Credentials {
  const headers: Record<string, string> = { ...impersonation(user) };
  const token = textAt(user, 'token');
  const name = textAt(user, 'username');
  if (token !== '') headers.authorization = `Bearer ${token}`;
  else if (name !== '')
    headers.authorization = `Basic ${Buffer.from(`${name}:${textAt(user, 'password')}`).toString('base64')}`;
  const cert = dataOrFile(user, 'client-certificate');
  const key = dataOrFile(user, 'client-key');
  return cert === undefined || key === undefined ? { headers } : { headers, cert, key };
}

function impersonation(user: JsonMap): Record<string, string> {
  const as = textAt(user, 'as');
  return as === '' ? {} : { 'impersonate-user': as };
}

/** The PEM in `<field>-data`, else in the file that `<field>` names. */
export function dataOrFile(entry: JsonMap, field: string): string | undefined {
  const data = textAt(entry, `${field}-data`);
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const file = textAt(entry, field);
  return file === '' ? undefined : readFileSync(file, 'utf8');
}

function oneAtATime(load: () => Promise<CredentialSource>): CredentialSource {
  let loading: Promise<CredentialSource> | undefined;
  let asking: Promise<Credentials> | undefined;
  return async () => {
    loading ??= load();
    const ask = await loading;
    // A plugin may take a second or ask the user: requests that come meanwhile wait for the same answer.
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** What the library fills in of a request. */
interface AuthorizedOptions {
  headers?: Record<string, string>;
  cert?: unknown;
  key?: unknown;
}

async function loadPlugin(target: ClusterTarget): Promise<CredentialSource> {
  const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
  const plugin = new ExecAuth();
  const user = { name: target.userName, exec: target.user.exec } as Parameters<typeof plugin.applyAuthentication>[0];
  return async () => {
    const options: AuthorizedOptions = {};
    try {
      await plugin.applyAuthentication(user, options as Parameters<typeof plugin.applyAuthentication>[1]);
    } catch (error) {
      throw pluginError(target.user, error);
    }
    return authorized(target, options);
  };
}

/** What the plugin printed may hold a token, so nothing of it is quoted. */
function pluginError(user: JsonMap, error: unknown): Error {
  const plugin = `the exec plugin "${textAt(user, 'exec', 'command')}" of the kubeconfig`;
  const hint = textAt(user, 'exec', 'installHint').trim().split('\n')[0];
  if ((error as NodeJS.ErrnoException).code === 'ENOENT')
    return new Error(`${plugin} is not installed${hint ? `: ${hint}` : ''}`, { cause: error });
  if (error instanceof SyntaxError) return new Error(`${plugin} did not print an ExecCredential`);
  const said = (error as Error).message.trim();
  return new Error(`${plugin} failed${said === '' ? '' : `: ${said}`}`, { cause: error });
}

async function loadLibrary(target: ClusterTarget): Promise<CredentialSource> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const name = target.userName || 'user';
  config.loadFromString(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'target',
      clusters: [{ name: 'target', cluster: target.cluster }],
      users: [{ name, user: target.user }],
      contexts: [{ name: 'target', context: { cluster: 'target', user: name } }],
    }),
  );
  return async () => {
    const options: AuthorizedOptions = {};
    await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
    return authorized(target, options);
  };
}

function authorized(target: ClusterTarget, options: AuthorizedOptions): Credentials {
  const headers: Record<string, string> = { ...impersonation(target.user) };
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (options.cert === undefined || options.key === undefined) return { headers };
  return { headers, cert: String(options.cert), key: String(options.key) };
}
