import type { Run } from './contest.ts';
import type { Journals } from './journals.ts';
import { stepsBegun } from './journals.ts';
import type { Call, CallKind } from './program.ts';

/*
 * What must be true of a fight, by the provider's own account and by the journals. A run that did not end well may have
 * left one call in doubt, its last: the things are changed one after the other. And a run that was stopped after a step
 * was recorded as begun, and before the provider heard of it, may call it when it goes on, though another has the stack
 * by then: no more than that one call, and its journal says so.
 */

const stepOf: { readonly [op in CallKind]: string } = { create: 'creating', update: 'updating', delete: 'deleting' };

export interface Verdict {
  /** Sentences, one for each thing that is wrong. */
  readonly violations: readonly string[];
  /** Calls of runs that had lost the stack, each begun while they held it. */
  readonly lateCalls: number;
  readonly calls: number;
}

export function judgeFight(calls: readonly Call[], runs: readonly Run[], journals: Journals): Verdict {
  const runNamed = new Map(runs.map((run) => [run.name, run]));
  const endedWell = (name: string) => runNamed.get(name)?.ending === 'succeeded';
  const lastCallOf = new Map(calls.map((call, index) => [call.run, index]));
  const violations: string[] = [];
  const begun = calls.filter(({ phase }) => phase === 'begun');

  // Serialised: once another run has begun, an earlier one begins at most the call it had recorded.
  let lateCalls = 0;
  const order: string[] = [];
  for (const [index, { run, op, name }] of begun.entries()) {
    if (!order.includes(run)) order.push(run);
    else if (run !== order.at(-1)) {
      lateCalls += 1;
      const isLast = !begun.slice(index + 1).some((later) => later.run === run);
      const journal = journals.byPid.get(runNamed.get(run)!.pid);
      const isRecorded = journal !== undefined && stepsBegun(journal).at(-1) === `${stepOf[op]} ${name}`;
      if (endedWell(run) || !isLast || !isRecorded)
        violations.push(`${run} called ${op} ${name} after ${order.at(-1)} had the stack`);
    }
  }

  // Nothing lost, nothing doubled: what the engine knew of a thing is what was there, unless that was left in doubt.
  const lastDone = new Map<string, number>();
  for (const [index, call] of calls.entries()) {
    if (call.phase !== 'done') continue;
    const earlier = lastDone.get(call.name);
    const earlierRun = earlier === undefined ? undefined : calls[earlier]!.run;
    const isInDoubt = (at: number | undefined, run: string | undefined) =>
      at !== undefined && run !== undefined && !endedWell(run) && lastCallOf.get(run) === at;
    if (call.known !== call.found && !isInDoubt(earlier, earlierRun) && !isInDoubt(index, call.run))
      violations.push(`${call.run} was told to ${call.op} ${call.name} as ${call.known}, and found ${call.found}`);
    lastDone.set(call.name, index);
  }

  // A begin is durable before each call. The journal of a run that ended well was read to its end.
  for (const run of runs) {
    if (run.ending !== 'succeeded') continue;
    const called = begun.filter((call) => call.run === run.name).map(({ op, name }) => `${stepOf[op]} ${name}`);
    const journal = journals.byPid.get(run.pid);
    const recorded = journal === undefined ? [] : stepsBegun(journal);
    if (called.join() !== recorded.join())
      violations.push(`${run.name} called ${called.join()}, and its journal has ${recorded.join()}`);
  }

  // Fencing tokens ascend in the order in which the runs came to call the provider.
  const tokens = order.map((name) => journals.byPid.get(runNamed.get(name)!.pid)?.header?.token);
  const known = tokens.filter((token) => token !== undefined);
  if (known.some((token, index) => index > 0 && token <= known[index - 1]!))
    violations.push(`fencing tokens in the order of the calls: ${known.join()}`);
  return { violations, lateCalls, calls: begun.length };
}
