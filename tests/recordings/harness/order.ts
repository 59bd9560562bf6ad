import { payloadOf, shortUrn, subjectOf } from './events.ts';
import { isObject, type JsonObject } from './recorded.ts';

const deletions = ['delete', 'delete-replaced', 'discard', 'discard-replaced'];

interface Moments {
  /** Places of `resourcePreEvent` and of the event that ended the step. */
  readonly begun: number;
  readonly ended: number;
  readonly isComponent: boolean;
}

/**
 * Where events come in an order that dependencies forbid: a resource before what it leans on, or a deletion before that
 * of a dependent. `exports` say who leans on whom. Empty when all is well.
 */
export function orderViolations(events: readonly JsonObject[], exports: readonly JsonObject[]): string[] {
  const needs = needsOf(exports);
  const [made, deleted] = [new Map<string, Moments>(), new Map<string, Moments>()];
  for (const [index, event] of events.entries()) note(index, event, made, deleted);
  const violations = frameViolations(events);
  for (const [urn, needed] of needs) {
    for (const other of needed) {
      const [mine, theirs] = [made.get(urn), made.get(other)];
      // A component is there for its children as soon as it has begun.
      if (mine !== undefined && theirs !== undefined && mine.begun < (theirs.isComponent ? theirs.begun : theirs.ended))
        violations.push(`${urn} began before ${other} was there`);
      const [myEnd, theirEnd] = [deleted.get(urn), deleted.get(other)];
      if (myEnd !== undefined && theirEnd !== undefined && theirEnd.begun < myEnd.ended)
        violations.push(`${other} was deleted before its dependent ${urn}`);
    }
  }
  return violations;
}

/** The prelude first, but for the loading of policies, the summary after every step, and at the very end `cancelEvent`. */
function frameViolations(events: readonly JsonObject[]): string[] {
  const kinds = events.map((event) => payloadOf(event).kind);
  const isStep = (kind: string) => kind.startsWith('res');
  const violations: string[] = [];
  const first = kinds.find((kind) => kind !== 'policyLoadEvent');
  if (first !== 'preludeEvent') violations.push(`the first event is a ${first}`);
  if (kinds.at(-1) !== 'cancelEvent') violations.push(`the last event is a ${kinds.at(-1)}`);
  if (kinds.lastIndexOf('summaryEvent') < kinds.findLastIndex(isStep)) violations.push('a step came after the summary');
  const sequences = events.map(({ sequence }) => sequence);
  if (sequences.some((sequence, index) => sequence !== index)) violations.push('the events are not numbered from 0');
  return violations;
}

function note(index: number, event: JsonObject, made: Map<string, Moments>, deleted: Map<string, Moments>): void {
  const { kind, payload } = payloadOf(event);
  if (!kind.startsWith('res')) return;
  const { op, new: state } = payload.metadata as JsonObject;
  const moments = deletions.includes(String(op)) ? deleted : made;
  const subject = subjectOf(payload);
  const known = moments.get(subject);
  const isComponent = isObject(state) && state.custom !== true;
  // Reading what is there has no order.
  if (op === 'refresh') return;
  if (kind === 'resourcePreEvent') moments.set(subject, known ?? { begun: index, ended: index, isComponent });
  else if (known !== undefined)
    moments.set(subject, { ...known, ended: known.ended > known.begun ? known.ended : index });
}

function needsOf(exports: readonly JsonObject[]): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  for (const { deployment } of exports) {
    const { resources = [] } = deployment as { readonly resources?: readonly JsonObject[] };
    for (const resource of resources) {
      const { urn, parent, provider, dependencies = [] } = resource;
      const providerUrn = String(provider ?? '')
        .split('::')
        .slice(0, -1)
        .join('::');
      const needed = [parent, providerUrn, ...(dependencies as string[])].filter((other) => other);
      const known = needs.get(shortUrn(String(urn))) ?? new Set();
      for (const other of needed) known.add(shortUrn(String(other)));
      needs.set(shortUrn(String(urn)), known);
    }
  }
  return needs;
}
