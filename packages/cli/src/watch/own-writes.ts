/** What a change during an update leads to. */
export type AfterUpdate =
  | { readonly kind: 'wait' }
  | { readonly kind: 'again' }
  /** These are taken for written by the updates themselves, from now on. */
  | { readonly kind: 'own-writes'; readonly files: ReadonlySet<string> };

/** In how many updates one after the other something changes until it is they who change it. */
const inARow = 3;

/**
 * Tells what a person changes while an update runs from what the update writes: a program may write into its own folder,
 * and would otherwise be run for ever. A person does not save a file during each of several updates in a row; and what
 * an update leaves alone that succeeds is no longer taken for its own.
 */
export class OwnWrites {
  #own: ReadonlySet<string> = new Set();
  #updates = 0;

  /** An update begins for what has changed while none ran. */
  restart(): void {
    this.#updates = 0;
  }

  /** After an update during which `changed` did. One that failed may not have come to what it writes. */
  judge(changed: ReadonlySet<string>, hasSucceeded: boolean): AfterUpdate {
    if (hasSucceeded) this.#own = this.#own.intersection(changed);
    const news = changed.difference(this.#own);
    if (news.size === 0) return { kind: 'wait' };
    this.#updates++;
    if (this.#updates < inARow) return { kind: 'again' };
    this.#own = this.#own.union(news);
    return { kind: 'own-writes', files: news };
  }
}
