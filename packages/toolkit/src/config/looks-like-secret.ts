import { exitCodes, OperationError } from '@radiant/model';

/*
 * A guess, as Pulumi makes one (Pulumi: looksLikeSecret in cmd/pulumi/config): a key that names something secret, with a
 * value that is hard to guess. How hard is measured as there, in bits of entropy of the first characters, with the
 * same thresholds; what reads as words, sequences or repetitions counts less.
 */

const secretKey = /passwd|pass|password|pwd|secret|token/i;

const measuredLength = 16;
const bitsOfSecret = 80;
const bitsPerCharacter = 3;

/** A word, like `production`: that many bits, however long; and what stands between words. */
const wordBits = 10;
const separatorBits = 3;

/** Throws `CONFIG_LIKELY_SECRET`, in Pulumi's words. `key` is `namespace:name`, a path into it included. */
export function refuseLikelySecret(key: string, value: string): void {
  if (!looksLikeSecret(key.slice(key.indexOf(':') + 1), value)) return;
  throw new OperationError({
    code: 'CONFIG_LIKELY_SECRET',
    summary: `config value for '${key}' looks like a secret; rerun with --secret to encrypt it, or --plaintext if you meant to store in plaintext`,
    exitCode: exitCodes.configuration,
  });
}

/** `name` is that of the key, without its namespace. */
export function looksLikeSecret(name: string, value: string): boolean {
  if (value === '' || !secretKey.test(name)) return false;
  const text = value.slice(0, measuredLength);
  const bits = bitsOf(text);
  return bits >= bitsOfSecret || (bits >= bitsOfSecret / 2 && bits / text.length >= bitsPerCharacter);
}

function bitsOf(text: string): number {
  const perCharacter = Math.log2(alphabetOf(text));
  return partsOf(text).reduce((sum, part) => sum + bitsOfPart(part, perCharacter), 0);
}

function bitsOfPart(part: string, perCharacter: number): number {
  if (isWord(part)) return wordBits;
  return /^[^A-Za-z\d]$/.test(part) ? separatorBits : novelty(part) * perCharacter;
}

/** Letters, digits and other characters apart; a capital may begin a word. */
function partsOf(text: string): readonly string[] {
  return text.match(/[A-Z]?[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+/g) ?? [];
}

/** Whether somebody could pronounce it. */
function isWord(part: string): boolean {
  return /^[A-Za-z]{2,}$/.test(part) && /[aeiouy]/i.test(part) && !/[^aeiouy]{5,}|[aeiou]{4,}/i.test(part);
}

/** How many characters are not what the one before leads one to expect: itself, or the next of a sequence. */
function novelty(part: string): number {
  return [...part].filter((_, index) => {
    const step = index === 0 ? Number.NaN : part.charCodeAt(index) - part.charCodeAt(index - 1);
    return Math.abs(step) > 1 || Number.isNaN(step);
  }).length;
}

const alphabets: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/\d/, 10],
  [/[^A-Za-z\d]/, 33],
];

function alphabetOf(text: string): number {
  return alphabets.reduce((size, [pattern, count]) => size + (pattern.test(text) ? count : 0), 0);
}
