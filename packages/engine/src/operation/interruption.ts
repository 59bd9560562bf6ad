import type { PendingOperation, PendingOperationKind } from '@radiant/model';
import { whichOne } from './doubts.ts';
import type { Interruption } from './request.ts';

/** How a step in doubt came out. */
export type Verdict =
  | 'happened'
  | 'happened-as-answered'
  | 'did-not-happen'
  | 'did-not-happen-as-answered'
  | 'is-done-again'
  | 'is-owed'
  | 'changed-nothing'
  | 'cannot-be-told'
  | 'could-not-be-asked'
  | 'is-found-out-by-the-next-update';

export interface SettledStep {
  readonly step: PendingOperation;
  readonly verdict: Verdict;
}

const outcomes: { readonly [verdict in Verdict]: (kind: PendingOperationKind) => string } = {
  happened: (kind) => (kind === 'creating' ? 'it had been made, and is recorded now' : 'it is gone'),
  'happened-as-answered': () => 'it is recorded now, under the id that was answered',
  'did-not-happen': (kind) => (kind === 'creating' ? 'it had not been made' : 'it is still there'),
  'did-not-happen-as-answered': () => 'it had not been made, as was answered',
  'is-done-again': () => 'it is done again',
  'is-owed': () => 'it is gone, and is made again: others need it',
  'changed-nothing': () => 'that changes nothing',
  'cannot-be-told': () => 'nobody can tell; see below',
  'could-not-be-asked': () => 'that could not be found out; see below',
  'is-found-out-by-the-next-update': () => 'the next update finds out how that ended',
};

/** Who was interrupted, which steps were in doubt, and how each came out. */
export function interruptionText(interruption: Interruption | undefined, steps: readonly SettledStep[]): string {
  const all = steps.map(({ step }) => step);
  const lines = steps.map(
    ({ step, verdict }) => `  ${step.kind} ${step.resource.urn}${whichOne(step, all)}: ${outcomes[verdict](step.kind)}`,
  );
  return [headline(interruption, steps.length), ...lines].join('\n');
}

function headline(interruption: Interruption | undefined, count: number): string {
  const steps = count === 1 ? 'one step' : `${count} steps`;
  // Of one that ended, or whose state another tool wrote, nothing else is known.
  if (interruption === undefined) return `An earlier operation left ${steps} in doubt:`;
  const { operation, startedAtMs, by } = interruption;
  const who = `The ${operation} that ${by.user} began on ${by.host} at ${new Date(startedAtMs).toISOString()}`;
  if (count === 0) return `${who} was interrupted. None of its steps was in doubt; this one carries on from there.`;
  return `${who} was interrupted, and left ${steps} in doubt:`;
}
