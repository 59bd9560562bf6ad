import { owesProviderDelete, type ResourceState } from '@radiant/model';
import { announcementOf } from '../announcement.ts';
import { foreignId } from '../names.ts';
import type { Episode } from '../run-scenario.ts';
import { letters } from '../scenario.ts';
import type { Invariant } from './invariant.ts';
import { isBounded } from './outcome.ts';
import { hasReturned } from './returned.ts';

const foreign: ReadonlySet<string> = new Set(letters.map(foreignId));

/**
 * Things whose records said, at any time, that they are to be kept when they are let go, or that they go with something that
 * no provider deletes.
 */
function keptOnPurpose({ observation, history }: Episode): ReadonlySet<string> {
  const records = [...history.map((episode) => episode.observation), observation].flatMap((seen) => [
    ...recordsOf(seen),
  ]);
  const kept = new Set<ResourceState>(records.filter((state) => state.retainOnDelete));
  const staying = new Set(records.filter((state) => !owesProviderDelete(state)).map(({ urn }) => urn));
  for (let known = -1; known < kept.size; ) {
    known = kept.size;
    for (const state of records)
      if (state.deletedWith !== undefined && staying.has(state.deletedWith)) {
        kept.add(state);
        staying.add(state.urn);
      }
  }
  return new Set(Array.from(kept, ({ id }) => id));
}

function* recordsOf({ before, journal }: Episode['observation']): Iterable<ResourceState> {
  yield* before.resources;
  for (const entry of journal)
    for (const change of entry.kind === 'begin' ? [] : entry.changes) if (change.kind === 'put') yield change.state;
}

export const nothingOrphaned: Invariant = {
  name: 'every thing that was made is recorded or in doubt, unless it was to be kept',
  check: (episode) => {
    const { after, things } = episode.observation;
    const kept = keptOnPurpose(episode);
    const known = new Set<string>();
    for (const { id, ownership, disposition } of after.resources)
      if (ownership === 'managed' && disposition !== 'awaiting-recreate') known.add(id);
    for (const { resource } of after.pendingOperations) known.add(resource.id || String(resource.inputs.name));
    for (const id of things.after.keys())
      if (!foreign.has(id) && !known.has(id) && !kept.has(id)) return `${id} exists, and nobody knows of it`;
    return undefined;
  },
};

export const deletionsRespectDependencies: Invariant = {
  name: 'nothing is deleted before what cannot outlive it',
  check: (episode) => {
    const { observation, history, scenario } = episode;
    const { calls } = observation;
    // What is kept when it is let go may be found again by its name.
    const kept = keptOnPurpose(episode);
    const wasBounded = [...history.map((episode) => episode.observation), observation].some((seen) =>
      isBounded(seen.options),
    );
    for (const call of calls) {
      if (call.call !== 'delete') continue;
      // One that was lost and is being made again in doubt is taken for the one that is recorded, which leant on others.
      const leaning = call.leaning.find(({ id }) => !hasReturned(scenario, id) && !kept.has(id));
      if (leaning === undefined) continue;
      // Records do not say on which generation they lean: whoever leaves out what leans on a former one leaves it behind.
      if (wasBounded && announcementOf(call)?.disposition === 'superseded') continue;
      return `${call.id} is deleted before ${leaning.id}`;
    }
    return undefined;
  },
};

export const recordedIsNotDeleted: Invariant = {
  name: 'what stays recorded is not deleted',
  check: ({ observation: { calls, after, things, result } }) => {
    // What was to go and could not may have been lost before, and made again for another that has gone.
    if (result !== 'succeeded') return undefined;
    const recorded = new Set(after.resources.filter(isOurs).map(thingOf));
    for (const call of calls) {
      // Two providers may work in two places, where a name is not the same thing.
      const going = call.call === 'delete' ? announcementOf(call) : undefined;
      const isLost = going !== undefined && recorded.has(thingOf(going)) && !things.after.has(call.id);
      if (isLost) return `${call.id} is deleted and still recorded`;
    }
    return undefined;
  },
};

function isOurs({ ownership, disposition }: ResourceState): boolean {
  return ownership === 'managed' && disposition === 'live';
}

function thingOf({ id, provider }: ResourceState): string {
  return `${id} ${provider}`;
}

export const protectedStays: Invariant = {
  name: 'what is protected is neither deleted nor replaced',
  check: ({ observation: { events, isPreview, options } }) => {
    if (options.ignoreProtect === true) return undefined;
    for (const event of events) {
      if (event.kind !== 'step-succeeded' || isPreview || event.step.old?.isProtected !== true) continue;
      const { op, urn, old } = event.step;
      // Its thing is gone already: it is only made again.
      if (old.disposition === 'awaiting-recreate') continue;
      // A refresh may find that it is gone all the same.
      const isDropped = event.step.isLogical && (op === 'delete' || op === 'discard');
      if (isDropped || (op === 'replace' && event.step.new?.isProtected === true)) return `${op} of ${urn}`;
    }
    return undefined;
  },
};

export const keptIsNotDeleted: Invariant = {
  name: 'what is to be kept is not deleted by its provider',
  check: ({ observation }) => {
    for (const { call, id, pending } of observation.calls) {
      const deleting = pending.find(({ kind, resource }) => kind === 'deleting' && resource.id === id);
      if (call === 'delete' && deleting?.resource.retainOnDelete === true) return `${id} is deleted`;
    }
    return undefined;
  },
};

export const foreignStays: Invariant = {
  name: 'what somebody else owns is neither changed nor deleted',
  check: (episode) => {
    const { calls, before } = episode.observation;
    for (const { call, id, pending } of calls) {
      const owners = [...before.resources, ...pending.map(({ resource }) => resource)];
      const isOurs = owners.some((state) => state.id === id && state.ownership === 'managed');
      if (foreign.has(id) && !isOurs) return `${call} of ${id}`;
    }
    return undefined;
  },
};
