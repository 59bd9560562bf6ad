import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitCodes, OperationError } from '@radiant/model';
import type { Home } from './api.ts';
import { type Environment, nonEmpty } from './home.ts';

/** The store of those who chose none. */
export function defaultBackendUrl(home: Home): string {
  return pathToFileURL(path.join(home.root, 'state')).href;
}

/** From PULUMI_BACKEND_URL, the project, the login, else the default store. */
export function chooseBackendUrl(
  env: Environment,
  home: Home,
  projectUrl: string | undefined,
  loginUrl: string | undefined,
): string {
  return nonEmpty(env.PULUMI_BACKEND_URL) ?? nonEmpty(projectUrl) ?? nonEmpty(loginUrl) ?? defaultBackendUrl(home);
}

/** Stores other than folders get a clear error before anything is done with their URL. */
export function refuseOtherStores(url: string): void {
  const scheme = /^([a-z0-9+]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'file') return;
  const why =
    scheme === undefined
      ? 'it has no scheme'
      : scheme === 'https' || scheme === 'http'
        ? 'Radiant does not use Pulumi Cloud'
        : `stores of the scheme "${scheme}" are not supported by this version`;
  throw new OperationError({
    code: 'BACKEND_UNSUPPORTED',
    summary: `cannot open the backend '${withoutCredentials(url)}': ${why}`,
    remedy: 'Choose a folder:\n    radiant login file:///srv/state\nor the default store:\n    radiant login --local',
    exitCode: exitCodes.configuration,
  });
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
