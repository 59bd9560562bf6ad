import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];

/** The executable of that name in a folder; its ending is the operating system's. */
export function executableIn(folder: string, name: string): string | undefined {
  return endings.map((ending) => join(folder, name + ending)).find((file) => isExecutable(file));
}

/** What the shell would start for a name; its path. */
export function executableOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of searchPath(env).split(delimiter)) {
    const found = folder === '' ? undefined : executableIn(resolve(folder), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** An environment with a folder that is looked through before all others. */
export function withPathFirst(folder: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = searchPath(env);
  return { ...env, [pathVariable(env)]: path === '' ? folder : `${folder}${delimiter}${path}` };
}

function searchPath(env: NodeJS.ProcessEnv): string {
  return env[pathVariable(env)] ?? '';
}

/** Windows calls it `Path`, and so do copies of its environment. */
function pathVariable(env: NodeJS.ProcessEnv): string {
  if (process.platform !== 'win32') return 'PATH';
  return Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
}
