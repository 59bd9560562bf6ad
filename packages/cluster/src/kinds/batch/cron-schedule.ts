/** A schedule as cron writes it (kubernetes docs: CronJob, Schedule syntax). */
export interface CronSchedule {
  /** The first time after `afterMs` that the schedule names, in milliseconds since the epoch; undefined when there is none for years. */
  next(afterMs: number): number | undefined;
}

interface FieldRange {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const ranges: readonly FieldRange[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const macros: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const maxDays = 366 * 5;

/** Reads a schedule; a text instead says what is wrong with it. `timeZone` is an IANA name; UTC without one. */
export function parseSchedule(text: string, timeZone?: string): CronSchedule | string {
  const every = /^@every (\d+(?:\.\d+)?(?:h|m|s)(?:\d+(?:\.\d+)?(?:h|m|s))*)$/.exec(text);
  if (every !== null) return intervalSchedule(every[1]!);
  if (text.startsWith('@') && macros[text] === undefined) return `unrecognized descriptor: ${text}`;
  const parts = (macros[text] ?? text)
    .trim()
    .split(/\s+/)
    .filter((part) => part !== '');
  if (parts.length !== 5) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  const fields = parts.map((part, at) => parseField(part, ranges[at]!));
  const fault = fields.find((field) => typeof field === 'string');
  if (fault !== undefined) return fault;
  return fieldSchedule(fields as Field[], timeZone);
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

interface Field {
  readonly values: ReadonlySet<number>;
  /** `*` or `?`: leaves the choice of the day to the other of the two day fields. */
  readonly isAny: boolean;
}

function parseField(text: string, range: FieldRange): Field | string {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [span = '', stepText, ...rest] = part.split('/');
    if (rest.length > 0) return `too many slashes: ${part}`;
    const step = stepText === undefined ? 1 : parseNumber(stepText, range);
    if (typeof step === 'string') return step;
    if (step === 0) return `step of range should be a positive number: ${part}`;
    const bounds = parseSpan(span, range, stepText !== undefined);
    if (typeof bounds === 'string') return `${bounds}: ${part}`;
    for (let value = bounds.from; value <= bounds.to; value += step)
      values.add(value % 7 === 0 && range.max === 6 ? 0 : value);
  }
  return { values, isAny: text === '*' || text === '?' || text.startsWith('*/') };
}

function parseSpan(span: string, range: FieldRange, hasStep: boolean): { from: number; to: number } | string {
  if (span === '*' || span === '?') return { from: range.min, to: range.max };
  const [fromText = '', toText, ...rest] = span.split('-');
  if (rest.length > 0) return 'too many hyphens';
  const from = parseNumber(fromText, range);
  if (typeof from === 'string') return from;
  const to = toText === undefined ? (hasStep ? range.max : from) : parseNumber(toText, range);
  if (typeof to === 'string') return to;
  if (from < range.min) return `beginning of range (${from}) below minimum (${range.min})`;
  if (to > range.max) return `end of range (${to}) above maximum (${range.max})`;
  if (from > to) return `beginning of range (${from}) beyond end of range (${to})`;
  return { from, to };
}

function parseNumber(text: string, range: FieldRange): number | string {
  const named = range.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + range.min;
  return /^\d+$/.test(text)
    ? Number(text)
    : `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}

function fieldSchedule([minutes, hours, days, months, weekdays]: Field[], timeZone: string | undefined): CronSchedule {
  const isDay = (date: Date) => {
    const byDate = days!.values.has(date.getUTCDate());
    const byWeekday = weekdays!.values.has(date.getUTCDay());
    // With both day fields given, either will do.
    return days!.isAny || weekdays!.isAny ? byDate && byWeekday : byDate || byWeekday;
  };
  const nextLocal = (afterMs: number): number | undefined => {
    const firstDay = Math.floor(afterMs / dayMs) * dayMs;
    for (let day = 0; day <= maxDays; day += 1) {
      const startMs = firstDay + day * dayMs;
      const date = new Date(startMs);
      if (!months!.values.has(date.getUTCMonth() + 1) || !isDay(date)) continue;
      for (const hour of sorted(hours!)) {
        for (const minute of sorted(minutes!)) {
          const timeMs = startMs + (hour * 60 + minute) * minuteMs;
          if (timeMs > afterMs) return timeMs;
        }
      }
    }
    return undefined;
  };
  return {
    next(afterMs) {
      // Local time is handled as if it were UTC, and turned back by the offset that holds there.
      const local = nextLocal(afterMs + offsetMs(timeZone, afterMs));
      if (local === undefined) return undefined;
      const guess = local - offsetMs(timeZone, afterMs);
      return local - offsetMs(timeZone, guess);
    },
  };
}

function sorted(field: Field): number[] {
  return [...field.values].toSorted((a, b) => a - b);
}

function intervalSchedule(text: string): CronSchedule {
  const unitMs: Record<string, number> = { h: 3_600_000, m: minuteMs, s: 1000 };
  let intervalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)([hms])/g))
    intervalMs += Number(amount) * unitMs[unit!]!;
  return { next: (afterMs) => afterMs + Math.max(intervalMs, 1000) };
}

function offsetMs(timeZone: string | undefined, atMs: number): number {
  if (timeZone === undefined || timeZone === '' || timeZone === 'UTC') return 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(new Date(atMs)).map(({ type, value }) => [type, Number(value)]));
  const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  return local - Math.floor(atMs / 1000) * 1000;
}
