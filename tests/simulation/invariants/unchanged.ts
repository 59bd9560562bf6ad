import { propertyEquals, type ResourceState, type Urn } from '@radiant/model';
import { announcementOf } from '../announcement.ts';
import type { Observation } from '../observe.ts';
import type { Invariant } from './invariant.ts';

export const onlyStepsChange: Invariant = {
  name: 'what no step tells of stays as it is recorded',
  check: ({ observation: seen }) => {
    // What becomes durable is told right after that; a process that dies does not come to it.
    if (seen.result === 'crashed' || seen.result === 'threw') return undefined;
    const renamed = renames(seen);
    const told = new Set(seen.events.flatMap((event) => (event.kind === 'step-started' ? [event.step.urn] : [])));
    const inDoubt = doubtful(seen);
    for (const state of seen.before.resources) {
      const urn = renamed.get(state.urn) ?? state.urn;
      if (told.has(state.urn) || told.has(urn) || inDoubt.has(state.urn)) continue;
      if (!isKeptAsItWas(state, seen)) return `no step tells of ${urn}, whose record is changed`;
    }
    return undefined;
  },
};

/** What an earlier operation left in doubt, and what would have gone with it. */
export function doubtful({ before: { pendingOperations, resources } }: Observation): ReadonlySet<Urn> {
  const urns = new Set(pendingOperations.map(({ resource }) => resource.urn));
  for (let known = -1; known < urns.size; ) {
    known = urns.size;
    for (const { urn, deletedWith } of resources) if (deletedWith !== undefined && urns.has(deletedWith)) urns.add(urn);
  }
  return urns;
}

/** Nothing may be built on what is not there, or not as it should be; with `--continue-on-error` the rest goes on. */
export const failedIsNotBuiltOn: Invariant = {
  name: 'nothing is made or changed that leans on what has failed',
  check: ({ observation: { events, calls } }) => {
    const failed = new Set(
      events.flatMap((event) => (event.kind === 'step-failed' && makes.has(event.step.op) ? [event.step.urn] : [])),
    );
    for (const call of calls) {
      const planned = call.call === 'delete' ? undefined : announcementOf(call);
      const missing = planned === undefined ? undefined : needsOf(planned).find((urn) => failed.has(urn));
      if (missing !== undefined) return `${call.call} of ${planned!.urn}, though ${missing} has failed`;
    }
    return undefined;
  },
};

const makes: ReadonlySet<string> = new Set([
  'create',
  'update',
  'create-replacement',
  'import',
  'import-replacement',
  'read',
]);

function needsOf({ urn, dependencies, propertyDependencies, parent }: ResourceState): readonly Urn[] {
  const needs = [
    ...dependencies,
    ...Object.values(propertyDependencies).flat(),
    ...(parent === undefined ? [] : [parent]),
  ];
  return needs.filter((need) => need !== urn);
}

/** Old URN to new one, of what took another in this operation. */
export function renames({ journal }: Observation): ReadonlyMap<Urn, Urn> {
  const changes = journal.flatMap((entry) => (entry.kind === 'begin' ? [] : entry.changes));
  return new Map(changes.flatMap((change) => (change.kind === 'rename' ? [[change.from, change.to] as const] : [])));
}

/** Whether it is recorded afterwards as before, but for the names of others. */
export function isKeptAsItWas(state: ResourceState, { after }: Observation): boolean {
  return after.resources.some(
    (left) =>
      left.id === state.id &&
      left.type === state.type &&
      left.ownership === state.ownership &&
      left.disposition === state.disposition &&
      left.isTainted === state.isTainted &&
      left.isProtected === state.isProtected &&
      left.modified === state.modified &&
      propertyEquals(left.inputs, state.inputs) &&
      propertyEquals(left.outputs, state.outputs),
  );
}

/** Every state that the operation has recorded, found or meant, as far as it was told of. */
export function saidStates({ before, after, events, journal }: Observation): readonly ResourceState[] {
  return [
    ...before.resources,
    ...after.resources,
    ...journal.flatMap((entry) => (entry.kind === 'begin' ? [entry.resource] : [])),
    ...events.flatMap((event) =>
      event.kind === 'step-started' ? [event.step.old, event.step.new].filter((state) => state !== undefined) : [],
    ),
  ];
}
