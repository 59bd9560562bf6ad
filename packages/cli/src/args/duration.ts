import { CliError } from '../cli-error.ts';
import { booleanOf } from './given.ts';

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `10m`, `1h30m`, as Go writes durations. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit!]!, 0);
}

/** What `--wait` asks for: not to wait, to wait for ever, or for some time. */
export function readWait(value: string | undefined): { readonly limitMs?: number } | undefined {
  const isOn = booleanOf(value ?? 'false');
  if (isOn !== undefined) return isOn ? {} : undefined;
  const limitMs = parseDuration(value!);
  if (limitMs === undefined) throw new CliError(`--wait takes a duration like 30s, 10m or 1h30m, not '${value}'`);
  return { limitMs };
}
