import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../kube-object.ts';
import { ChangeLog } from './change-log.ts';
import { ObjectStore, type Persistence } from './object-store.ts';
import { isHeldByAnother, sqlitePersistence } from './sqlite-persistence.ts';

const collection = 'configmaps';

function object(store: ObjectStore, name: string, data: Record<string, string> = {}): KubeObject {
  const metadata = { name, namespace: 'default', resourceVersion: String(store.nextRevision) };
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata, data };
}

const put = (store: ObjectStore, name: string, data?: Record<string, string>) =>
  store.put(collection, `default/${name}`, object(store, name, data));
const remove = (store: ObjectStore, name: string) => store.remove(collection, `default/${name}`, object(store, name));
const names = (objects: readonly KubeObject[] | undefined) => objects?.map(({ metadata }) => metadata.name);

describe('reads', () => {
  test('are in the order of keys, by prefix', () => {
    const store = new ObjectStore();
    for (const key of ['b/2', 'a/1', 'a-b/1', 'b/1', 'a/2']) store.put(collection, key, object(store, key));
    expect(names(store.list(collection))).toEqual(['a-b/1', 'a/1', 'a/2', 'b/1', 'b/2']);
    expect(names(store.list(collection, 'a/'))).toEqual(['a/1', 'a/2']);
    expect(names(store.list('nothing'))).toEqual([]);
  });

  test('can go back in time, as far as changes are remembered', () => {
    const store = new ObjectStore();
    put(store, 'a');
    put(store, 'b');
    const then = store.revision;
    put(store, 'c');
    remove(store, 'a');
    put(store, 'b', { changed: 'yes' });
    expect(names(store.list(collection))).toEqual(['b', 'c']);
    const past = store.listAt(collection, then)!;
    expect(names(past)).toEqual(['a', 'b']);
    expect(past[1]!.data).toEqual({});
  });
});

describe('changes', () => {
  test('have one rising revision for the whole store', () => {
    const store = new ObjectStore();
    put(store, 'a');
    store.put('secrets', 'default/s', object(store, 's'));
    remove(store, 'a');
    expect(store.changesSince(collection, 0)!.map(({ type, revision }) => [type, revision])).toEqual([
      ['ADDED', 1],
      ['DELETED', 3],
    ]);
    expect(store.changesSince(collection, 1)).toHaveLength(1);
  });

  test('reach every listener in the order they were made, even when a listener makes more', () => {
    const store = new ObjectStore();
    const seen: string[] = [];
    store.subscribe(collection, ({ key }) => {
      if (key === 'default/a') put(store, 'b');
    });
    store.subscribe(collection, ({ key }) => seen.push(key));
    put(store, 'a');
    expect(seen).toEqual(['default/a', 'default/b']);
  });

  test('a listener from now first hears of what exists, before anything newer', () => {
    const store = new ObjectStore();
    put(store, 'a');
    put(store, 'b');
    const seen: string[] = [];
    const stop = store.subscribeFromNow(collection, ({ type, key }) => {
      seen.push(`${type} ${key}`);
      if (seen.length === 1) put(store, 'b', { changed: 'yes' });
    });
    expect(seen).toEqual(['ADDED default/a', 'ADDED default/b', 'MODIFIED default/b']);
    stop();
    put(store, 'c');
    expect(seen).toHaveLength(3);
  });

  test('a faulty listener keeps nothing from the others', () => {
    const errors: unknown[] = [];
    const store = new ObjectStore(undefined, (error) => errors.push(error));
    const seen: string[] = [];
    store.subscribe(collection, () => {
      throw new Error('faulty');
    });
    store.subscribe(collection, ({ key }) => seen.push(key));
    put(store, 'a');
    expect(seen).toEqual(['default/a']);
    expect(errors).toHaveLength(1);
  });

  test('that are too old have been forgotten, and the log says so', () => {
    const log = new ChangeLog(0);
    const change = { type: 'ADDED', key: 'k', object: {} as KubeObject, old: undefined } as const;
    for (let revision = 1; revision <= 10_000; revision++) log.append({ ...change, revision });
    expect(log.since(1)).toBeUndefined();
    expect(log.since(9_999)!.map(({ revision }) => revision)).toEqual([10_000]);
    expect(log.since(10_000)).toEqual([]);
  });
});

describe('in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-'));
    file = join(folder, 'objects.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('objects and the revision outlive the store', async () => {
    const first = new ObjectStore(sqlitePersistence(file));
    put(first, 'a', { x: 'ä "quoted" \u0000' });
    put(first, 'b');
    remove(first, 'b');
    await first.flushed();
    first.close();
    const second = new ObjectStore(sqlitePersistence(file));
    expect(names(second.list(collection))).toEqual(['a']);
    expect(second.get(collection, 'default/a')!.data).toEqual({ x: 'ä "quoted" \u0000' });
    expect(second.revision).toBe(3);
    // What happened before is not known any more.
    expect(second.changesSince(collection, 2)).toBeUndefined();
    expect(second.changesSince(collection, 3)).toEqual([]);
    second.close();
  });

  test('closing writes what is still pending', () => {
    const first = new ObjectStore(sqlitePersistence(file));
    put(first, 'a');
    first.close();
    const second = new ObjectStore(sqlitePersistence(file));
    expect(names(second.list(collection))).toEqual(['a']);
    second.close();
  });

  test('one process has it at a time', () => {
    const held = sqlitePersistence(file);
    let failure: unknown;
    try {
      sqlitePersistence(file);
    } catch (error) {
      failure = error;
    }
    expect(isHeldByAnother(failure)).toBe(true);
    held.close();
    sqlitePersistence(file).close();
  });

  test('emptied, it goes on counting', async () => {
    const first = new ObjectStore(sqlitePersistence(file));
    put(first, 'a');
    await first.flushed();
    first.close();
    const database = sqlitePersistence(file);
    database.clear(database.load().revision);
    expect(database.load()).toEqual({ revision: 1, records: [] });
    database.close();
  });
});

test('a write that cannot be made durable is reported, and made up for by the next', async () => {
  let isBroken = true;
  const written: string[] = [];
  const persistence: Persistence = {
    load: () => ({ revision: 0, records: [] }),
    commit: ({ writes }) => {
      if (isBroken) throw new Error('disk full');
      written.push(...[...writes.values()].map(({ key }) => key));
    },
    clear: () => {},
    close: () => {},
  };
  const store = new ObjectStore(persistence);
  put(store, 'a');
  await expect(store.flushed()).rejects.toThrow('disk full');
  isBroken = false;
  put(store, 'b');
  await store.flushed();
  expect(written).toEqual(['default/a', 'default/b']);
});

test('writes of one turn of the event loop are one commit', async () => {
  const batches: number[] = [];
  const persistence: Persistence = {
    load: () => ({ revision: 0, records: [] }),
    commit: ({ writes }) => void batches.push(writes.size),
    clear: () => {},
    close: () => {},
  };
  const store = new ObjectStore(persistence);
  for (let index = 0; index < 100; index++) put(store, `n${index}`);
  put(store, 'n0', { again: 'yes' });
  await store.flushed();
  expect(batches).toEqual([100]);
});
