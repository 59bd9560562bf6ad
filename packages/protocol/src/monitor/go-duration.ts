/** Nanoseconds per unit (Go: time.ParseDuration). */
const units: { readonly [unit: string]: number } = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** What Go's int64 of nanoseconds can hold. */
const nanosecondsMax = 2 ** 63;

/**
 * The seconds in a duration as Go writes it: `5m`, `1h30m`, `1.5s`, `-300ms`, `0`. Returns undefined for anything else,
 * a number without a unit included (Go: time.ParseDuration).
 */
export function decodeGoDuration(text: string): number | undefined {
  const isNegative = text.startsWith('-');
  const rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  let nanoseconds = 0;
  part.lastIndex = 0;
  while (part.lastIndex < rest.length) {
    const match = part.exec(rest);
    if (match === null) return undefined;
    nanoseconds += Number(match[1]) * units[match[2]!]!;
  }
  if (nanoseconds >= nanosecondsMax) return undefined;
  const seconds = nanoseconds / 1e9;
  return isNegative && seconds !== 0 ? -seconds : seconds;
}

/** The shortest way in which Go reads that many seconds: `5m`, `1h30m`, `1.5s`. */
export function encodeGoDuration(seconds: number): string {
  if (seconds === 0) return '0s';
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.abs(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  // To the nanosecond, as far as Go goes.
  const rest = (whole % 60).toFixed(9).replace(/\.?0+$/, '');
  const parts = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', rest === '0' ? '' : `${rest}s`];
  return sign + parts.join('');
}
