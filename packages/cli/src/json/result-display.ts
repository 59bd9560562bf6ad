import { type EngineEvent, type StepInfo, urnName } from '@radiant/model';
import { debuggeeText } from '../render/debuggee-text.ts';
import type { Display } from '../render/display.ts';
import { diagnosticPrefix } from '../render/sections.ts';
import { harmless } from '../render/text-width.ts';
import { sorted } from './engine-event-json.ts';

/**
 * One line at the end (engine reference 8.5, `--output json`): how an operation ended, what it changed and how long it took,
 * in nanoseconds. Warnings and errors go to `say` meanwhile.
 */
export function resultDisplay(write: (text: string) => void, say: (text: string) => void): Display {
  const resources: object[] = [];
  return {
    event(event: EngineEvent) {
      if (event.kind === 'step-succeeded' && isChange(event.step)) resources.push(resourceOf(event.step));
      if (event.kind === 'debugging-started') say(`${debuggeeText(event)}\n`);
      if (event.kind !== 'diagnostic') return;
      const { severity, message, isEphemeral } = event.diagnostic;
      if ((severity === 'error' || severity === 'warning') && isEphemeral !== true)
        say(`${diagnosticPrefix(severity)}${harmless(message.trimEnd(), false)}\n`);
    },
    notice: (line) => say(`${line}\n`),
    finish(report) {
      // What threw has no result; the error says why.
      if (report === undefined) return;
      const { result, durationMs, changes } = report.summary;
      const duration = Math.round(durationMs * 1e6);
      write(`${JSON.stringify({ result, duration, summary: sorted(changes), resources })}\n`);
    },
  };
}

function isChange({ op, isLogical, isInternal }: StepInfo): boolean {
  return isLogical && !isInternal && op !== 'same';
}

function resourceOf({ urn, type, op, new: next, old }: StepInfo): object {
  const parent = (next ?? old)?.parent;
  return { urn, type, name: urnName(urn), op, ...(parent !== undefined && { parent }) };
}
