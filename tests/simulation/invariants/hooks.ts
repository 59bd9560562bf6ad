import type { HookMoment, ResourceState, StepOp, Urn } from '@radiant/model';
import type { ChangingCall } from '../announcement.ts';
import { announcementOf } from '../announcement.ts';
import type { Observation } from '../observe.ts';
import type { Invariant } from './invariant.ts';

const before: { readonly [call in ChangingCall['call']]: HookMoment } = {
  create: 'beforeCreate',
  update: 'beforeUpdate',
  delete: 'beforeDelete',
};

export const hooksForbid: Invariant = {
  name: 'what a hook forbids is not done',
  check: ({ observation: { calls, hookCalls } }) => {
    for (const { moment, urn, id, isFailed, callsBefore } of hookCalls) {
      if (!isFailed) continue;
      const done = calls.slice(callsBefore).find((call) => {
        const announced = before[call.call] === moment ? announcementOf(call) : undefined;
        return announced?.urn === urn && (call.call === 'create' || call.id === id);
      });
      if (done !== undefined) return `${done.call} of ${urn}, though its hook failed`;
    }
    return undefined;
  },
};

export const hooksComeFirst: Invariant = {
  name: 'a provider changes nothing before the hooks that are to hear of it first',
  check: ({ observation: { calls, hookCalls } }) => {
    for (const [index, call] of calls.entries()) {
      const announced = announcementOf(call);
      const moment = before[call.call];
      if (announced?.hooks?.[moment].length !== 1) continue;
      // What was made and did not become ready is brought on by updates of the same step.
      const isContinued = calls.slice(0, index).some(({ call: made, id }) => made !== 'delete' && id === call.id);
      const isHeard = hookCalls.some(
        (heard) => heard.moment === moment && heard.urn === announced.urn && heard.callsBefore <= index,
      );
      if (!isHeard && !isContinued) return `${call.call} of ${announced.urn}, and its hook has not heard of it`;
    }
    return undefined;
  },
};

const after: { readonly [op in StepOp]?: HookMoment } = {
  create: 'afterCreate',
  'create-replacement': 'afterCreate',
  update: 'afterUpdate',
  delete: 'afterDelete',
  'delete-replaced': 'afterDelete',
};

export const hooksHearOfIt: Invariant = {
  name: 'hooks hear of what has been done',
  check: ({ observation: seen }) => {
    if (seen.isPreview || seen.isInterrupted || isCutShort(seen)) return undefined;
    const begun = new Map<Urn, StepOp>();
    for (const event of seen.events) {
      if (event.kind === 'step-started') begun.set(event.step.urn, event.step.op);
      if (event.kind !== 'step-succeeded') continue;
      const { op, urn, old, new: current } = event.step;
      const moment = after[op];
      // A refresh has only found what it tells of.
      if (moment === undefined || begun.get(urn) === 'refresh') continue;
      if (!isHooked(current ?? old, moment) || isExcused(seen, urn)) continue;
      const isHeard = seen.hookCalls.some((heard) => heard.moment === moment && heard.urn === urn);
      if (!isHeard) return `${op} of ${urn}`;
    }
    return undefined;
  },
};

/** A failure elsewhere ended the operation before. */
function isExcused({ events }: Observation, urn: Urn): boolean {
  return events.some(
    (event) =>
      event.kind === 'diagnostic' &&
      event.diagnostic.urn === urn &&
      event.diagnostic.message.includes('hooks did not run to their end'),
  );
}

/** Nobody is told of what an earlier operation did. */
function isHooked(subject: ResourceState | undefined, moment: HookMoment): boolean {
  return (
    subject?.hooks !== undefined && subject.hooks[moment].length > 0 && subject.disposition !== 'awaiting-recreate'
  );
}

function isCutShort({ result, errors }: Observation): boolean {
  return result === 'crashed' || result === 'threw' || errors.some((message) => message.includes('was not registered'));
}

export const onlyHooksRepeat: Invariant = {
  name: 'a step is repeated only when an error hook wants that',
  check: ({ observation: { calls, retryCalls } }) => {
    for (const [index, call] of calls.entries()) {
      const earlier = calls.findLastIndex((made, at) => at < index && made.call === call.call && made.id === call.id);
      if (earlier === -1 || call.call === 'delete') continue;
      const isWanted = retryCalls.some(
        ({ isWanted, callsBefore }) => isWanted && callsBefore > earlier && callsBefore <= index,
      );
      if (!isWanted) return `${call.call} of ${call.id}`;
    }
    return undefined;
  },
};
