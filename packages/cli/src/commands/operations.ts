import { type EngineEvent, exitCodes } from '@radiant/model';
import type { OperationOptions, OperationReport, Stack, Workspace } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { isBuildMachine, isPlain } from '../process/interactivity.ts';
import type { Interrupts } from '../process/interrupts.ts';
import { PromptAborted } from '../process/prompts.ts';
import type { DisplayedOperation } from '../render/display.ts';
import { afterDestroy } from './after-destroy.ts';
import type { CommandHandler } from './command.ts';
import { confirm } from './confirm.ts';
import { eventLogTarget } from './event-log.ts';
import { afterImport, importsOf, saveImports } from './import.ts';
import { type Observed, observe } from './observe.ts';
import { type Consent, consentOf, operationOptions } from './operation-settings.ts';
import { openOperationStack } from './operation-stack.ts';
import { askPendingCreates } from './pending-creates.ts';
import { type PlanFlags, planFlags, planOptions, savePlan } from './plans.ts';
import { createNotices, mayAsk, type Notices, openWorkspace } from './workspace.ts';

export type ChangeKind = 'up' | 'refresh' | 'destroy' | 'import';

/** One command's run: what its steps share. */
interface Run {
  readonly context: CliContext;
  readonly given: Given;
  readonly notices: Notices;
  readonly workspace: Workspace;
  readonly stack: Stack;
  readonly options: OperationOptions;
  readonly plans: PlanFlags;
  readonly interrupts: Interrupts;
}

export const preview: CommandHandler = async (context, given) => {
  eventLogTarget(given);
  const run = await prepare(context, given);
  const observed = await runOperation(run, 'preview', { logsEvents: true });
  const exitCode = exitCodeOf(observed.report, given);
  if (exitCode !== 0) return exitCode;
  await savePlan(run.plans, observed.report, run);
  await saveImports(context, given, observed);
  return 0;
};

export const up = changeCommand('up');
export const refresh = changeCommand('refresh');
export const destroy = changeCommand('destroy');
/** An update that declares what an earlier state tells of, in the place of the program. */
export const rollback = changeCommand('up', async (_context, given) => rollbackOptions(given));
/** Records what exists, in the place of what the program declares. */
export const importResources = changeCommand('import', async (context, given) => ({
  imports: await importsOf(context, given),
}));

function changeCommand(
  kind: ChangeKind,
  more?: (context: CliContext, given: Given) => Promise<Substitute>,
): CommandHandler {
  return async (context, given) => {
    const substitute = await more?.(context, given);
    const isUp = kind === 'up' && more === undefined;
    const consent = consentOf(given, context.env, mayAsk(context, given), !isUp);
    eventLogTarget(given);
    const prepared = await prepare(context, given, substitute);
    await prepared.stack.untilFree(prepared.interrupts.drain);
    const run = await withAnswers(prepared);
    const verdict = await previewAndAsk(run, kind, consent);
    if (verdict.kind === 'ended') return verdict.exitCode;
    const { report } = await runOperation({ ...run, options: verdict.options }, kind, { logsEvents: true });
    if (kind === 'destroy') await afterDestroy(run, report);
    const { imports } = run.options;
    if (imports !== undefined) await afterImport({ context, given, stack: run.stack, imports }, report);
    return exitCodeOf(report, given);
  };
}

/** What is carried out in the place of the program. */
type Substitute = Pick<OperationOptions, 'rollbackTo' | 'imports'>;

function rollbackOptions(given: Given): Substitute {
  const [text = ''] = given.args;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CliError(
      'name the version to go back to: radiant stack rollback <n>\nSee them with `radiant stack history`.',
    );
  return { rollbackTo: Number(text) };
}

async function prepare(context: CliContext, given: Given, more: Substitute = {}): Promise<Run> {
  const notices = createNotices(context);
  const plans = planFlags(given);
  const workspace = await openWorkspace(context, given, notices);
  const stack = await openOperationStack(context, given, workspace);
  const interrupts = context.catchInterrupts();
  const options = {
    ...operationOptions(given, context.env, context.cwd),
    ...more,
    ...(await planOptions(plans, context, stack)),
    drain: interrupts.drain,
    terminate: interrupts.terminate,
  };
  return { context, given, notices, workspace, stack, options, plans, interrupts };
}

/** The run with what a person knows of creations that were interrupted. */
async function withAnswers(run: Run): Promise<Run> {
  const { context, given, stack, options } = run;
  const pendingCreates = await askPendingCreates(context, given, stack, options.pendingCreates);
  return pendingCreates === undefined ? run : { ...run, options: { ...options, pendingCreates } };
}

const previewNames: { readonly [kind in ChangeKind]: DisplayedOperation } = {
  up: 'preview',
  refresh: 'preview-refresh',
  destroy: 'preview-destroy',
  import: 'preview-import',
};

/** Whether a command ends with its preview, or goes on, and how. */
type Verdict =
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'goes-on'; readonly options: OperationOptions };

async function previewAndAsk(run: Run, kind: ChangeKind, consent: Consent): Promise<Verdict> {
  if (!consent.isPreviewed) return { kind: 'goes-on', options: run.options };
  const observed = await runOperation(run, previewNames[kind], { logsEvents: consent.isPreviewOnly });
  const { report } = observed;
  if (consent.isPreviewOnly || report.result !== 'succeeded' || isUnexpected(report, run.given)) {
    return { kind: 'ended', exitCode: exitCodeOf(report, run.given) };
  }
  const plan = report.plan ?? run.options.plan;
  const goesOn: Verdict = { kind: 'goes-on', options: { ...run.options, ...(plan !== undefined && { plan }) } };
  if (!consent.isAsked) return goesOn;
  const isWanted = await unlessAborted(run.interrupts.drain, confirm(run.context, kind, observed));
  if (isWanted) return goesOn;
  run.context.out.write(`confirmation declined, not proceeding with the ${kind === 'up' ? 'update' : kind}\n`);
  return { kind: 'ended', exitCode: exitCodes.generic };
}

/** A signal at the question is an answer, too. */
function unlessAborted<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  return Promise.race([
    answer,
    new Promise<never>((_, reject) => {
      const leave = (): void => reject(new PromptAborted('cancelled'));
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    }),
  ]);
}

async function runOperation(
  run: Run,
  operation: DisplayedOperation,
  { logsEvents }: { readonly logsEvents: boolean },
): Promise<Observed> {
  const { context, given, stack } = run;
  return observe(
    {
      context,
      given,
      stackName: stack.name,
      operation,
      interrupts: run.interrupts,
      notices: run.notices,
      isLive: isLive(context, given),
      logsEvents,
    },
    (events) => start(stack, operation, run.options, events),
  );
}

function start(
  stack: Stack,
  operation: DisplayedOperation,
  options: OperationOptions,
  events: (event: EngineEvent) => void,
): Promise<OperationReport> {
  switch (operation) {
    case 'preview':
    case 'preview-import':
      return stack.preview({ ...options, of: 'up' }, events);
    case 'preview-refresh':
      return stack.preview({ ...options, of: 'refresh' }, events);
    case 'preview-destroy':
      return stack.preview({ ...options, of: 'destroy' }, events);
    case 'up':
    case 'import':
      return stack.up(options, events);
    case 'refresh':
      return stack.refresh(options, events);
    case 'destroy':
      return stack.destroy(options, events);
  }
}

/** Whether what was printed may be drawn over. */
function isLive(context: CliContext, given: Given): boolean {
  if (given.flag('non-interactive') || given.flag('suppress-progress')) return false;
  return context.out.isTerminal && !isPlain(context.env, given) && !isBuildMachine(context.env);
}

function isUnexpected(report: OperationReport, given: Given): boolean {
  if (!given.flag('expect-no-changes')) return false;
  return Object.entries(report.summary.changes).some(([op, count]) => op !== 'same' && (count ?? 0) > 0);
}

function exitCodeOf(report: OperationReport, given: Given): number {
  if (report.result === 'cancelled') return exitCodes.cancelled;
  if (report.result === 'failed') return report.exitCode === 0 ? exitCodes.generic : report.exitCode;
  if (!isUnexpected(report, given)) return report.exitCode;
  const changes = report.summary.isPreview ? 'changes were proposed' : 'changes occurred';
  throw new CliError(`no changes were expected but ${changes}`, exitCodes.noChangesExpected);
}
