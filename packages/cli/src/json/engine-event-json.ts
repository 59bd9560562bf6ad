import type { Diagnostic, EngineEvent, OperationSummary, ResourceState, StepFailure, StepInfo } from '@radiant/model';
import { encodePrinted } from '@radiant/toolkit';
import { diagnosticPrefix } from '../render/sections.ts';
import { type EventColour, messageIn, prefixIn } from './colour-directives.ts';
import { type EventStyle, plainEvents } from './event-style.ts';
import { policyPayload } from './policy-event-json.ts';
import { type PrintedSecrets, printedProperties } from './printed-state.ts';

/**
 * Engine events as Pulumi's apitype has them, one JSON object each, numbered from 0; the last of every operation is a
 * `cancelEvent`, also when it succeeded.
 */
export function createEventEncoder(style: EventStyle = plainEvents): {
  encode(event: EngineEvent): object | undefined;
  end(nowMs: number): object;
} {
  let sequence = 0;
  const stamped = (timeMs: number, payload: object): object => ({
    sequence: sequence++,
    timestamp: Math.floor(timeMs / 1000),
    ...payload,
  });
  return {
    encode(event) {
      const payload = payloadOf(event, style);
      return payload === undefined ? undefined : stamped(event.timeMs, payload);
    },
    end: (nowMs) => stamped(nowMs, { cancelEvent: {} }),
  };
}

function payloadOf(event: EngineEvent, style: EventStyle): object | undefined {
  const { secrets, colour } = style;
  switch (event.kind) {
    case 'prelude':
      return { preludeEvent: { config: sorted(event.config) } };
    case 'target':
      return { diagnosticEvent: diagnosticJson({ severity: 'info', message: `Target: ${event.text}` }, colour) };
    case 'diagnostic':
      return { diagnosticEvent: diagnosticJson(event.diagnostic, colour) };
    case 'step-started':
      return { resourcePreEvent: { metadata: metadataJson(event.step, secrets), ...planning(event.isPlanning) } };
    case 'step-succeeded':
      return { resOutputsEvent: { metadata: metadataJson(event.step, secrets), ...planning(event.isPlanning) } };
    case 'step-failed':
      return {
        resOpFailedEvent: {
          metadata: metadataJson(event.step, secrets),
          status: failureStatus[event.outcome],
          steps: event.stepsDone,
        },
      };
    case 'policies-loading':
    case 'policy-violated':
    case 'policy-remediated':
    case 'policy-summary':
      return policyPayload(event, style);
    case 'debugging-started':
      return { startDebuggingEvent: { config: encodePrinted(event.config, { mode: secrets }) } };
    case 'summary':
      return { summaryEvent: summaryJson(event.summary) };
  }
}

/** Pulumi: resource.Status. */
const failureStatus: { readonly [outcome in StepFailure]: number } = { 'not-done': 0, 'not-ready': 1, 'in-doubt': 2 };

function planning(isPlanning: boolean): object {
  return isPlanning ? { planning: true } : {};
}

function diagnosticJson(diagnostic: Diagnostic, colour: EventColour): object {
  const { severity } = diagnostic;
  const prefix = prefixIn(colour, severity, diagnosticPrefix(severity));
  return {
    ...(diagnostic.urn !== undefined && { urn: diagnostic.urn }),
    ...(prefix !== '' && { prefix }),
    message: messageIn(colour, diagnostic.message),
    color: colour,
    severity,
    ...(diagnostic.streamId ? { streamID: diagnostic.streamId } : {}),
    ...(diagnostic.isEphemeral ? { ephemeral: true } : {}),
  };
}

function metadataJson(step: StepInfo, secrets: PrintedSecrets): object {
  return {
    op: step.op,
    urn: step.urn,
    type: step.type,
    old: step.old === undefined ? null : stateJson(step.old, secrets),
    new: step.new === undefined ? null : stateJson(step.new, secrets),
    ...(step.replaceKeys?.length ? { keys: step.replaceKeys } : {}),
    ...(step.diffs?.length ? { diffs: step.diffs } : {}),
    detailedDiff: detailedDiffJson(step, 'diffKind'),
    ...(step.isLogical ? { logical: true } : {}),
    provider: step.provider,
  };
}

/** `null` says that the provider gave no account of its own, `{}` that it saw no difference. */
export function detailedDiffJson(step: StepInfo, kindKey: 'diffKind' | 'kind'): object | null {
  if (step.detailedDiff === undefined) return null;
  const entries = Object.entries(step.detailedDiff).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(
    entries.map(([path, { kind, isInputDiff }]) => [path, { [kindKey]: kind, inputDiff: isInputDiff }]),
  );
}

function stateJson(state: ResourceState, secrets: PrintedSecrets): object {
  return {
    type: state.type,
    urn: state.urn,
    ...(state.ownership === 'component' ? {} : { custom: true }),
    ...(state.disposition === 'superseded' ? { delete: true } : {}),
    id: state.id,
    parent: state.parent ?? '',
    ...(state.isProtected ? { protect: true } : {}),
    ...(state.isTainted ? { taint: true } : {}),
    ...(state.ownership === 'external' ? { external: true } : {}),
    ...(state.retainOnDelete ? { retainOnDelete: true } : {}),
    ...printedProperties(state, secrets),
    provider: state.provider,
    ...(state.initErrors.length > 0 ? { initErrors: state.initErrors } : {}),
    ...(state.hideDiffs.length > 0 ? { hideDiffs: state.hideDiffs } : {}),
  };
}

function summaryJson(summary: OperationSummary): object {
  return {
    maybeCorrupt: summary.isMaybeCorrupt,
    durationSeconds: Math.ceil(summary.durationMs / 1000),
    resourceChanges: sorted(summary.changes),
    PolicyPacks: summary.policyPacks,
    isPreview: summary.isPreview,
    result: summary.result === 'succeeded' ? 'succeeded' : 'failed',
  };
}

/** Go writes maps in the order of their keys. */
export function sorted<T extends object>(map: T): T {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1))) as T;
}
