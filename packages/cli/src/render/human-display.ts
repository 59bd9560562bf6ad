import type { EngineEvent, OperationKind, OperationSummary } from '@radiant/model';
import type { OperationReport } from '@radiant/toolkit';
import { configLines } from './config-text.ts';
import { debuggeeText } from './debuggee-text.ts';
import { type Display, type DisplayedOperation, headings } from './display.ts';
import { createView, type OperationView, type Row } from './operation-view.ts';
import type { Painter } from './painter.ts';
import { policySection } from './policy-section.ts';
import { diagnosticSection, durationSection, noteSection, outputSection, resourceSection } from './sections.ts';
import type { ValueStyle } from './value-text.ts';

export interface HumanOptions {
  readonly operation: DisplayedOperation;
  readonly stackName: string;
  readonly paint: Painter;
  readonly style: ValueStyle;
  readonly showDebug: boolean;
  readonly showConfig: boolean;
  readonly showOutputs: boolean;
  readonly showRemediations: boolean;
  readonly write: (text: string) => void;
}

/** What stands between the heading and the sections: lines, a live tree, or property diffs. */
export interface ProgressBody {
  /** After `view` has taken in the event; `row` is the one that it changed. */
  event(event: EngineEvent, row: Row | undefined): void;
  /** Prints a line that stays. */
  line(text: string): void;
  /** The last of it, before the sections are printed. */
  end(): void;
}

export type ProgressBodyFactory = (view: OperationView) => ProgressBody;

const kinds: { readonly [operation in DisplayedOperation]: OperationKind } = {
  preview: 'preview',
  'preview-refresh': 'refresh',
  'preview-destroy': 'destroy',
  'preview-import': 'preview',
  up: 'up',
  refresh: 'refresh',
  destroy: 'destroy',
  import: 'up',
};

/** For people: a heading, the progress, then what was said, the outputs, the counts and how long it took. */
export function humanDisplay(options: HumanOptions, bodyOf: ProgressBodyFactory): Display {
  const { view, add } = createView(kinds[options.operation], options.showDebug);
  const body = bodyOf(view);
  options.write(`${options.paint('heading', `${headings[options.operation]} (${options.stackName}):`)}\n`);
  return {
    event(event) {
      const row = add(event);
      if (event.kind === 'prelude' && options.showConfig) for (const line of configLines(event.config)) body.line(line);
      if (event.kind === 'target') body.line(`${options.paint('bold', 'Target:')} ${event.text}`);
      if (event.kind === 'debugging-started') body.line(debuggeeText(event));
      body.event(event, row);
    },
    notice: (line) => body.line(line),
    finish(report) {
      body.end();
      for (const section of sections(view, report, options)) {
        if (section.length > 0) options.write(`${section.join('\n').replace(/\n+$/, '')}\n\n`);
      }
    },
  };
}

function sections(
  view: OperationView,
  report: OperationReport | undefined,
  options: HumanOptions,
): readonly (readonly string[])[] {
  const { paint } = options;
  const summary: OperationSummary | undefined = report?.summary ?? view.summary;
  return [
    [],
    noteSection(view, paint),
    diagnosticSection(view, paint),
    policySection(view, { ...options.style, showRemediations: options.showRemediations }, paint),
    report === undefined || !options.showOutputs ? [] : outputs(report, options),
    summary === undefined ? [] : resourceSection(summary, paint),
    summary === undefined ? [] : durationSection(summary, paint),
  ];
}

/** An operation that did not get to its end may have outputs it never heard of; they are not lost. */
function outputs(report: OperationReport, options: HumanOptions): readonly string[] {
  const mayHaveLost = report.result === 'succeeded';
  return outputSection(report.oldOutputs, report.outputs, { ...options.style, mayHaveLost }, options.paint);
}
