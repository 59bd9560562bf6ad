/** In which order things were made and last changed: what was changed before another was made does not lean on that one. */
export class Chronicle {
  readonly #made = new Map<string, number>();
  readonly #changed = new Map<string, number>();
  #moment = 0;

  note(call: 'create' | 'update' | 'delete', id: string): void {
    this.#moment += 1;
    if (call === 'create') this.#made.set(id, this.#moment);
    this.#changed.set(id, this.#moment);
  }

  /** Whether `user` may know of the thing that has the id `of` now, rather than of one that had it before. */
  mayKnow(user: string, of: string): boolean {
    return (this.#changed.get(user) ?? 0) >= (this.#made.get(of) ?? 0);
  }
}
