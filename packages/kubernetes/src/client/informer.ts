import type { Clock } from '@radiant/model';
import { type KubeObject, listAt, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { apiVersionOf } from '../kinds/resource-kind.ts';
import { NoAnswerError } from './api-connection.ts';
import { KubeApiError } from './api-error.ts';
import type { KubeClient } from './kube-client.ts';
import { watchChanges } from './watch.ts';

export interface ChangeListener {
  /** An object came, changed or went; undefined: everything was read anew, or an outage began or ended. */
  changed(object: KubeObject | undefined): void;
  /** The kind can no longer be watched, for this reason. */
  failed(error: unknown): void;
}

/** A kind in a namespace as it is right now. */
export interface LiveObjects {
  get(name: string): KubeObject | undefined;
  all(): Iterable<KubeObject>;
  /** The objects that name `uid` among their owners. */
  ownedBy(uid: string): Iterable<KubeObject>;
}

export interface InformerPorts {
  onClosed(): void;
  /** Called at every try that finds nobody who answers. */
  readonly onOutage?: () => void;
}

/** How long an unused watch is kept for the next who needs it. */
const idleMaxMs = 2_000;
const backoffMaxMs = 5_000;
const watchLifeMinMs = 1_000;

/**
 * One LIST and WATCH of a kind in a namespace, shared by all who wait for something in it. It runs while it has
 * listeners, and a little longer; a watch that breaks is taken up again, one that fell behind is listed anew.
 */
export class Informer implements LiveObjects {
  readonly #client: KubeClient;
  readonly #route: KindRoute;
  readonly #namespace: string | undefined;
  readonly #clock: Clock;
  readonly #ports: InformerPorts;
  readonly #objects = new Map<string, KubeObject>();
  readonly #byOwner = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #abort = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #version = '';
  #isSynced = false;
  #outage = '';

  constructor(client: KubeClient, route: KindRoute, namespace: string | undefined, clock: Clock, ports: InformerPorts) {
    this.#client = client;
    this.#route = route;
    this.#namespace = namespace;
    this.#clock = clock;
    this.#ports = ports;
    // Whoever subscribes awaits this; without a subscriber a failure is nobody's error.
    this.#synced.promise.catch(() => undefined);
    void this.#run();
  }

  /** Resolves once the first list is read; rejects with KubeApiError or NoAnswerError when it cannot be. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Whether what it holds is what there is, as far as news has come. */
  get isLive(): boolean {
    return this.#isSynced && !this.#abort.signal.aborted;
  }

  /** Why the API server gives no news at present; empty while it does. */
  get outage(): string {
    return this.#outage;
  }

  get(name: string): KubeObject | undefined {
    return this.#objects.get(name);
  }

  all(): Iterable<KubeObject> {
    return this.#objects.values();
  }

  ownedBy(uid: string): Iterable<KubeObject> {
    return this.#byOwner.get(uid)?.values() ?? [];
  }

  /** Calls back on every later change. Returns stop. */
  subscribe(listener: ChangeListener): () => void {
    if (this.#abort.signal.aborted) queueMicrotask(() => listener.failed(new Error('the watch was closed')));
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) void this.#closeWhenIdle();
    };
  }

  close(): void {
    if (this.#abort.signal.aborted) return;
    this.#fail(new Error('the watch was closed'));
  }

  async #closeWhenIdle(): Promise<void> {
    await this.#clock.sleep(idleMaxMs, this.#abort.signal);
    if (this.#listeners.size === 0) this.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (this.#version === '') await this.#list();
        const startMs = this.#clock.nowMs();
        await this.#watch();
        // A server, or what stands before it, that ends every watch at once is not asked without a pause.
        failures = this.#clock.nowMs() - startMs < watchLifeMinMs ? failures + 1 : 0;
        if (failures > 0) await this.#clock.sleep(backoffMs(failures), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isHopeless(error)) return this.#fail(error);
        if (error instanceof NoAnswerError) this.#noteOutage(error.message);
        if (error instanceof KubeApiError && error.code === 410) this.#version = '';
        failures += 1;
        await this.#clock.sleep(backoffMs(failures), signal);
      }
    }
  }

  /** It may be over at the next try, so nothing fails by it; but whoever waits is told what he waits for. */
  #noteOutage(reason: string): void {
    if (reason !== '') this.#ports.onOutage?.();
    if (this.#outage === reason) return;
    this.#outage = reason;
    for (const listener of this.#listeners) listener.changed(undefined);
  }

  /** A cluster that forbids watching will not change its mind; whoever waits must be told why. */
  #fail(error: unknown): void {
    this.#abort.abort();
    this.#synced.reject(error);
    this.#ports.onClosed();
    for (const listener of this.#listeners) listener.failed(error);
  }

  async #list(): Promise<void> {
    const { objects, resourceVersion } = await this.#client.list(this.#route, this.#namespace, this.#abort.signal);
    this.#objects.clear();
    this.#byOwner.clear();
    for (const object of objects) this.#put(object);
    this.#version = resourceVersion;
    this.#isSynced = true;
    this.#outage = '';
    this.#synced.resolve();
    for (const listener of this.#listeners) listener.changed(undefined);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#abort;
    const changes = watchChanges(this.#client.connection, this.#route, this.#namespace, this.#version, signal, () =>
      this.#noteOutage(''),
    );
    for await (const { type, object } of changes) {
      this.#version = textAt(object, 'metadata', 'resourceVersion') || this.#version;
      if (type === 'BOOKMARK') continue;
      this.#remove(textAt(object, 'metadata', 'name'));
      if (type !== 'DELETED') this.#put(object);
      for (const listener of this.#listeners) listener.changed(object);
    }
  }

  #put(object: KubeObject): void {
    const name = textAt(object, 'metadata', 'name');
    this.#objects.set(name, object);
    for (const uid of ownerUids(object)) {
      const owned = this.#byOwner.get(uid) ?? new Map<string, KubeObject>();
      this.#byOwner.set(uid, owned.set(name, object));
    }
  }

  #remove(name: string): void {
    const object = this.#objects.get(name);
    if (object === undefined) return;
    this.#objects.delete(name);
    for (const uid of ownerUids(object)) this.#byOwner.get(uid)?.delete(name);
  }
}

function backoffMs(failures: number): number {
  return Math.min(50 * 2 ** failures, backoffMaxMs);
}

export function ownerUids(object: KubeObject): readonly string[] {
  return listAt(object, 'metadata', 'ownerReferences').map((owner) => textAt(owner, 'uid'));
}

function isHopeless(error: unknown): boolean {
  return error instanceof KubeApiError && [401, 403, 404, 405].includes(error.code);
}

/** The informers of one cluster, at most one per kind and namespace. */
export class Informers {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #onOutage: (() => void) | undefined;
  readonly #open = new Map<string, Informer>();

  constructor(client: KubeClient, clock: Clock, onOutage?: () => void) {
    this.#client = client;
    this.#clock = clock;
    this.#onOutage = onOutage;
  }

  open(route: KindRoute, namespace: string | undefined): Informer {
    const place = route.isNamespaced ? namespace : undefined;
    const key = `${apiVersionOf(route)}/${route.kind}/${place ?? ''}`;
    const running = this.#open.get(key);
    if (running !== undefined) return running;
    const informer = new Informer(this.#client, route, place, this.#clock, {
      onClosed: () => {
        if (this.#open.get(key) === informer) this.#open.delete(key);
      },
      ...(this.#onOutage !== undefined && { onOutage: this.#onOutage }),
    });
    this.#open.set(key, informer);
    return informer;
  }

  close(): void {
    for (const informer of [...this.#open.values()]) informer.close();
  }
}
