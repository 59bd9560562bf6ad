import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Home } from './api.ts';

export type Environment = { readonly [name: string]: string | undefined };

/** Where everything that is kept for a user lives: RADIANT_HOME, else PULUMI_HOME, else ~/.radiant. */
export function resolveHome(env: Environment): Home {
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

export function userHome(env: Environment): string {
  return nonEmpty(env.HOME) ?? os.homedir();
}

/** Where plugins are installed: our own home first, then the established engine's. */
export function pluginFolders(env: Environment, home: Home): readonly string[] {
  const homes = [home.root, nonEmpty(env.PULUMI_HOME), path.join(userHome(env), '.pulumi')];
  return [...new Set(homes.flatMap((folder) => (folder === undefined ? [] : [path.resolve(folder, 'plugins')])))];
}

/** As Pulumi reads its switches. */
export function isOn(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

/** Writes a file that only its owner may read, so that a reader sees the old text or the new one, never part of one. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  await viaTemporary(file, text, (temporary) => rename(temporary, file));
}

/** Like writePrivateFile, but only the first of several writers wins. Returns whether it was this one. */
export async function createPrivateFile(file: string, text: string): Promise<boolean> {
  try {
    await viaTemporary(file, text, (temporary) => link(temporary, file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function viaTemporary(file: string, text: string, publish: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await publish(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}
