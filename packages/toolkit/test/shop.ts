import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Backend, openBackendAt } from '@radiant/state';
import { onTestFinished } from 'vitest';
import type { Workspace } from '../src/api.ts';
import { openWorkspace } from '../src/workspace.ts';

export interface Shop {
  readonly dir: string;
  /** The folder of the project `shop`. */
  readonly project: string;
  /** A workspace there, on the store `dir/store`, with nobody to ask. */
  open(env?: { readonly [name: string]: string }, configFile?: string): Workspace;
  /** The same store without the library. */
  backend(): Backend;
  /** The path of a stack's file. */
  fileOf(stack: string): string;
  /** What a stack's file has, the salt aside. */
  textOf(stack: string): Promise<string>;
}

/** A project `shop` with a store of its own, for the running test. */
export async function makeShop(): Promise<Shop> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'radiant-shop-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const [project, store] = [path.join(dir, 'project'), path.join(dir, 'store')];
  await mkdir(project);
  await mkdir(store);
  await writeFile(path.join(project, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
  const nobody = () => Promise.reject(new Error('nobody is there'));
  const fileOf = (stack: string) => path.join(project, `Pulumi.${stack}.yaml`);
  return {
    dir,
    project,
    fileOf,
    textOf: async (stack) => (await readFile(fileOf(stack), 'utf8')).replace(/^encryptionsalt: .*\n/, ''),
    backend: () => openBackendAt(`file://${store}`, { home: dir, cwd: dir, toolVersion: 'v1', rescueFolders: [] }),
    open: (env = {}, configFile) =>
      openWorkspace({
        cwd: project,
        env: {
          HOME: dir,
          RADIANT_HOME: path.join(dir, 'home'),
          PULUMI_BACKEND_URL: `file://${store}`,
          PULUMI_CONFIG_PASSPHRASE: 'correct horse',
          ...env,
        },
        interaction: {
          isInteractive: false,
          notice: () => undefined,
          warn: () => undefined,
          askSecret: nobody,
          ask: nobody,
        },
        relaunch: { command: 'false', args: [] },
        configFile,
      }),
  };
}
