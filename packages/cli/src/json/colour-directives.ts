import type { Diagnostic } from '@radiant/model';
import { harmless } from '../render/text-width.ts';

/** `raw`: with Pulumi's directives, which whoever shows an event makes colours of, or takes out. */
export type EventColour = 'raw' | 'never';

/** `--color` first, then NO_COLOR; whether there is a terminal means nothing to whoever reads events (engine reference 8.4). */
export function eventColour(
  flag: string | undefined,
  env: { readonly [name: string]: string | undefined },
): EventColour {
  if (flag === 'never') return 'never';
  if (flag === 'always' || flag === 'raw') return 'raw';
  return env.NO_COLOR === undefined || env.NO_COLOR === '' ? 'raw' : 'never';
}

const reset = '<{%reset%}>';
const red = '<{%fg 1%}>';
const yellow = '<{%fg 3%}>';

/** One message, ending in one newline. */
export function messageIn(colour: EventColour, message: string): string {
  const text = harmless(message.replace(/\n$/, ''), false);
  return colour === 'never' ? `${text}\n` : `${reset}${text}${reset}\n`;
}

/** `error: ` and its like. */
export function prefixIn(colour: EventColour, severity: Diagnostic['severity'], prefix: string): string {
  if (prefix === '' || colour === 'never') return prefix;
  const directive = severity === 'error' ? red : severity === 'warning' ? yellow : reset;
  return `${directive}${prefix}${reset}`;
}
