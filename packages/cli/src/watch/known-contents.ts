import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** Reading what is larger would take longer than an update too many. */
const largestRead = 4_000_000;

/** What files contained when they changed last, to tell a change from the same content written again. */
export class KnownContents {
  readonly #hashes = new Map<string, string>();

  /** Whether what a file contains now is new, as far as that is known. */
  hasChanged(file: string): boolean {
    const hash = hashOf(file);
    const known = this.#hashes.get(file);
    if (hash === undefined) this.#hashes.delete(file);
    else this.#hashes.set(file, hash);
    return hash === undefined || hash !== known;
  }

  forget(file: string): void {
    this.#hashes.delete(file);
  }
}

/** Undefined of what is too large, no file, or gone again. */
function hashOf(file: string): string | undefined {
  try {
    const info = statSync(file);
    if (!info.isFile() || info.size > largestRead) return undefined;
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return undefined;
  }
}
