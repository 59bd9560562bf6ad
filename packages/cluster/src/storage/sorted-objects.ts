import type { KubeObject } from '../kube-object.ts';

/** Objects by key, listed in the order of their keys. */
export class SortedObjects {
  readonly #objects = new Map<string, KubeObject>();
  readonly #keys: string[] = [];

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  set(key: string, object: KubeObject): void {
    if (!this.#objects.has(key)) this.#keys.splice(this.#position(key), 0, key);
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#keys.splice(this.#position(key), 1);
  }

  list(prefix: string): KubeObject[] {
    return this.#keysFrom(prefix).map((key) => this.#objects.get(key)!);
  }

  entries(prefix: string): [string, KubeObject][] {
    return this.#keysFrom(prefix).map((key) => [key, this.#objects.get(key)!]);
  }

  #keysFrom(prefix: string): readonly string[] {
    if (prefix === '') return this.#keys;
    const start = this.#position(prefix);
    let end = start;
    while (end < this.#keys.length && this.#keys[end]!.startsWith(prefix)) end++;
    return this.#keys.slice(start, end);
  }

  /** Of the first key that is not smaller. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
