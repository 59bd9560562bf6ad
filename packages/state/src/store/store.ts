/** Where states live: objects under keys like `.pulumi/stacks/PROJECT/STACK.json`, and logs that only grow. */
export interface Store {
  /** As the user names it: `file:///home/ada/state`. */
  readonly url: string;
  /** A key as the user can find it: a path or URL. */
  locate(key: string): string;
  get(key: string): Promise<StoredObject | undefined>;
  /** Atomic: a reader sees the old object or the new one. */
  put(key: string, bytes: Uint8Array, durability: Durability): Promise<void>;
  /** Atomic among all processes: false when the object exists already. */
  create(key: string, bytes: Uint8Array, durability: Durability): Promise<boolean>;
  /** Deleting what is not there succeeds. */
  delete(key: string): Promise<void>;
  /** Deletes the object while it has this tag; false when it has been replaced, or is gone. */
  remove(key: string, tag: string): Promise<boolean>;
  /** Whether a listing costs and takes more than reading two objects. */
  readonly isListingCostly: boolean;
  /** Names right under `folder`, in no order; empty when there is no such folder. */
  list(folder: string): Promise<readonly StoreEntry[]>;
  /** As cheap as the store can; the copy need not be durable. */
  copy(from: string, to: string): Promise<void>;
  /** Removes what writes into `folder` left that were interrupted long ago. */
  tidy(folder: string): Promise<void>;
  /** Like `delete`, of many. */
  deleteAll(keys: readonly string[]): Promise<void>;
  /**
   * Prepares to replace the object `key` on behalf of the holder of `token`. The holder then makes sure that it still
   * holds the lease, and publishes. See `fence`.
   */
  stage(key: string, bytes: Uint8Array, token: number): Promise<StagedObject>;
  /**
   * Voids what holders of lower tokens have staged for `keys`, all in one folder, whenever they would publish it. To be
   * called by a new holder after its claim is visible and before it reads the objects.
   */
  fence(keys: readonly string[], token: number): Promise<void>;
  /** Undefined when the log exists already. */
  createLog(key: string): Promise<LogWriter | undefined>;
  /** What a log holds: once it is sealed, what was accepted. */
  readLog(key: string): Promise<LogContent | undefined>;
  /**
   * Closes a log for good on behalf of the holder of `token`: what its writer appends from here on is refused to the
   * writer or ignored. `acceptedLength` says how much of what is there is whole. A log is sealed once; later calls find
   * the first seal's content. A damaged one is only closed. A log that does not exist yet is not sealed; its creator must look at its lease.
   */
  sealLog(key: string, token: number, acceptedLength: AcceptedLength): Promise<LogContent | undefined>;
  /** Durable when it resolves. */
  deleteLog(key: string): Promise<void>;
}

/** `lasting` outlives a power failure once the call has resolved; `passing` may not. */
export type Durability = 'lasting' | 'passing';

export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Changes whenever the object does. */
  readonly tag: string;
  readonly modifiedMs: number;
}

export interface StoreEntry {
  readonly name: string;
  readonly kind: 'object' | 'folder';
}

export interface StagedObject {
  /**
   * Replaces the object, durably, unless it no longer has `expectedTag` (`changed`; undefined for no object) or a newer
   * holder has fenced it off (`fenced`).
   */
  publish(expectedTag: string | undefined): Promise<'published' | 'changed' | 'fenced'>;
  discard(): Promise<void>;
}

export interface LogContent {
  readonly bytes: Uint8Array;
  readonly isSealed: boolean;
  readonly tearing: Tearing;
  /** What is wrong with the parts that the log is kept in; the bytes are then what could be read of them. */
  readonly damage?: string | undefined;
  /** Which of its parts holds a byte, for people; absent where it has none. */
  readonly partAt?: ((offset: number) => string) | undefined;
}

/** What a write that was interrupted may leave at the end of a log: anything, or only its beginning. */
export type Tearing = 'anyhow' | 'cut-short';

/** How much of a log is whole. */
export type AcceptedLength = (bytes: Uint8Array, tearing: Tearing) => number;

/** One process's open log. */
export interface LogWriter {
  /**
   * Resolves when the bytes are durable and count. When it throws, the bytes may or may not be found later; appending
   * again first takes back what the failed call left. Throws LogSealedError once the log is sealed without the bytes.
   */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A newer holder of the lease has closed the log. */
export class LogSealedError extends Error {
  override readonly name = 'LogSealedError';
}

export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

export function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
