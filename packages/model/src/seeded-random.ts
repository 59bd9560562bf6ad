import { createHash } from 'node:crypto';

/**
 * Chance that follows from a seed, byte for byte that of Pulumi's engine (C2SP chacha8rand over the seed's SHA-256, as
 * lukechampine.com/frand 1.5 has it): a name that a plan of Pulumi's foresees comes out here as well.
 */
export class SeededRandom {
  #key: Uint8Array;
  #round = 0;
  #chunk: Uint8Array;
  #position = 0;

  constructor(seed: Uint8Array) {
    this.#key = createHash('sha256').update(seed).digest();
    this.#chunk = chunkOf(this.#key, 0);
  }

  bytes(count: number): Uint8Array {
    const result = new Uint8Array(count);
    for (let index = 0; index < count; index += 1) {
      if (this.#position === this.#chunk.length) this.#refill();
      result[index] = this.#chunk[this.#position]!;
      this.#position += 1;
    }
    return result;
  }

  /** From 0 to `limit - 1`, each as likely as the others. */
  below(limit: number): number {
    const range = BigInt(limit);
    const max = 0xffff_ffff_ffff_ffffn;
    for (;;) {
      const drawn = new DataView(this.bytes(8).buffer).getBigUint64(0, true);
      if (drawn < max - (max % range)) return Number(drawn % range);
    }
  }

  /** `length` letters of `alphabet`. */
  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]).join('');
  }

  /** The end of every fourth chunk is not given out: it is the next key. */
  #refill(): void {
    this.#round = (this.#round + 1) % chunksPerKey;
    this.#chunk = chunkOf(this.#key, lanes * this.#round);
    this.#position = 0;
    if (this.#round !== chunksPerKey - 1) return;
    this.#key = this.#chunk.slice(-keySize);
    this.#chunk = this.#chunk.subarray(0, -keySize);
  }
}

const keySize = 32;
const chunksPerKey = 4;
/** Blocks that are computed together; their words stand side by side in a chunk. */
const lanes = 4;
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

function chunkOf(key: Uint8Array, counter: number): Uint8Array {
  const view = new DataView(key.buffer, key.byteOffset, keySize);
  const keyWords = Array.from({ length: 8 }, (_, index) => view.getUint32(4 * index, true));
  const chunk = new DataView(new ArrayBuffer(64 * lanes));
  for (let lane = 0; lane < lanes; lane += 1) {
    const words = scrambled(Uint32Array.from([...constants, ...keyWords, counter + lane, 0, 0, 0]));
    for (const [index, word] of keyWords.entries()) words[4 + index]! += word;
    for (const [index, word] of words.entries()) chunk.setUint32(4 * (lanes * index + lane), word, true);
  }
  return new Uint8Array(chunk.buffer);
}

/** Four double rounds of ChaCha. */
function scrambled(state: Uint32Array): Uint32Array {
  for (let round = 0; round < 4; round += 1) {
    for (let column = 0; column < 4; column += 1) quarter(state, column, 4 + column, 8 + column, 12 + column);
    for (let diagonal = 0; diagonal < 4; diagonal += 1)
      quarter(state, diagonal, 4 + ((diagonal + 1) % 4), 8 + ((diagonal + 2) % 4), 12 + ((diagonal + 3) % 4));
  }
  return state;
}

function quarter(state: Uint32Array, a: number, b: number, c: number, d: number): void {
  mix(state, a, b, d, 16);
  mix(state, c, d, b, 12);
  mix(state, a, b, d, 8);
  mix(state, c, d, b, 7);
}

/** Adds one word to another, lays the sum over a third, and turns that by some bits. */
function mix(state: Uint32Array, sum: number, addend: number, turned: number, bits: number): void {
  state[sum]! += state[addend]!;
  const word = state[turned]! ^ state[sum]!;
  state[turned] = (word << bits) | (word >>> (32 - bits));
}
