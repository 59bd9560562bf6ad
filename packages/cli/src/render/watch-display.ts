import { type Diagnostic, type EngineEvent, type StepInfo, type Urn, urnName } from '@radiant/model';
import { configLines } from './config-text.ts';
import { debuggeeText } from './debuggee-text.ts';
import type { Display } from './display.ts';
import { shortType } from './names.ts';
import { type Painter, plainPainter } from './painter.ts';
import { diagnosticPrefix } from './sections.ts';
import { type Attention, isNews } from './step-words.ts';
import { cutEnd, escaped, harmless, textWidth } from './text-width.ts';

/** Writes lines that all begin with the time and with whom they are about; '' for nobody. */
export type WatchLine = (timeMs: number, about: string, text: string) => void;

const nameWidth = 20;

/** Pulumi's form (backend/display/watch.go): `15:04:05.000[                name] text`. */
export function watchLines(write: (text: string) => void): WatchLine {
  return (timeMs, about, text) => {
    const name = cutEnd(escaped(about), nameWidth);
    const prefix = `${timeText(timeMs)}[${' '.repeat(nameWidth - textWidth(name))}${name}] `;
    write(`${text.replace(/\n+$/, '').replaceAll(/^/gm, () => prefix)}\n`);
  };
}

/** Of the day, where the person is. */
function timeText(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

export interface WatchOptions {
  readonly line: WatchLine;
  readonly attention: Attention;
  readonly showDebug: boolean;
  readonly showConfig: boolean;
  /** Whether resources are called by their URNs. */
  readonly showUrns: boolean;
  readonly paint: Painter;
  readonly nowMs: () => number;
}

/** An update among others: a line for what begins, is done and fails, and for what is said. */
export function watchDisplay(options: WatchOptions): Display {
  const { line, paint } = options;
  const about = (urn: Urn | undefined): string => (urn === undefined ? '' : urnName(urn));

  const step = (event: { readonly timeMs: number; readonly step: StepInfo }, before: string): void => {
    const { op, urn, type, isInternal } = event.step;
    if (isInternal || !(isNews(op, options.attention) || before === 'failed ')) return;
    line(event.timeMs, about(urn), `${before}${op} ${options.showUrns ? escaped(urn) : shortType(type)}`);
  };

  const diagnostic = (timeMs: number, { severity, message, urn, isEphemeral }: Diagnostic): void => {
    if (isEphemeral === true || (severity === 'debug' && !options.showDebug) || message.trim() === '') return;
    line(timeMs, about(urn), diagnosticPrefix(severity) + harmless(message, paint !== plainPainter));
  };

  return {
    event(event: EngineEvent) {
      switch (event.kind) {
        case 'prelude':
          if (options.showConfig) line(event.timeMs, '', configLines(event.config).join('\n'));
          return;
        case 'target':
          line(event.timeMs, '', `Target: ${event.text}`);
          return;
        case 'diagnostic':
          diagnostic(event.timeMs, event.diagnostic);
          return;
        case 'step-started':
          step(event, '');
          return;
        case 'step-succeeded':
          step(event, 'done ');
          return;
        case 'step-failed':
          step(event, 'failed ');
          return;
        case 'policy-violated': {
          const { urn, level, pack, policy, message } = event.violation;
          line(event.timeMs, about(urn), `[${level}] ${pack}: ${policy}: ${harmless(message, false)}`);
          return;
        }
        case 'policy-remediated': {
          const { urn, pack, policy } = event.remediation;
          line(event.timeMs, about(urn), `[remediate] ${pack}: ${policy}`);
          return;
        }
        case 'debugging-started':
          line(event.timeMs, '', debuggeeText(event));
          return;
        case 'policies-loading':
        case 'policy-summary':
        case 'summary':
          return;
      }
    },
    notice: (text) => line(options.nowMs(), '', text),
    finish() {},
  };
}
