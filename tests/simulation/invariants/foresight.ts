import {
  containsUnknown,
  type EngineEvent,
  type ResourceState,
  referencedUrns,
  type StepInfo,
  type StepOp,
  type Urn,
  unknownId,
  urnName,
} from '@radiant/model';
import { bookOf, letterOf } from '../names.ts';
import type { Observation } from '../observe.ts';
import type { Invariant } from './invariant.ts';
import { hasUnforeseeable, isUnconfigured, planRefusal } from './outcome.ts';
import { hasReturned } from './returned.ts';

export const previewTouchesNothing: Invariant = {
  name: 'a preview changes neither the record nor the world',
  check: ({ preview, observation }) => {
    for (const seen of [preview, observation]) {
      if (seen?.isPreview !== true) continue;
      if (seen.journal.length > 0) return 'it journals';
      if (seen.before !== seen.after) return 'it changes the record';
      const changed = [...seen.things.before].find(([id, thing]) => seen.things.after.get(id) !== thing);
      if (changed !== undefined || seen.things.before.size !== seen.things.after.size) return 'it changes the world';
    }
    return undefined;
  },
};

export const previewEqualsUp: Invariant = {
  name: 'an update does what its preview said, wherever everything was known',
  check: ({ preview, observation, program, scenario }) => {
    if (preview?.result !== 'succeeded' || observation.result !== 'succeeded' || observation.isDisturbed)
      return undefined;
    // What is in doubt is only looked up by an operation that may act on the answer.
    if (preview.before.pendingOperations.length > 0) return undefined;
    const uncertain = uncertainSubjects(preview);
    const [foreseen, done] = [opsBySubject(preview), opsBySubject(observation)];
    for (const subject of new Set([...foreseen.keys(), ...done.keys()])) {
      if (uncertain.has(subject) || (isInRemote(subject) && isUnconfigured(program))) continue;
      // Only the update learns that what it makes has the id of what was lost.
      if (hasReturned(scenario, `named-${subject[0]}`)) continue;
      const [said, did] = [foreseen.get(subject) ?? 'nothing', done.get(subject) ?? 'nothing'];
      if (said !== did) return `of ${subject} the preview said ${said}, and the update did ${did}`;
    }
    return undefined;
  },
};

export const planIsFollowed: Invariant = {
  name: 'an update is not refused for a plan that its own preview made',
  check: ({ preview, observation, scenario }) => {
    if (preview?.plan === undefined || preview.before.pendingOperations.length > 0) return undefined;
    if (hasUnforeseeable(scenario)) return undefined;
    // Who is declared first decides whether a cascade takes one that lets go; the established engine refuses it, too.
    const excused = spread(preview, letting(preview));
    const refused = refusals(observation).find(({ urn }) => urn === undefined || !excused.has(subjectOf(urn)));
    return refused?.message;
  },
};

function refusals({ events }: Observation) {
  const diagnostics = events.flatMap((event) => (event.kind === 'diagnostic' ? [event.diagnostic] : []));
  return diagnostics.filter(({ severity, message }) => severity === 'error' && planRefusal.test(message));
}

export const planBinds: Invariant = {
  name: 'an update bound by a plan does nothing that the plan does not contain',
  check: ({ observation: { events, options, isPreview } }) => {
    if (options.plan === undefined || isPreview) return undefined;
    const left = new Map<string, StepOp[]>();
    for (const [urn, { steps }] of options.plan.resources)
      left.set(subjectOf(urn), [...(left.get(subjectOf(urn)) ?? []), ...steps]);
    for (const event of events) {
      if (event.kind !== 'step-started' || !changing.has(event.step.op) || event.step.isInternal) continue;
      const { urn, op } = event.step;
      const planned = left.get(subjectOf(urn)) ?? [];
      // What was in doubt may turn out to be there, and is then only updated.
      const index = planned.findIndex((other) => other === op || (op === 'update' && other === 'create-replacement'));
      if (index === -1) return `${op} of ${urn} is not planned`;
      planned.splice(index, 1);
    }
    return undefined;
  },
};

const changing: ReadonlySet<StepOp> = new Set([
  'create',
  'update',
  'delete',
  'create-replacement',
  'delete-replaced',
  'import',
  'import-replacement',
]);

function stepsOf({ events }: Observation): StepInfo[] {
  return events.flatMap((event: EngineEvent) =>
    event.kind === 'step-succeeded' && !event.step.isInternal ? [event.step] : [],
  );
}

/** By what the scenario calls a resource, since aliases give it another URN at a moment that chance decides. */
function opsBySubject(observation: Observation): ReadonlyMap<string, string> {
  const ops = new Map<string, string[]>();
  for (const { urn, op } of stepsOf(observation)) ops.set(subjectOf(urn), [...(ops.get(subjectOf(urn)) ?? []), op]);
  return new Map([...ops].map(([subject, list]) => [subject, list.sort().join(', ')]));
}

/** A provider that is not configured yet cannot be asked what is in its components. */
function isInRemote(subject: string): boolean {
  return subject === bookOf(subject.slice(0, 1));
}

function subjectOf(urn: Urn): string {
  const name = urnName(urn);
  if (name === 'team') return 'group';
  return letterOf(name) === undefined ? name : name.slice(1);
}

/** What hangs on something unknown, or on who comes first, directly or not. */
function uncertainSubjects(preview: Observation): ReadonlySet<string> {
  const unknown = stepsOf(preview).filter(isUncertain);
  return spread(preview, [...unknown.map(({ urn }) => subjectOf(urn)), ...letting(preview)]);
}

/** And what leans on those or did, directly or not. */
function spread(preview: Observation, subjects: readonly string[]): ReadonlySet<string> {
  const steps = stepsOf(preview);
  const taken = new Set(subjects);
  for (let known = -1; known < taken.size; ) {
    known = taken.size;
    for (const { urn, old, new: next } of steps)
      if ([...needsOf(old), ...needsOf(next)].some((need) => taken.has(need))) taken.add(subjectOf(urn));
  }
  return taken;
}

function needsOf(state: ResourceState | undefined): ReadonlySet<string> {
  return new Set(state === undefined ? [] : Array.from(referencedUrns(state), subjectOf));
}

/** Who lets go of something that is replaced. */
function letting(preview: Observation): readonly string[] {
  const steps = stepsOf(preview);
  const replaced = new Set(steps.filter(({ op }) => op === 'replace').map(({ urn }) => subjectOf(urn)));
  return steps.filter((step) => letsGoOf(step, replaced)).map(({ urn }) => subjectOf(urn));
}

function isUncertain({ new: next, provider }: StepInfo): boolean {
  return (
    provider.endsWith(unknownId) ||
    (next !== undefined && (containsUnknown(next.inputs) || containsUnknown(next.replacementTrigger)))
  );
}

/**
 * A resource that leans no more on what is replaced escapes a cascade when it is declared before that begins. Nobody can
 * wait for its declaration, which may be made of the successor's outputs.
 */
function letsGoOf({ old, new: next }: StepInfo, replaced: ReadonlySet<string>): boolean {
  if (old === undefined || next === undefined) return false;
  const kept = needsOf(next);
  return [...needsOf(old)].some((need) => replaced.has(need) && !kept.has(need));
}
