import type { StepOp } from '@radiant/model';
import { changeSummary, replacementReasons } from './changes.ts';
import type { Row, RowStep } from './operation-view.ts';
import type { Colour } from './painter.ts';
import { elapsedText } from './seconds.ts';
import { type StepWords, stepWords } from './step-words.ts';
import { singleLine } from './text-width.ts';

export interface RowText {
  readonly symbol: string;
  readonly colour: Colour;
  readonly status: string;
  readonly info: string;
}

export interface RowContext {
  readonly isPreview: boolean;
  readonly nowMs: number;
  /** Counts of messages instead of the last status: the operation is over. */
  readonly isOver: boolean;
}

/** How a resource stands, in words. */
export function rowText(row: Row, context: RowContext): RowText {
  const step = shownStep(row);
  if (step === undefined) return { symbol: '  ', colour: 'plain', status: '', info: infoText(row, undefined, context) };
  const text = { ...stepText(step, context), info: infoText(row, step, context) };
  const isLeft = context.isOver && step.state === 'running' && step.op !== 'same';
  return isLeft ? { ...text, ...leftText(step) } : text;
}

/** A component is made at once, and only its outputs come later; of anything else it is not known how it ended. */
function leftText({ op, info }: RowStep): Pick<RowText, 'colour' | 'status'> {
  const { colour, done, doing } = stepWords[op];
  return info.new?.ownership === 'component'
    ? { colour, status: done }
    : { colour: 'red', status: `**${doing} interrupted**` };
}

/** How one step of a resource stands. */
export function stepText(step: RowStep, context: Pick<RowContext, 'isPreview' | 'nowMs'>): RowText {
  const words = stepWords[step.op];
  return {
    symbol: words.symbol,
    colour: step.state === 'failed' ? 'red' : words.colour,
    status: statusText(step, words, context),
    info: stepInfo(step),
  };
}

const replacementHalves: ReadonlySet<StepOp> = new Set(['create-replacement', 'delete-replaced', 'replace']);

/** The step that says most: what failed, what runs, and of a replacement that is over the replacement as a whole. */
export function shownStep(row: Row): RowStep | undefined {
  const failed = row.steps.find((step) => step.state === 'failed');
  if (failed !== undefined) return failed;
  const running = row.steps.findLast((step) => step.state === 'running');
  const last = running ?? row.steps.findLast((step) => step.op !== 'same') ?? row.steps.at(-1);
  if (last === undefined || last.state === 'running' || !replacementHalves.has(last.op)) return last;
  const whole = row.steps.find((step) => step.op === 'replace');
  return whole === undefined
    ? last
    : { ...whole, startedMs: row.steps[0]!.startedMs, endedMs: last.endedMs ?? last.startedMs };
}

function statusText(step: RowStep, words: StepWords, context: Pick<RowContext, 'isPreview' | 'nowMs'>): string {
  if (step.state === 'failed') return `**${words.doing} failed**`;
  if (step.op === 'same') return '';
  if (context.isPreview && step.op !== 'refresh') return words.plan;
  if (step.state === 'running') return `${words.doing} ${elapsedText(context.nowMs - step.startedMs, false)}`;
  return `${words.done} ${elapsedText((step.endedMs ?? step.startedMs) - step.startedMs, true)}`;
}

/** While it runs, what it waits for says more than what it changes. */
function infoText(row: Row, step: RowStep | undefined, context: RowContext): string {
  const change = step === undefined ? '' : [stepInfo(step), reasonText(step)].filter(Boolean).join(' ');
  if (!context.isOver) return singleLine(row.status ?? '') || change;
  const counts = [count(row.errors, 'error'), count(row.warnings, 'warning'), count(row.messages, 'message')];
  return [change, ...counts].filter((part) => part !== '').join('; ');
}

function stepInfo(step: RowStep): string {
  const summary = step.op === 'same' ? '' : changeSummary(step.info);
  return summary === '' ? '' : `[${summary}]`;
}

const mostReasons = 2;

/** Why it is not just updated. */
function reasonText({ op, info }: RowStep): string {
  if (!replacementHalves.has(op)) return '';
  const reasons = replacementReasons(info);
  const others = reasons.length - mostReasons;
  const more = others > 0 ? ` and ${others} more` : '';
  return reasons.length === 0 ? '' : `forced by ${reasons.slice(0, mostReasons).join(', ')}${more}`;
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}
