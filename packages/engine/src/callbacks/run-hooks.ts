import type { HookMoment, HookRequest, ResourceHook, ResourceState } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { isStop } from '../operation/progress.ts';
import { callbackError } from './callback-error.ts';
import { callProgram } from './program-callbacks.ts';

export interface HookedStates {
  readonly old?: ResourceState;
  readonly new?: ResourceState;
}

type BeforeMoment = Extract<HookMoment, `before${string}`>;
type AfterMoment = Extract<HookMoment, `after${string}`>;

/** Runs what a resource binds to a moment before its step, in order. The first failure throws: the step must not be done. */
export async function runBeforeHooks(operation: Operation, moment: BeforeMoment, states: HookedStates): Promise<void> {
  for (const hook of boundHooks(operation, moment, states)) {
    const failure = await runHook(operation, hook, { moment, ...states });
    if (failure !== undefined) throw failure;
  }
}

/**
 * Runs what a resource binds to a moment after its step, in order. The step is done and recorded, so a failure is told,
 * and fails the operation, but neither the step nor the hooks that follow.
 */
export async function runAfterHooks(operation: Operation, moment: AfterMoment, states: HookedStates): Promise<void> {
  const { reporter, progress } = operation;
  const { urn } = subjectOf(states);
  const failures: unknown[] = [];
  try {
    for (const hook of boundHooks(operation, moment, states)) {
      const failure = await runHook(operation, hook, { moment, ...states });
      if (failure !== undefined) failures.push(failure);
    }
  } catch (error) {
    if (isStop(error)) reporter.diagnose({ severity: 'warning', message: unfinishedText(moment), urn });
    else failures.push(error);
  }
  for (const failure of failures) reporter.diagnoseError(failure, urn);
  // Last, since it may end the operation: the hooks of this step were still to run.
  if (failures.length > 0) progress.failStep();
}

function unfinishedText(moment: AfterMoment): string {
  return `its ${words[moment]} hooks did not run to their end, as the operation was ending`;
}

const words: { readonly [moment in AfterMoment]: string } = {
  afterCreate: 'after-create',
  afterUpdate: 'after-update',
  afterDelete: 'after-delete',
};

/** Throws OperationError when one of them is not registered; before any of them runs. */
function boundHooks({ callbacks, isPreview }: Operation, moment: HookMoment, states: HookedStates): ResourceHook[] {
  const subject = subjectOf(states);
  const names = subject.hooks?.[moment] ?? [];
  const bound = names.map((name) => callbacks.resourceHook(name, subject, states.new === undefined));
  return isPreview ? bound.filter(({ runsOnDryRun }) => runsOnDryRun) : bound;
}

/** What is deleted runs the hooks that were recorded with it. */
function subjectOf(states: HookedStates): ResourceState {
  return states.new ?? states.old!;
}

/** Returns what went wrong, unless that is only to be warned of. A plain stop is thrown. */
async function runHook(operation: Operation, hook: ResourceHook, request: HookRequest): Promise<Error | undefined> {
  const { urn } = subjectOf(request);
  try {
    await callProgram(operation.progress, () => hook.run(request));
    return undefined;
  } catch (error) {
    if (isStop(error)) throw error;
    const place = request.moment.startsWith('before') ? 'before' : 'after';
    const what = `${place} hook ${JSON.stringify(hook.name)} failed`;
    const failure = callbackError(error, { code: 'HOOK_FAILED', what, urn });
    if (!hook.ignoresErrors) return failure;
    operation.reporter.diagnose({ severity: 'warning', message: failure.message, urn });
    return undefined;
  }
}
