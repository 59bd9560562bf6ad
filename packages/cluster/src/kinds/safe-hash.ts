/** Kubernetes' alphabet for generated names: no vowels, and no digits that look like letters (apimachinery, util/rand). */
export const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A stable hash (FNV-1a, 32 bit) in the safe alphabet: 10 characters at most, as in `web-5d9c7f8b6`. */
export function safeHash(text: string): string {
  return safeEncode(String(fnv32(text)));
}

export function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** As `rand.SafeEncodeString`: each character by its code, modulo the alphabet. */
export function safeEncode(text: string): string {
  return [...text].map((character) => safeAlphabet[character.charCodeAt(0) % safeAlphabet.length]).join('');
}

/** Five random characters, as the API server appends to a generateName. */
export function randomSuffix(random: () => number, length = 5): string {
  return Array.from({ length }, () => safeAlphabet[Math.floor(random() * safeAlphabet.length)]).join('');
}
