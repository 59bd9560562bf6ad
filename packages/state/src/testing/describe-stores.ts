import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe } from 'vitest';
import { createFileStore } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';
import { createMemoryStore } from './memory-store.ts';
import { type RunningKind, remoteKinds, type StoreKind } from './stores.ts';

/** A store of one test, wherever it is. */
export interface AnyStore {
  /** For other processes. */
  readonly url: string;
  /** Another handle, as another process would have. */
  readonly open: () => Store;
}

export const memoryKind: StoreKind<AnyStore> = {
  name: 'memory',
  whyNot: undefined,
  start: async () => ({
    fresh: () => {
      const store = createMemoryStore();
      return { url: store.url, open: () => store };
    },
    stop: async () => undefined,
  }),
};

export const folderKind: StoreKind<AnyStore> = {
  name: 'a folder',
  whyNot: undefined,
  start: async () => {
    const root = await mkdtemp(join(tmpdir(), 'radiant-state-'));
    const fresh = () => {
      const folder = join(root, randomUUID());
      return { url: pathToFileURL(folder).href, open: () => createFileStore(folder) };
    };
    return { fresh, stop: () => rm(root, { recursive: true, force: true }) };
  },
};

/** Where other processes, too, find the store. */
export const sharedKinds: readonly StoreKind<AnyStore>[] = [folderKind, ...remoteKinds];

export const everyKind: readonly StoreKind<AnyStore>[] = [memoryKind, ...sharedKinds];

type StoreOf<K> = K extends StoreKind<infer S> ? S : never;

/**
 * Runs a suite on each kind of store, whose server is started before it. `fresh` gives a test a store of its own. On a
 * machine that cannot have such a store the suite is skipped, and its title says why.
 */
export function describeOn<K extends StoreKind<unknown>>(
  kinds: readonly K[],
  suite: (fresh: () => StoreOf<K>, kind: K) => void,
): void {
  for (const kind of kinds) {
    const { name, whyNot } = kind;
    describe.skipIf(whyNot !== undefined)(whyNot === undefined ? `on ${name}` : `on ${name} (${whyNot})`, () => {
      let running: RunningKind<unknown> | undefined;
      beforeAll(async () => {
        running = await kind.start();
      }, 300_000);
      afterAll(() => running?.stop());
      suite(() => running!.fresh() as StoreOf<K>, kind);
    });
  }
}
