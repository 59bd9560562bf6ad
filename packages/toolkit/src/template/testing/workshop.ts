import { mkdir, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Template, TemplateKind, TemplateRequest, TemplateStore } from '../template-api.ts';
import { createTemplateStore } from '../template-store.ts';

export type Files = { readonly [file: string]: string | Buffer };

/** A Pulumi.yaml that leaves everything open. */
export const manifest = 'name: ${PROJECT}\ndescription: ${DESCRIPTION}\nruntime: nodejs\n';

/** A folder with templates, and `made`, which projects are made in. */
export interface Workshop {
  readonly dir: string;
  readonly env: { [name: string]: string | undefined };
  readonly store: TemplateStore;
  /** Writes files below a folder. Returns its path. */
  write(below: string, files: Files): Promise<string>;
  find(place: string | undefined, kind?: TemplateKind, isOffline?: boolean): Promise<readonly Template[]>;
  /** Makes the project `shop` of the first template of a place. */
  make(place: string, more?: Partial<TemplateRequest>): Promise<void>;
  /** The text of a file of the project. */
  made(file: string): Promise<string>;
}

/** In its store there is a project `taken`. */
export async function createWorkshop(): Promise<Workshop> {
  const dir = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-templates-')));
  const env: Workshop['env'] = { PATH: process.env.PATH, HOME: dir };
  const store = createTemplateStore({
    cwd: path.join(dir, 'made'),
    env,
    mayAsk: false,
    notice: () => undefined,
    hasStacksOf: async (name) => name === 'taken',
  });
  return {
    dir,
    env,
    store,
    async write(below, files) {
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(dir, below, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, content);
      }
      return path.join(dir, below);
    },
    find: async (place, kind = 'project', isOffline = false) =>
      (await store.find(kind, place, { from: dir, isOffline })).templates,
    async make(place, more = {}) {
      const { templates, release } = await store.find('project', place, { from: dir, isOffline: false });
      const request = { name: 'shop', description: 'A shop', runtimeOptions: {}, overwrites: false, ...more };
      try {
        await store.make(templates[0]!, request);
      } finally {
        await release();
      }
    },
    made: (file) => readFile(path.join(dir, 'made', file), 'utf8'),
  };
}
