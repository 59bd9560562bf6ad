import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { OperationError } from '@radiant/model';
import type { PluginName } from './api.ts';

const systems: { readonly [platform: string]: string } = { win32: 'windows' };
const architectures: { readonly [arch: string]: string } = { x64: 'amd64' };

/**
 * Where a server has the archive of a plugin for this machine: `URL/pulumi-KIND-NAME-vVERSION-OS-ARCH.tar.gz`. The URL may
 * hold `${NAME}`, `${VERSION}`, `${OS}` and `${ARCH}` (Pulumi: PluginDownloadURL).
 */
export function archiveUrl(server: string, { kind, name, version }: PluginName): string {
  const os = systems[process.platform] ?? process.platform;
  const arch = architectures[process.arch] ?? process.arch;
  const values: { readonly [name: string]: string } = { NAME: name, VERSION: version, OS: os, ARCH: arch };
  const base = server.replaceAll(/\$\{(NAME|VERSION|OS|ARCH)\}/g, (_, key: string) => values[key]!);
  return `${base.replace(/\/+$/, '')}/pulumi-${kind}-${name}-v${version}-${os}-${arch}.tar.gz`;
}

/** Downloads a file into a folder, and returns its path there. Throws OperationError with what the server says. */
export async function downloadArchive(text: string, folder: string): Promise<string> {
  const { url, headers } = requestFor(text);
  const file = path.join(folder, path.posix.basename(url.pathname) || 'archive.tar.gz');
  try {
    const response = await fetch(url, { headers });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(file));
    return file;
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw new OperationError({
      code: 'PLUGIN_DOWNLOAD_FAILED',
      summary: `${url.origin}${url.pathname} could not be downloaded: ${reason instanceof Error ? reason.message : String(reason)}`,
      remedy: 'Nothing was installed. A file that you have already is installed with --file.',
      cause,
    });
  }
}

/** A password in the URL goes where servers look for it. */
function requestFor(text: string): { readonly url: URL; readonly headers: { readonly [name: string]: string } } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new OperationError({ code: 'PLUGIN_URL_INVALID', summary: `${text} is no URL of http or https` });
  const [user, password] = [decoded(url.username), decoded(url.password)];
  url.username = '';
  url.password = '';
  if (user === '' && password === '') return { url, headers: {} };
  return { url, headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
