import type { Clock } from '@radiant/model';
import { type KubeObject, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { apiVersionOf } from '../kinds/resource-kind.ts';
import { isNotFound, KubeApiError } from './api-error.ts';
import type { KubeClient } from './kube-client.ts';

/** After this a list is read again: others write, too, and a run may pause for its user between looking and acting. */
const listAgeMaxMs = 10_000;

interface ReadList {
  readonly atMs: number;
  readonly objects: Promise<Map<string, KubeObject>>;
}

/**
 * What is in the cluster, by one LIST per kind and namespace however many objects are asked for. Shared by everything
 * that looks before it acts: creation, refresh, inspection. What we ourselves write is noted, so that it stays true.
 */
export class ObjectLists {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #lists = new Map<string, ReadList>();

  constructor(client: KubeClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async find(route: KindRoute, namespace: string | undefined, name: string): Promise<KubeObject | undefined> {
    try {
      return (await this.all(route, namespace)).get(name);
    } catch (error) {
      // Who may not list may yet read by name.
      if (error instanceof KubeApiError && error.code === 403) return this.#client.get(route, namespace, name);
      throw error;
    }
  }

  /** The objects by name. None where the cluster has no such kind or namespace. */
  async all(route: KindRoute, namespace: string | undefined): Promise<ReadonlyMap<string, KubeObject>> {
    const key = listKey(route, namespace);
    const known = this.#lists.get(key);
    if (known !== undefined && this.#clock.nowMs() - known.atMs <= listAgeMaxMs) return known.objects;
    const objects = this.#read(route, namespace);
    this.#lists.set(key, { atMs: this.#clock.nowMs(), objects });
    try {
      return await objects;
    } catch (error) {
      this.#lists.delete(key);
      throw error;
    }
  }

  async #read(route: KindRoute, namespace: string | undefined): Promise<Map<string, KubeObject>> {
    try {
      const { objects } = await this.#client.list(route, namespace);
      return new Map(objects.map((object) => [textAt(object, 'metadata', 'name'), object]));
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw error;
    }
  }

  noteWritten(route: KindRoute, namespace: string | undefined, object: KubeObject): void {
    this.#edit(route, namespace, (objects) => objects.set(textAt(object, 'metadata', 'name'), object));
  }

  noteGone(route: KindRoute, namespace: string | undefined, name: string): void {
    this.#edit(route, namespace, (objects) => objects.delete(name));
  }

  /** Forgets what was read, so that the next look is a new one. */
  forget(route: KindRoute, namespace: string | undefined): void {
    this.#lists.delete(listKey(route, namespace));
  }

  #edit(route: KindRoute, namespace: string | undefined, edit: (objects: Map<string, KubeObject>) => void): void {
    // A failed read reports itself to whoever awaits it; there is nothing to note then.
    this.#lists.get(listKey(route, namespace))?.objects.then(edit, () => undefined);
  }
}

function listKey(route: KindRoute, namespace: string | undefined): string {
  return `${apiVersionOf(route)}/${route.kind}/${route.isNamespaced ? (namespace ?? '') : ''}`;
}
