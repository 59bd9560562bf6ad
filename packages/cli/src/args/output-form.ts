import { CliError } from '../cli-error.ts';
import type { Given } from './given.ts';

/** What an operation prints: text for people, its events (of a preview, a digest), or one line about its result. */
export type OutputForm = 'text' | 'events' | 'result';

/** Throws CliError where two forms are asked for. */
export function outputForm(given: Given): OutputForm {
  const wantsResult = given.value('output') === 'json';
  if (given.flag('json') && wantsResult) throw new CliError('--json and --output=json cannot be used together');
  if (wantsResult) return 'result';
  return given.flag('json') ? 'events' : 'text';
}

export function isForMachines(given: Given): boolean {
  return outputForm(given) !== 'text';
}
