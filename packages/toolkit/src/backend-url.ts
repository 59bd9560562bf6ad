import path from 'node:path';
import { pathToFileURL } from 'node:url';
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
