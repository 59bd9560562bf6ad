import { exitCodes, OperationError } from '@radiant/model';
import { createFileStore } from './file-store.ts';
import type { FileSystem } from './file-system.ts';
import { parseFileUrl } from './file-url.ts';
import { createPostgresStore } from './postgres/postgres-store.ts';
import { createS3Store } from './s3/s3-store.ts';
import type { Store } from './store.ts';
import { displayStoreUrl } from './store-url.ts';

/** What the URLs of folders are relative to. */
export interface StorePlace {
  /** The user's home folder, for `file://~`. */
  readonly home: string;
  readonly cwd: string;
  readonly files?: FileSystem | undefined;
}

/**
 * The store that a URL names: `file://`, `s3://`, `postgres://` or `postgresql://`. Nothing is reached yet. Throws
 * `STORE_URL_INVALID`, `BACKEND_UNSUPPORTED`.
 */
export function openStore(url: string, place: StorePlace): Store {
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'file':
      return createFileStore(parseFileUrl(url, place), place.files);
    case 's3':
      return createS3Store(url);
    case 'postgres':
    case 'postgresql':
      return createPostgresStore(url);
    default:
      throw unsupported(url, scheme);
  }
}

function unsupported(url: string, scheme: string | undefined): OperationError {
  const why =
    scheme === undefined
      ? 'it has no scheme'
      : scheme === 'https' || scheme === 'http'
        ? 'Radiant does not use Pulumi Cloud'
        : `stores of the scheme "${scheme}" are not supported by this version`;
  return new OperationError({
    code: 'BACKEND_UNSUPPORTED',
    summary: `cannot open the backend '${displayStoreUrl(url)}': ${why}`,
    remedy:
      'Choose a folder, a bucket or a database:\n' +
      '    radiant login file:///srv/state\n' +
      '    radiant login s3://bucket?region=eu-central-1\n' +
      '    radiant login postgres://user@host/database\n' +
      'or the default store:\n    radiant login --local',
    exitCode: exitCodes.configuration,
  });
}
