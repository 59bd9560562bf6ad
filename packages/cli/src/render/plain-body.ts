import type { Diagnostic, EngineEvent } from '@radiant/model';
import type { ProgressBody } from './human-display.ts';
import { type Naming, shortType } from './names.ts';
import type { Row, RowStep } from './operation-view.ts';
import type { Painter } from './painter.ts';
import { rowText, shownStep, stepText } from './row-text.ts';
import { diagnosticPrefix } from './sections.ts';
import { type Attention, isNews } from './step-words.ts';
import { harmless, singleLine } from './text-width.ts';

export interface PlainOptions {
  readonly isPreview: boolean;
  readonly showProgress: boolean;
  readonly attention: Attention;
  readonly naming: Naming;
  readonly paint: Painter;
  readonly write: (text: string) => void;
}

/** A line for everything that happens, none of which is ever taken back: for logs. */
export function plainBody(options: PlainOptions): ProgressBody {
  const { paint, isPreview } = options;
  const printed = new Map<string, string>();

  const resourceLine = (row: Row, step: RowStep | undefined, nowMs: number, remark: string): void => {
    const text =
      step === undefined ? rowText(row, { isPreview, nowMs, isOver: false }) : stepText(step, { isPreview, nowMs });
    const tail = [paint(text.colour, text.status), remark === '' ? text.info : remark].filter((part) => part !== '');
    const line = ` ${paint(text.colour, text.symbol)} ${[shortType(row.type), options.naming(row.urn), ...tail].join(' ')}`;
    if (printed.get(row.urn) === line) return;
    printed.set(row.urn, line);
    options.write(`${line}\n`);
  };

  const stepLine = (event: Extract<EngineEvent, { kind: `step-${string}` }>, row: Row): void => {
    const { step } = event;
    const isShown = isNews(step.op, options.attention) || event.kind === 'step-failed';
    if (!isShown || (isPreview && (event.kind === 'step-started' || !step.isLogical))) return;
    const meant = row.steps.findLast((candidate) => candidate.info === step) ?? shownStep(row);
    resourceLine(row, meant, event.timeMs, '');
  };

  return {
    event(event, row) {
      if (!options.showProgress) return;
      if (row === undefined) {
        if (event.kind === 'diagnostic' && isEarly(event.diagnostic)) options.write(`${earlyText(event.diagnostic)}\n`);
        return;
      }
      if (event.kind === 'diagnostic') {
        const { severity, message, urn } = event.diagnostic;
        // An error of no resource is how the operation ends; it stands below.
        if (urn === undefined && severity === 'error') return;
        // An empty status takes back the one before.
        if (singleLine(message) === '') return;
        resourceLine(row, undefined, event.timeMs, diagnosticPrefix(severity) + singleLine(message));
      } else if (event.kind === 'step-started' || event.kind === 'step-succeeded' || event.kind === 'step-failed') {
        stepLine(event, row);
      }
    },
    line: (text) => options.write(`${text}\n`),
    end: () => options.write('\n'),
  };
}

/** What is said before there is a resource to say it of: who was interrupted, and what became of it. */
function isEarly({ urn, severity, isEphemeral, isNote }: Diagnostic): boolean {
  return (
    urn === undefined && isEphemeral !== true && isNote !== true && (severity === 'info' || severity === 'warning')
  );
}

function earlyText({ severity, message }: Diagnostic): string {
  return diagnosticPrefix(severity) + harmless(message.trimEnd(), false);
}
