import type { OperationOptions } from '@radiant/engine';
import { isProviderType, type ResourceState, referencedUrns, type Urn, urnName, urnType } from '@radiant/model';
import { announcementOf } from '../announcement.ts';
import type { Observation } from '../observe.ts';
import type { Invariant } from './invariant.ts';
import { doubtful, isKeptAsItWas, renames, saidStates } from './unchanged.ts';

export const unselectedStays: Invariant = {
  name: 'what an operation is not to touch is neither changed nor recorded anew',
  check: ({ observation, preview }) => {
    const both = preview === undefined ? [observation] : [preview, observation];
    for (const seen of both) {
      const problem = strayOf(seen, both);
      if (problem !== undefined) return problem;
    }
    return undefined;
  },
};

/** `both`: an operation that fails may not come to tell what it meant to do; its preview does. */
function strayOf(seen: Observation, both: readonly Observation[]): string | undefined {
  const isAllowed = reachOf(seen, both);
  const renamed = renames(seen);
  // What had to go under the name it had is made again under another.
  const former = new Map(Array.from(renamed, ([from, to]) => [to, from]));
  for (const call of seen.calls) {
    const urn = announcementOf(call)?.urn;
    if (urn !== undefined && !isAllowed(urn) && !isAllowed(former.get(urn) ?? urn)) return `${call.call} of ${urn}`;
  }
  const inDoubt = doubtful(seen);
  for (const state of seen.before.resources) {
    const urn = renamed.get(state.urn) ?? state.urn;
    // A program needs what it reads, whoever else is targeted; but nothing of ours is given up for that.
    const isOurs = state.ownership !== 'external' && state.disposition === 'live';
    if (isAllowed(urn) || isAllowed(state.urn) || inDoubt.has(state.urn) || (isRead(seen, urn) && !isOurs)) continue;
    if (!isKeptAsItWas(state, seen)) return `the record of ${urn} is changed`;
  }
  return undefined;
}

/** Who may be touched; wide where it hangs on who leans on whom, which changes while the operation runs. */
function reachOf(seen: Observation, both: readonly Observation[]): (urn: Urn) => boolean {
  const states = both.flatMap(saidStates);
  const isRemade = (urn: Urn) => both.some((each) => isReplaced(each, urn));
  const { targets, excludes, targetDependents, excludeDependents } = seen.options;
  const isOurs = (urn: Urn) => /::(default_|proj-dev$)/.test(urn) || urnName(urn).startsWith('default');
  if (excludes !== undefined) {
    const isNamed = matching(excludes);
    const excluded = spread(isNamed, excludeDependents === true ? callsOf(seen) : []);
    // What had to go before it was declared to lean on an excluded one is made again.
    return (urn) => isOurs(urn) || !excluded(urn) || (!isNamed(urn) && isRemade(urn));
  }
  if (targets === undefined) return () => true;
  const targeted = spread(matching(targets), targetDependents === true ? states : []);
  const isTouched = (urn: Urn) => targeted(urn) || isProviderType(urnType(urn));
  // What cannot outlive one that is deleted first goes before it and is made again, whoever it is.
  const dragged = spread((urn) => isTouched(urn) && isRemade(urn), states);
  return (urn) => isOurs(urn) || isTouched(urn) || (dragged(urn) && isRemade(urn));
}

function isReplaced({ events }: Observation, urn: Urn): boolean {
  return events.some(
    (event) => event.kind === 'step-started' && event.step.urn === urn && /replace/.test(event.step.op),
  );
}

function isRead({ events }: Observation, urn: Urn): boolean {
  return events.some((event) => event.kind === 'step-started' && event.step.urn === urn && /^read/.test(event.step.op));
}

/** What is announced: of what is made or changed as it is planned, of what is only deleted as it is recorded. */
function callsOf({ calls }: Observation): readonly ResourceState[] {
  const last = new Map<Urn, ResourceState>();
  for (const call of calls) {
    const state = announcementOf(call);
    if (state !== undefined && (call.call !== 'delete' || !last.has(state.urn))) last.set(state.urn, state);
  }
  return [...last.values()];
}

type Test = (urn: Urn) => boolean;

function matching(patterns: NonNullable<OperationOptions['targets']>): Test {
  const tests = patterns.map((pattern) => {
    const source = pattern.split(/(\*+)/).map((part) => {
      if (part.startsWith('**')) return '.*';
      return part === '*' ? '[^:]*' : part.replaceAll('$', '\\$');
    });
    return new RegExp(`^${source.join('')}$`);
  });
  return (urn) => tests.some((test) => test.test(urn));
}

/** And what leans on that, directly or not. */
function spread(isTaken: Test, states: readonly ResourceState[]): Test {
  const taken = new Set(states.flatMap((state) => [state.urn, ...referencedUrns(state)]).filter(isTaken));
  for (let known = -1; known < taken.size; ) {
    known = taken.size;
    for (const state of states) if ([...referencedUrns(state)].some((urn) => taken.has(urn))) taken.add(state.urn);
  }
  return (urn) => isTaken(urn) || taken.has(urn);
}
