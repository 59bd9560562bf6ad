import type { KubeObject } from '../kube-object.ts';
import { ChangeLog, type StoredChange } from './change-log.ts';
import { SortedObjects } from './sorted-objects.ts';

/** Where written objects go to outlive the process. */
export interface Persistence {
  load(): { revision: number; records: readonly StoredRecord[] };
  /** Durable against the death of the process when it returns; all or nothing. Throws when it cannot write. */
  commit(batch: PendingBatch): void;
  /** Removes every object; the revision goes on. */
  clear(revision: number): void;
  close(): void;
}

export interface StoredRecord {
  readonly collection: string;
  readonly key: string;
  readonly object: KubeObject;
}

export interface PendingBatch {
  readonly revision: number;
  /** By collection and key; `undefined` is a removal. Only the last write of each object. */
  readonly writes: ReadonlyMap<string, { collection: string; key: string; object: KubeObject | undefined }>;
}

export type StoreListener = (change: StoredChange) => void;

/**
 * Every object of the cluster, by collection (`apps/deployments`) and key (`namespace/name`, or `name`). Reads come from memory; a write
 * is visible at once and durable when `flushed()` resolves. Each write has a revision, one counter for the whole store. Stored objects
 * must not be changed.
 */
export class ObjectStore {
  #revision: number;
  readonly #collections = new Map<string, SortedObjects>();
  readonly #logs = new Map<string, ChangeLog>();
  readonly #listeners = new Map<string, Set<StoreListener>>();
  readonly #undelivered: { change: StoredChange; to: () => Iterable<StoreListener> }[] = [];
  readonly #persistence: Persistence | undefined;
  readonly #onListenerError: (error: unknown) => void;
  #pending = new Map<string, { collection: string; key: string; object: KubeObject | undefined }>();
  #flushing: PromiseWithResolvers<void> | undefined;
  #isDelivering = false;
  /** Watches from before this revision cannot be served: the log does not outlive the process. */
  readonly #oldestRevision: number;

  constructor(persistence?: Persistence, onListenerError: (error: unknown) => void = warn) {
    this.#persistence = persistence;
    this.#onListenerError = onListenerError;
    const loaded = persistence?.load();
    this.#revision = loaded?.revision ?? 0;
    this.#oldestRevision = this.#revision;
    for (const { collection, key, object } of loaded?.records ?? []) this.#collection(collection).set(key, object);
  }

  /** Of the latest write. */
  get revision(): number {
    return this.#revision;
  }

  /** What the next write's revision will be; for objects that carry their own. */
  get nextRevision(): number {
    return this.#revision + 1;
  }

  get(collection: string, key: string): KubeObject | undefined {
    return this.#collections.get(collection)?.get(key);
  }

  /** In the order of their keys; with `prefix`, those whose key starts with it. */
  list(collection: string, prefix = ''): readonly KubeObject[] {
    return this.#collections.get(collection)?.list(prefix) ?? [];
  }

  /** The collection as it was at an earlier revision, keys included; undefined when that is too long ago. */
  listAt(collection: string, revision: number, prefix = ''): readonly KubeObject[] | undefined {
    if (revision === this.#revision) return this.list(collection, prefix);
    const changes = this.changesSince(collection, revision);
    if (changes === undefined) return undefined;
    if (changes.length === 0) return this.list(collection, prefix);
    const past = new SortedObjects();
    for (const [key, object] of this.#collections.get(collection)?.entries(prefix) ?? []) past.set(key, object);
    for (const { key, old } of changes.toReversed()) {
      if (!key.startsWith(prefix)) continue;
      if (old === undefined) past.delete(key);
      else past.set(key, old);
    }
    return past.list('');
  }

  /** Stores `object`, whose resourceVersion must be `nextRevision`. */
  put(collection: string, key: string, object: KubeObject): void {
    const objects = this.#collection(collection);
    const old = objects.get(key);
    objects.set(key, object);
    this.#record(
      collection,
      { type: old === undefined ? 'ADDED' : 'MODIFIED', key, object, old, revision: this.nextRevision },
      object,
    );
  }

  /** Removes an object; `last` is what watchers see of it, and carries the revision of the removal. */
  remove(collection: string, key: string, last: KubeObject): void {
    const objects = this.#collection(collection);
    const old = objects.get(key);
    if (old === undefined) return;
    objects.delete(key);
    this.#record(collection, { type: 'DELETED', key, object: last, old, revision: this.nextRevision }, undefined);
  }

  /** Undefined when changes since then may have been forgotten. */
  changesSince(collection: string, revision: number): readonly StoredChange[] | undefined {
    if (revision < this.#oldestRevision) return undefined;
    const log = this.#logs.get(collection);
    return log === undefined ? [] : log.since(revision);
  }

  /** Calls back for every later change of the collection, in order, after the write that made it. Returns stop. */
  subscribe(collection: string, listener: StoreListener): () => void {
    const listeners = this.#listeners.get(collection) ?? new Set();
    this.#listeners.set(collection, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** As `subscribe`, and first for everything that exists, as ADDED. */
  subscribeFromNow(collection: string, listener: StoreListener): () => void {
    let isActive = true;
    const known = (this.#collections.get(collection)?.entries('') ?? []).map(([key, object]) => ({ key, object }));
    const stop = this.subscribe(collection, listener);
    const to = () => (isActive ? [listener] : []);
    for (const { key, object } of known) {
      this.#undelivered.push({ change: { type: 'ADDED', key, object, old: undefined, revision: this.#revision }, to });
    }
    this.#deliver();
    return () => {
      isActive = false;
      stop();
    };
  }

  /** Resolves when every write so far survives the process. Rejects when it could not be written; it stays pending. */
  flushed(): Promise<void> {
    if (this.#flushing === undefined && this.#pending.size === 0) return Promise.resolve();
    return this.#scheduleFlush();
  }

  collections(): readonly string[] {
    return [...this.#collections.keys()];
  }

  close(): void {
    this.#flush();
    this.#listeners.clear();
    this.#persistence?.close();
  }

  #collection(name: string): SortedObjects {
    let objects = this.#collections.get(name);
    if (objects === undefined) {
      objects = new SortedObjects();
      this.#collections.set(name, objects);
    }
    return objects;
  }

  #record(collection: string, change: StoredChange, object: KubeObject | undefined): void {
    this.#revision = change.revision;
    let log = this.#logs.get(collection);
    if (log === undefined) {
      log = new ChangeLog(this.#oldestRevision);
      this.#logs.set(collection, log);
    }
    log.append(change);
    if (this.#persistence !== undefined) {
      this.#pending.set(`${collection}\n${change.key}`, { collection, key: change.key, object });
      this.#scheduleFlush();
    }
    this.#undelivered.push({ change, to: () => [...(this.#listeners.get(collection) ?? [])] });
    this.#deliver();
  }

  /** A listener that writes causes further changes: they are delivered after this one has reached everybody. */
  #deliver(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#undelivered.shift(); next !== undefined; next = this.#undelivered.shift()) {
        for (const listener of next.to()) {
          try {
            listener(next.change);
          } catch (error) {
            this.#onListenerError(error);
          }
        }
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  /** One transaction for everything written in this turn of the event loop. */
  #scheduleFlush(): Promise<void> {
    if (this.#flushing !== undefined) return this.#flushing.promise;
    const flushing = Promise.withResolvers<void>();
    this.#flushing = flushing;
    // Whoever waits for it hears of a failure; nobody may be waiting.
    flushing.promise.catch(() => {});
    setImmediate(() => this.#flush());
    return flushing.promise;
  }

  #flush(): void {
    const flushing = this.#flushing;
    this.#flushing = undefined;
    if (this.#pending.size === 0) {
      flushing?.resolve();
      return;
    }
    const writes = this.#pending;
    this.#pending = new Map();
    try {
      this.#persistence!.commit({ revision: this.#revision, writes });
      flushing?.resolve();
    } catch (error) {
      this.#pending = new Map([...writes, ...this.#pending]);
      flushing?.reject(error);
    }
  }
}

/** One faulty listener must not end the cluster, nor keep a change from the others. */
function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
