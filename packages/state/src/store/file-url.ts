import { join, resolve } from 'node:path';
import { OperationError } from '@radiant/model';

/**
 * The folder that a `file://` URL names: `file://~` and `file://~/x` under the home folder, `file://./x` and
 * `file://x` under the current one, `file:///x` itself. A query, which Pulumi allows, has no meaning here.
 */
export function parseFileUrl(url: string, where: { readonly home: string; readonly cwd: string }): string {
  const match = /^file:\/\/([^?#]*)/.exec(url);
  if (match === null || match[1] === '')
    throw new OperationError({
      code: 'STORE_URL_INVALID',
      summary: `"${url}" is no URL of a file backend`,
      remedy: 'Write it as file:///absolute/path, file://./relative/path or file://~.',
    });
  const path = decode(match[1]!);
  if (path === '~') return where.home;
  if (/^~[/\\]/.test(path)) return join(where.home, path.slice(2));
  // file:///C:/state
  if (/^\/[A-Za-z]:/.test(path)) return resolve(path.slice(1));
  return resolve(where.cwd, path);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
