import type { KubeObject } from '../kube-object.ts';

export interface StoredChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  /** After the change; for a deletion the last state, with the revision of the deletion. */
  readonly object: KubeObject;
  readonly old: KubeObject | undefined;
  readonly revision: number;
}

const maxChanges = 5_000;

/** The latest changes of one collection, so that watches can start in the past. */
export class ChangeLog {
  #changes: StoredChange[] = [];
  /** Everything after this revision is known. */
  #floor: number;

  constructor(floor: number) {
    this.#floor = floor;
  }

  append(change: StoredChange): void {
    this.#changes.push(change);
    if (this.#changes.length < 2 * maxChanges) return;
    this.#floor = this.#changes[maxChanges - 1]!.revision;
    this.#changes = this.#changes.slice(maxChanges);
  }

  /** Undefined when changes after `revision` have been forgotten. */
  since(revision: number): readonly StoredChange[] | undefined {
    if (revision < this.#floor) return undefined;
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#changes[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#changes.slice(low);
  }
}
