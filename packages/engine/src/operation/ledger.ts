import {
  assert,
  isNewKey,
  isProviderType,
  type Journal,
  type JournalEntry,
  newKey,
  type PendingOperationKind,
  Replay,
  type ResourceState,
  renameReferences,
  type Snapshot,
  type SnapshotChange,
  type StateKey,
  type Urn,
} from '@radiant/model';

export interface Recorded {
  readonly key: StateKey;
  readonly state: ResourceState;
}

/** The journal could not be written: nothing more may begin. Whoever made the ledger has been told why. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/**
 * The stack as recorded so far: the snapshot the operation began with and every entry since, by the same replay that the
 * store uses. A preview has no journal; its entries are only replayed here.
 */
export class Ledger {
  readonly #replay: Replay;
  readonly #journal: Journal | undefined;
  readonly #onFailure: (cause: unknown) => void;
  readonly #live = new Map<Urn, StateKey>();
  readonly #superseded = new Map<Urn, Set<StateKey>>();
  readonly #providers = new Map<string, StateKey>();
  /** Names that resources had until this operation gave them others. */
  readonly #renames = new Map<Urn, Urn>();
  /** Keys of records that have or had an id; made when somebody asks. */
  #keysById: Map<string, Set<StateKey>> | undefined;
  #nextKey = 0;
  #nextStep = 0;
  #isChanged = false;

  constructor(base: Snapshot, journal: Journal | undefined, onFailure: (cause: unknown) => void) {
    this.#replay = new Replay(base);
    this.#journal = journal;
    this.#onFailure = onFailure;
    for (const key of this.#replay.keys()) this.#index(key, this.#replay.get(key)!);
  }

  /** The record of `urn` that is not merely waiting for its deletion. */
  live(urn: Urn): Recorded | undefined {
    const key = this.#live.get(urn);
    return key === undefined ? undefined : this.#recorded(key);
  }

  get(key: StateKey): ResourceState | undefined {
    return this.#replay.get(key);
  }

  /** Whether it was there when the operation began; what it records may have been made anew since. */
  wasRecorded(key: StateKey): boolean {
    return !isNewKey(key);
  }

  /** Every record of `urn`: the live one, and those that wait for their deletion. */
  generations(urn: Urn): StateKey[] {
    const live = this.#live.get(urn);
    return [...(live === undefined ? [] : [live]), ...(this.#superseded.get(urn) ?? [])];
  }

  /** All records of the thing that `state` tells of. */
  sharing(state: ResourceState): readonly Recorded[] {
    const { id, type, provider } = state;
    if (this.#keysById === undefined) {
      this.#keysById = new Map();
      for (const key of this.#replay.keys()) this.#noteId(key, this.current(key));
    }
    return Array.from(this.#keysById.get(id) ?? [])
      .filter((key) => this.#replay.get(key) !== undefined)
      .map((key) => this.#recorded(key))
      .filter(({ state: other }) => other.id === id && other.type === type && other.provider === provider);
  }

  /** The record of a key as it reads now. */
  current(key: StateKey): ResourceState {
    const state = this.#replay.get(key);
    assert(state !== undefined, `${key} is recorded`);
    return state;
  }

  /** The record of a provider by its reference `urn::id`. */
  provider(reference: string): ResourceState | undefined {
    const key = this.#providers.get(reference);
    return key === undefined ? undefined : this.#replay.get(key);
  }

  all(): Recorded[] {
    return Array.from(this.#replay.keys(), (key) => this.#recorded(key));
  }

  snapshot(): Snapshot {
    return this.#replay.snapshot();
  }

  /** Whether anything was recorded at all. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  newKey(): StateKey {
    this.#nextKey += 1;
    return newKey(this.#nextKey - 1);
  }

  /** Resolves once durable; then the provider may be called. Returns the step's number. */
  async begin(operation: PendingOperationKind, resource: ResourceState): Promise<number> {
    const step = this.#nextStep;
    this.#nextStep += 1;
    await this.#append({ kind: 'begin', step, operation, resource: this.#byNamesNow(resource) });
    return step;
  }

  end(
    step: number,
    outcome: 'succeeded' | 'failed' | 'in-doubt',
    changes: readonly SnapshotChange[] = [],
  ): Promise<void> {
    return this.#append({ kind: 'end', step, outcome, changes: this.#withNamesNow(changes) });
  }

  change(changes: readonly SnapshotChange[], settles: readonly number[] = []): Promise<void> {
    const settled = settles.length === 0 ? {} : { settles };
    return this.#append({ kind: 'change', changes: this.#withNamesNow(changes), ...settled });
  }

  /** What was read from a record may name others as they were called then. */
  #withNamesNow(changes: readonly SnapshotChange[]): readonly SnapshotChange[] {
    if (this.#renames.size === 0) return changes;
    return changes.map((change) =>
      change.kind === 'put' ? { ...change, state: this.#byNamesNow(change.state) } : change,
    );
  }

  #byNamesNow(state: ResourceState): ResourceState {
    if (this.#renames.size === 0) return state;
    return renameReferences(state, (urn) => this.#nameNow(urn));
  }

  /** A name that somebody bears is his, whoever had it before. */
  #nameNow(urn: Urn): Urn {
    const names = new Set([urn]);
    for (const name of names) {
      const next = this.generations(name).length > 0 ? undefined : this.#renames.get(name);
      if (next === undefined) return name;
      names.add(next);
    }
    return urn;
  }

  async #append(entry: JournalEntry): Promise<void> {
    const changes = entry.kind === 'begin' ? [] : entry.changes;
    for (const change of changes) if (change.kind !== 'rename') this.#unindex(change.key);
    this.#replay.apply(entry);
    for (const change of changes) if (change.kind === 'rename') this.#renames.set(change.from, change.to);
    for (const change of changes) if (change.kind === 'put') this.#index(change.key, change.state);
    this.#isChanged = true;
    try {
      await this.#journal?.append(entry);
    } catch (cause) {
      this.#onFailure(cause);
      throw new JournalError('the journal could not be written');
    }
  }

  #recorded(key: StateKey): Recorded {
    return { key, state: this.current(key) };
  }

  #index(key: StateKey, state: ResourceState): void {
    if (state.disposition !== 'superseded') this.#live.set(state.urn, key);
    else this.#superseded.set(state.urn, (this.#superseded.get(state.urn) ?? new Set()).add(key));
    if (isProviderType(state.type)) this.#providers.set(`${state.urn}::${state.id}`, key);
    this.#noteId(key, state);
  }

  #noteId(key: StateKey, { id }: ResourceState): void {
    if (this.#keysById === undefined || id === '') return;
    this.#keysById.set(id, (this.#keysById.get(id) ?? new Set()).add(key));
  }

  #unindex(key: StateKey): void {
    const state = this.#replay.get(key);
    if (state === undefined) return;
    if (this.#live.get(state.urn) === key) this.#live.delete(state.urn);
    this.#superseded.get(state.urn)?.delete(key);
    if (isProviderType(state.type)) this.#providers.delete(`${state.urn}::${state.id}`);
  }
}
