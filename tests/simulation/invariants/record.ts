import { owesProviderDelete, Replay, type ResourceState, replay, verifySnapshot } from '@radiant/model';
import type { ChangingCall } from '../announcement.ts';
import { announcementOf } from '../announcement.ts';
import type { Observation } from '../observe.ts';
import type { Invariant } from './invariant.ts';
import { hasReturned } from './returned.ts';

/** However early the process dies, the next one can go on from what is durable. */
export const everyPrefixHoldsTogether: Invariant = {
  name: 'after every entry of the journal the records hold together',
  check: ({ observation: { before, journal } }) => {
    const replayed = new Replay(before);
    for (const [index, entry] of journal.entries()) {
      replayed.apply(entry);
      const [violation] = verifySnapshot(replayed.snapshot());
      if (violation !== undefined) return `after entry ${index} (${entry.kind}): ${violation.message}`;
    }
    return undefined;
  },
};

export const nothingUnannounced: Invariant = {
  name: 'a provider changes nothing before that is durable',
  check: ({ observation: { calls, isPreview } }) => {
    for (const call of calls) {
      if (isPreview) return `a preview calls ${call.call} of ${call.id}`;
      if (announcementOf(call) === undefined)
        return `${call.call} of ${call.id} is called without a beginning in the journal`;
    }
    return undefined;
  },
};

const allowed: { readonly [kind in Observation['kind']]: readonly ChangingCall['call'][] } = {
  up: ['create', 'update', 'delete'],
  refresh: [],
  destroy: ['delete'],
};

export const nothingOutOfKind: Invariant = {
  name: 'a refresh has nothing changed, and a destruction nothing made',
  check: ({ observation: { kind, calls } }) => {
    const stray = calls.find(({ call }) => !allowed[kind].includes(call));
    return stray === undefined ? undefined : `${stray.call} of ${stray.id}`;
  },
};

/** A resource may adopt what another is recorded with, and takes it over once that one is no longer declared. */
export const nothingDoubled: Invariant = {
  name: 'no thing is recorded twice, unless one of the two has adopted it',
  check: ({ observation: { after }, scenario }) => {
    const owners = new Map<string, ResourceState>();
    for (const state of after.resources) {
      if (!owesProviderDelete(state) || state.type.startsWith('pulumi:')) continue;
      const other = owners.get(state.id);
      // What was lost and is made again by its name is so for another resource, too.
      const isAdopted = hasReturned(scenario, state.id) || [state, other].some((owner) => owner?.importId === state.id);
      if (other !== undefined && !isAdopted) return `${state.id} is recorded for ${other.urn} and for ${state.urn}`;
      owners.set(state.id, state);
    }
    return undefined;
  },
};

export const recordIsWhatTheJournalSays: Invariant = {
  name: 'the record is what the journal comes to',
  check: ({ observation: { before, after, journal, isPreview } }) => {
    const expected = isPreview ? before : replay(before, journal);
    return JSON.stringify(after) === JSON.stringify(expected) ? undefined : 'another snapshot than the journal says';
  },
};

export const endsInOrder: Invariant = {
  name: 'an operation ends, and not by a fault of ours',
  check: ({ observation: { result, thrown, isDisturbed } }) => {
    if (result === 'hangs') return 'it waits for ever';
    if (result !== 'threw') return undefined;
    const isOurs = !(thrown instanceof Error) || thrown.name === 'BugError' || !isDisturbed;
    return isOurs ? `it threw ${thrown instanceof Error ? thrown.stack : String(thrown)}` : undefined;
  },
};

export const interruptsStop: Invariant = {
  name: 'after an interrupt nothing is begun, and the operation says that it was cancelled',
  check: ({ observation: { calls, isInterrupted, result } }) => {
    const late = calls.find(({ isLate }) => isLate);
    if (late !== undefined) return `${late.call} of ${late.id}`;
    return isInterrupted && (result === 'succeeded' || result === 'failed') ? `it ${result}` : undefined;
  },
};
