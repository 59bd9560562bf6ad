import {
  type Diagnostic,
  type EngineEvent,
  formatPropertyPath,
  type StepInfo,
  stackType,
  unknownsOf,
} from '@radiant/model';
import { debuggeeText } from '../render/debuggee-text.ts';
import type { Display } from '../render/display.ts';
import { diagnosticPrefix } from '../render/sections.ts';
import { harmless } from '../render/text-width.ts';
import { unknownReason } from '../render/unknown-text.ts';
import { createEventEncoder, detailedDiffJson, sorted } from './engine-event-json.ts';
import type { EventStyle } from './event-style.ts';
import { type PrintedSecrets, resourceJson } from './printed-state.ts';

type Write = (text: string) => void;

/** Every event as a line, while it happens. */
export function eventLinesDisplay(write: Write, notice: Write, style: EventStyle): Display {
  const encoder = createEventEncoder(style);
  return {
    event(event) {
      const json = encoder.encode(event);
      if (json !== undefined) write(`${JSON.stringify(json)}\n`);
    },
    notice: (line) => notice(`${line}\n`),
    finish: () => write(`${JSON.stringify(encoder.end(Date.now()))}\n`),
  };
}

/** One object at the end (Pulumi: PreviewDigest): what a preview would do. */
export function previewDigestDisplay(write: Write, notice: Write, secrets: PrintedSecrets): Display {
  let config: object = {};
  const steps: object[] = [];
  const diagnostics: object[] = [];
  let ending: object = {};
  return {
    event(event: EngineEvent) {
      if (event.kind === 'prelude') config = sorted(event.config);
      else if (event.kind === 'step-started' && isShown(event.step)) steps.push(digestStep(event.step, secrets));
      else if (event.kind === 'diagnostic' && isKept(event.diagnostic))
        diagnostics.push(digestDiagnostic(event.diagnostic));
      else if (event.kind === 'debugging-started') notice(`${debuggeeText(event)}\n`);
      else if (event.kind === 'summary') {
        ending = {
          duration: Math.round(event.summary.durationMs * 1e6),
          changeSummary: sorted(event.summary.changes),
          ...(event.summary.isMaybeCorrupt && { maybeCorrupt: true }),
        };
      }
    },
    notice: (line) => notice(`${line}\n`),
    finish(report) {
      // What threw has no digest; the error says why.
      if (report === undefined) return;
      const digest = {
        ...(Object.keys(config).length > 0 && { config }),
        ...(steps.length > 0 && { steps }),
        ...(diagnostics.length > 0 && { diagnostics }),
        ...ending,
      };
      write(`${JSON.stringify(digest, undefined, 4)}\n`);
    },
  };
}

function isShown(step: StepInfo): boolean {
  return step.isLogical && !step.isInternal && (step.op !== 'same' || step.type === stackType);
}

function isKept(diagnostic: Diagnostic): boolean {
  return diagnostic.severity !== 'debug' && diagnostic.isEphemeral !== true;
}

function digestStep(step: StepInfo, secrets: PrintedSecrets): object {
  return {
    op: step.op,
    urn: step.urn,
    ...(step.provider !== '' && { provider: step.provider }),
    ...(step.old !== undefined && { oldState: resourceJson(step.old, secrets) }),
    ...(step.new !== undefined && { newState: resourceJson(step.new, secrets) }),
    ...(step.diffs?.length ? { diffReasons: step.diffs } : {}),
    ...(step.replaceKeys?.length ? { replaceReasons: step.replaceKeys } : {}),
    detailedDiff: detailedDiffJson(step, 'kind'),
    ...unknownReasons(step),
  };
}

/** Why inputs are unknown, by their paths; the established digest has no such field. */
function unknownReasons({ new: state }: StepInfo): { readonly unknownReasons?: { readonly [path: string]: string } } {
  const reasons = unknownsOf(state?.inputs ?? {}).flatMap(({ path, unknown }) => {
    const reason = unknownReason(unknown);
    return reason === undefined ? [] : [[formatPropertyPath(path), reason] as const];
  });
  return reasons.length === 0 ? {} : { unknownReasons: Object.fromEntries(reasons) };
}

function digestDiagnostic(diagnostic: Diagnostic): object {
  const message = diagnosticPrefix(diagnostic.severity) + harmless(diagnostic.message, false);
  return {
    ...(diagnostic.urn !== undefined && { urn: diagnostic.urn }),
    message: message.endsWith('\n') ? message : `${message}\n`,
    severity: diagnostic.severity,
  };
}
