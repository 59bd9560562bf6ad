/**
 * Resource quantities: `100m`, `1.5Gi`, `12e6` (kubernetes docs: API reference, Quantity). Kept in whole nanos, which is the precision the
 * API server keeps.
 */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
}

export const quantityPattern = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';

const nano = 1_000_000_000n;
const decimalExponents: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** Undefined when the text is no quantity. A number, as JSON may have it, counts as its text. */
export function parseQuantity(source: unknown): Quantity | undefined {
  if (typeof source !== 'string' && typeof source !== 'number') return undefined;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([a-zA-Z]*)([+-]?\d*)$/.exec(String(source));
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = '', exponentDigits = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const scale = scaleOf(suffix, exponentDigits);
  if (scale === undefined) return undefined;
  const digits = BigInt(whole + fraction);
  const nanos = divideAwayFromZero(digits * scale.numerator * nano, scale.denominator * 10n ** BigInt(fraction.length));
  return { nanos: sign === '-' ? -nanos : nanos, format: scale.format };
}

/** The one way of writing a value that the API server stores: no fraction, the largest suffix that allows it. */
export function formatQuantity(quantity: Quantity): string {
  const { nanos } = quantity;
  if (nanos === 0n) return '0';
  const isSmall = nanos > -1024n * nano && nanos < 1024n * nano;
  const binary = quantity.format === 'BinarySI' && !isSmall ? formatBinary(nanos) : undefined;
  if (binary !== undefined) return binary;
  const { digits, exponent } = largestExponent(nanos);
  if (quantity.format === 'DecimalExponent') return exponent === 0 ? `${digits}` : `${digits}e${exponent}`;
  const suffix = Object.keys(decimalExponents).find((key) => decimalExponents[key] === exponent) ?? '';
  return `${digits}${suffix}`;
}

/** `1000m` → `1`. What is no quantity comes back as it is, for validation to refuse. */
export function canonicalQuantity(source: unknown): unknown {
  const quantity = parseQuantity(source);
  return quantity === undefined ? source : formatQuantity(quantity);
}

/** Negative, zero or positive, as for sorting. What is no quantity counts as 0. */
export function compareQuantities(a: unknown, b: unknown): number {
  const difference = nanosOf(a) - nanosOf(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** 0 for what is absent or no quantity. */
export function nanosOf(source: unknown): bigint {
  return parseQuantity(source)?.nanos ?? 0n;
}

/** Sum in the format of the first that is there. */
export function sumQuantities(sources: readonly unknown[]): string {
  const parsed = sources.map(parseQuantity).filter((quantity) => quantity !== undefined);
  const nanos = parsed.reduce((sum, quantity) => sum + quantity.nanos, 0n);
  return formatQuantity({ nanos, format: parsed[0]?.format ?? 'DecimalSI' });
}

interface Scale {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly format: Quantity['format'];
}

function scaleOf(suffix: string, exponentDigits: string): Scale | undefined {
  if (exponentDigits !== '' && exponentDigits !== '+' && exponentDigits !== '-') {
    if (suffix !== 'e' && suffix !== 'E') return undefined;
    const exponent = Number(exponentDigits);
    return Math.abs(exponent) > 30 ? undefined : { ...powerOfTen(exponent), format: 'DecimalExponent' };
  }
  if (exponentDigits !== '') return undefined;
  const binary = binaryExponents[suffix];
  if (binary !== undefined) return { numerator: 1n << BigInt(binary), denominator: 1n, format: 'BinarySI' };
  const decimal = decimalExponents[suffix];
  return decimal === undefined ? undefined : { ...powerOfTen(decimal), format: 'DecimalSI' };
}

function powerOfTen(exponent: number): { numerator: bigint; denominator: bigint } {
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { numerator: 1n, denominator: power } : { numerator: power, denominator: 1n };
}

function divideAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

/** Undefined where no binary suffix fits: without one, the text would be read as decimal the next time. */
function formatBinary(nanos: bigint): string | undefined {
  const isNegative = nanos < 0n;
  let value = divideAwayFromZero(isNegative ? -nanos : nanos, nano);
  const suffixes = ['', ...Object.keys(binaryExponents)];
  let at = 0;
  while (value % 1024n === 0n && at < suffixes.length - 1) {
    value /= 1024n;
    at += 1;
  }
  return at === 0 ? undefined : `${isNegative ? '-' : ''}${value}${suffixes[at]}`;
}

function largestExponent(nanos: bigint): { digits: bigint; exponent: number } {
  let digits = nanos;
  let exponent = -9;
  while (digits % 1000n === 0n && exponent < 18) {
    digits /= 1000n;
    exponent += 3;
  }
  return { digits, exponent };
}
