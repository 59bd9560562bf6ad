import { isObject, type Json, type JsonObject } from './recorded.ts';
import { setAside } from './set-aside.ts';

/** The events of one operation, in the form in which two runs are comparable. */
export interface EventAccount {
  /** What happened to each resource, in its order. */
  readonly steps: JsonObject;
  /** What was said, debug messages apart, by resource. */
  readonly diagnostics: JsonObject;
  /** Prelude, summary and what else belongs to no resource. */
  readonly rest: JsonObject;
}

const stepKinds = ['resourcePreEvent', 'resOutputsEvent', 'resOpFailedEvent'];

export function accountOf(events: readonly JsonObject[], folder?: string): EventAccount {
  const [steps, diagnostics, rest]: Record<string, Json[]>[] = [{}, {}, {}];
  for (const event of events) {
    const { kind, payload } = payloadOf(event);
    if (isSaidWhenSlow(payload)) continue;
    const comparable = setAside(payload, folder) as JsonObject;
    if (stepKinds.includes(kind)) append(steps!, subjectOf(payload), { kind, ...comparable });
    else if (kind !== 'diagnosticEvent') append(rest!, aboutResource(kind, payload), comparable);
    else if (payload.severity !== 'debug') append(diagnostics!, String(payload.urn ?? ''), comparable);
  }
  return { steps: steps!, diagnostics: diagnostics!, rest: rest! };
}

/** What we say while a check of the types holds everything up, where Pulumi says nothing. Whether it does, the machine decides. */
function isSaidWhenSlow({ ephemeral, message }: JsonObject): boolean {
  return ephemeral === true && ['Checking the types of the program', ''].includes(String(message).trim());
}

/** What policies say of resources comes in any order, but for what they say of one. */
function aboutResource(kind: string, { resourceUrn }: JsonObject): string {
  return typeof resourceUrn === 'string' ? `${kind} ${shortUrn(resourceUrn)}` : kind;
}

export function payloadOf(event: JsonObject): { readonly kind: string; readonly payload: JsonObject } {
  const [kind, payload] = Object.entries(event).find(([, value]) => isObject(value))!;
  return { kind, payload: payload as JsonObject };
}

/** Without stack and project, which say nothing here: `shelf:index:Book::plain`. */
export function subjectOf(payload: JsonObject): string {
  const { urn } = payload.metadata as JsonObject;
  return shortUrn(String(urn));
}

export function shortUrn(urn: string): string {
  return urn.split('::').slice(2).join('::');
}

function append(lists: Record<string, Json[]>, key: string, item: Json): void {
  const list = lists[key] ?? [];
  lists[key] = list;
  list.push(item);
}
