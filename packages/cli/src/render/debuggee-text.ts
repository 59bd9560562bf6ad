import type { WaitingDebuggee } from '@radiant/model';
import { singleLine } from './text-width.ts';

/** Says that somebody has to act, or nothing goes on. */
export function debuggeeText({ message }: WaitingDebuggee): string {
  const place = singleLine(message);
  return `Waiting for a debugger to attach${place === '' ? '' : ` ${place}`}`;
}
