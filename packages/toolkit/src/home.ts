import { mkdir, open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Home } from './api.ts';

type Env = { readonly [name: string]: string | undefined };

/** Where everything that is kept for a user lives: RADIANT_HOME, else PULUMI_HOME, else ~/.radiant. */
export function resolveHome(env: Env): Home {
  const root = path.resolve(
    nonEmpty(env.RADIANT_HOME) ?? nonEmpty(env.PULUMI_HOME) ?? path.join(userHome(env), '.radiant'),
  );
  return {
    root,
    credentialsPath: path.join(nonEmpty(env.PULUMI_CREDENTIALS_PATH) ?? root, 'credentials.json'),
    cacheDir: path.join(root, 'cache'),
    clusterDir: path.join(root, 'cluster'),
  };
}

export function userHome(env: Env): string {
  return nonEmpty(env.HOME) ?? os.homedir();
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

/** Writes a file that only its owner may read, so that a reader sees the old text or the new one, never part of one. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const { rename, unlink } = await import('node:fs/promises');
  const temporary = `${file}.${process.pid}.${Date.now()}`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary);
    throw error;
  }
}
