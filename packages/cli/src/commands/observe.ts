import { type EngineEvent, type EventSink, exitCodes, OperationError, type StepInfo } from '@radiant/model';
import type { OperationReport } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { outputForm } from '../args/output-form.ts';
import type { CliContext } from '../context.ts';
import { eventColour } from '../json/colour-directives.ts';
import type { Interrupts } from '../process/interrupts.ts';
import { diffBody, stepsDiffLines } from '../render/diff-body.ts';
import type { Display, DisplayedOperation } from '../render/display.ts';
import { humanDisplay, type ProgressBodyFactory } from '../render/human-display.ts';
import { fullUrn, shownName } from '../render/names.ts';
import { choosePainter } from '../render/painter.ts';
import { plainBody } from '../render/plain-body.ts';
import { openEventLog } from './event-log.ts';
import type { Notices } from './workspace.ts';

export interface Observed {
  readonly report: OperationReport;
  /** What began, and how it ended. */
  readonly steps: readonly StepEvent[];
  /** Every change, property by property. */
  details(): readonly string[];
}

export type StepEvent = Extract<EngineEvent, { readonly kind: `step-${string}` }>;

export interface ObserveOptions {
  readonly context: CliContext;
  readonly given: Given;
  readonly stackName: string;
  readonly operation: DisplayedOperation;
  readonly interrupts: Interrupts;
  readonly notices: Notices;
  /** May what was printed be drawn over? */
  readonly isLive: boolean;
  readonly logsEvents: boolean;
  /** In the place of what the flags ask for. */
  readonly display?: Display;
}

/** How long an operation that was told to stop at once is waited for. */
const terminationMs = 2_000;

/** Runs an operation and shows it: its progress as events tell it, its results, and what Ctrl-C does. */
export async function observe(
  options: ObserveOptions,
  start: (events: EventSink) => Promise<OperationReport>,
): Promise<Observed> {
  const { context, given } = options;
  const steps: StepEvent[] = [];
  const log = options.logsEvents ? await openEventLog(context, given, options.notices) : undefined;
  const display = options.display ?? (await chooseDisplay(options));
  const stopListening = announceInterrupts(options.interrupts, display);
  options.notices.divert(options.isLive ? display.notice : undefined);
  const sink = withFailureDiagnostic(options.operation, (event) => {
    if ('step' in event) steps.push(event);
    display.event(event);
    log?.event(event);
  });
  let report: OperationReport | undefined;
  try {
    report = await Promise.race([start(sink), giveUp(options.interrupts.terminate)]);
  } finally {
    stopListening();
    options.notices.divert();
    display.finish(report);
    await log?.close(Date.now());
  }
  const begun = (): StepInfo[] => steps.flatMap((event) => (event.kind === 'step-started' ? [event.step] : []));
  return { report, steps, details: () => stepsDiffLines(begun(), valueStyle(given), painterOf(options)) };
}

async function chooseDisplay(options: ObserveOptions): Promise<Display> {
  const { context, given, operation } = options;
  const write = (text: string): void => context.out.write(text);
  const isPreview = operation.startsWith('preview');
  const form = outputForm(given);
  if (form === 'result') {
    const { resultDisplay } = await import('../json/result-display.ts');
    return resultDisplay(write, (text) => context.err.write(text));
  }
  if (form === 'events') {
    const wantsEvents = !isPreview || Boolean(context.env.PULUMI_ENABLE_STREAMING_JSON_PREVIEW);
    const { eventLinesDisplay, previewDigestDisplay } = await import('../json/json-displays.ts');
    const notice = (text: string): void => context.err.write(text);
    const isOpen = given.flag('show-secrets');
    if (!wantsEvents) return previewDigestDisplay(write, notice, isOpen ? 'plaintext' : 'masked');
    const colour = eventColour(given.value('color'), context.env);
    return eventLinesDisplay(write, notice, { secrets: isOpen ? 'plaintext' : 'blinded', colour });
  }
  const paint = painterOf(options);
  return humanDisplay(
    {
      operation,
      stackName: options.stackName,
      paint,
      style: valueStyle(given),
      showDebug: given.flag('debug'),
      showConfig: given.flag('show-config'),
      showOutputs: !given.flag('suppress-outputs'),
      showRemediations: given.flag('show-policy-remediations'),
      write,
    },
    await chooseBody(options, isPreview),
  );
}

async function chooseBody(options: ObserveOptions, isPreview: boolean): Promise<ProgressBodyFactory> {
  const { context, given } = options;
  const paint = painterOf(options);
  const write = (text: string): void => context.out.write(text);
  const attention = { showSames: given.flag('show-sames'), showReads: given.flag('show-reads') };
  const naming = given.flag('urns') ? fullUrn : shownName;
  if (given.flag('diff'))
    return (view) => diffBody(view, { isPreview, attention, style: valueStyle(given), paint, write });
  if (!options.isLive) {
    return () =>
      plainBody({ isPreview, showProgress: !given.flag('suppress-progress'), attention, naming, paint, write });
  }
  const { treeBody } = await import('../render/tree-body.ts');
  return (view) => treeBody(view, { isPreview, attention, naming, paint, out: context.out });
}

function painterOf({ context, given }: ObserveOptions): ReturnType<typeof choosePainter> {
  return choosePainter(given.value('color'), context.env, context.out.isTerminal);
}

function valueStyle(given: Given): { showSecrets: boolean; showFull: boolean } {
  return { showSecrets: given.flag('show-secrets'), showFull: given.flag('show-full-output') };
}

function announceInterrupts(interrupts: Interrupts, display: Display): () => void {
  const onDrain = (): void =>
    display.notice('Stopping: what has begun is finished, nothing new begins. Press Ctrl-C again to stop at once.');
  const onTerminate = (): void =>
    display.notice('Stopping at once: the next run finds out how what was under way has ended.');
  interrupts.drain.addEventListener('abort', onDrain);
  interrupts.terminate.addEventListener('abort', onTerminate);
  return () => {
    interrupts.drain.removeEventListener('abort', onDrain);
    interrupts.terminate.removeEventListener('abort', onTerminate);
  };
}

/** Rejects when an operation does not end soon after it was told to. */
function giveUp(terminate: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void =>
      reject(new OperationError({ code: 'TERMINATED', summary: 'stopped', exitCode: exitCodes.cancelled }));
    const wait = (): void => void setTimeout(fail, terminationMs).unref();
    if (terminate.aborted) wait();
    else terminate.addEventListener('abort', wait, { once: true });
  });
}

const failureNames: { readonly [operation in DisplayedOperation]: string } = {
  preview: 'preview',
  'preview-refresh': 'preview',
  'preview-destroy': 'preview',
  'preview-import': 'preview',
  up: 'update',
  refresh: 'update',
  destroy: 'update',
  import: 'update',
};

/** Scripts look for a last `error: update failed` that belongs to no resource. */
function withFailureDiagnostic(operation: DisplayedOperation, sink: EventSink): EventSink {
  const message = `${failureNames[operation]} failed`;
  let isSaid = false;
  return (event) => {
    if (event.kind === 'diagnostic' && event.diagnostic.message.trim() === message) isSaid = true;
    if (event.kind === 'summary' && event.summary.result === 'failed' && !isSaid) {
      sink({ kind: 'diagnostic', timeMs: event.timeMs, diagnostic: { severity: 'error', message } });
    }
    sink(event);
  };
}
