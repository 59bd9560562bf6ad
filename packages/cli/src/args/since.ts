import { CliError } from '../cli-error.ts';
import { parseDuration } from './duration.ts';

/** What `--since` means, as Docker and Pulumi read it: a duration before now, seconds since 1970, or a time. */
export function readSince(text: string, nowMs: number): Date {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return new Date(nowMs - durationMs);
  if (/^\d{1,12}(\.\d+)?$/.test(text)) return new Date(Number(text) * 1000);
  // A day begins where the person is; JavaScript takes a day alone for one in Greenwich.
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(/T/.test(text) ? text : `${text}T00:00:00`) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time);
  throw new CliError(
    `failed to parse argument to '--since' as duration or timestamp: '${text}' is neither, as 5s, 2m, 3h or 2026-11-28T22:00:00Z are`,
  );
}
