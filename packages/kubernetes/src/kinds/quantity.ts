import type { Json } from '../json.ts';

const suffixes: Readonly<Record<string, readonly [base: bigint, exponent: number]>> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  '': [10n, 0],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};

const pattern = /^([+-]?)(\d+)?(?:\.(\d*))?(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d{1,3}))?$/;

/** The amount in billionths, or undefined when the text is no quantity (Kubernetes: resource.Quantity). */
export function parseQuantity(value: Json): bigint | undefined {
  const text = typeof value === 'number' ? numberText(value) : value;
  if (typeof text !== 'string') return undefined;
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', suffix = '', scientific] = match;
  if (whole === '' && fraction === '') return undefined;
  const [base, exponent] = scientific === undefined ? suffixes[suffix]! : ([10n, Number(scientific)] as const);
  const digits = BigInt(whole + fraction);
  const tenth = 9 - fraction.length + (base === 10n ? exponent : 0);
  const scaled = tenth >= 0 ? digits * 10n ** BigInt(tenth) : divideUp(digits, 10n ** BigInt(-tenth));
  const amount = base === 2n ? scaled * 2n ** BigInt(exponent) : scaled;
  return sign === '-' ? -amount : amount;
}

function divideUp(amount: bigint, divisor: bigint): bigint {
  return (amount + divisor - 1n) / divisor;
}

function numberText(value: number): string | undefined {
  return Number.isFinite(value) ? String(value).replace('e+', 'e') : undefined;
}

/** Whether two amounts are the same however they are written: `1000m` and `1`, `2048Mi` and `2Gi`. */
export function quantitiesEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  const left = parseQuantity(a);
  return left !== undefined && left === parseQuantity(b);
}

const quantityMaps = new Set([
  'allocatable',
  'capacity',
  'default',
  'defaultRequest',
  'hard',
  'limits',
  'max',
  'min',
  'overhead',
  'podFixed',
  'requests',
]);

const quantityFields = new Set(['averageValue', 'divisor', 'sizeLimit', 'targetAverageValue', 'targetValue']);

/** Whether what lies at a path of a built-in kind is a quantity. `path` is read from its end. */
export function isQuantityPath(path: readonly (string | number)[]): boolean {
  const last = path.at(-1);
  const parent = path.at(-2);
  if (typeof last !== 'string') return false;
  if (quantityFields.has(last)) return true;
  if (last === 'value') return parent === 'target';
  return typeof parent === 'string' && quantityMaps.has(parent);
}
