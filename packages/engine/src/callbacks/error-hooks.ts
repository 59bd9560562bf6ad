import { BugError, type ErrorHookRequest, OutcomeUnknownError } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { isStop } from '../operation/progress.ts';
import { callbackError } from './callback-error.ts';
import { callProgram } from './program-callbacks.ts';

/** Pulumi's bound on how often one step may fail. */
const failuresMax = 100;

/**
 * Whether one of a resource's error hooks wants a failed step repeated (engine reference 3.4). Every hook is asked, in
 * order; when one fails that is told, and nothing is repeated. What may have happened without the provider saying that
 * it failed is not repeated either: it could be there twice.
 */
export async function isRetryWanted(operation: Operation, request: ErrorHookRequest, error: unknown): Promise<boolean> {
  if (isStop(error) || error instanceof BugError || isUnanswered(error)) return false;
  const { callbacks, reporter, progress } = operation;
  const subject = (request.new ?? request.old)!;
  const { urn } = subject;
  const names = subject.hooks?.onError ?? [];
  if (names.length === 0) return false;
  if (request.errors.length >= failuresMax) {
    const message = `it has failed ${failuresMax} times and is not tried again`;
    reporter.diagnose({ severity: 'warning', message, urn });
    return false;
  }
  let isWanted = false;
  try {
    for (const name of names) {
      const hook = callbacks.errorHook(name, subject, request.failedOperation === 'delete');
      const answer = await callProgram(progress, () => hook.wantsRetry(request)).catch((error: unknown) => {
        throw callbackError(error, { code: 'HOOK_FAILED', what: `error hook ${JSON.stringify(name)} failed`, urn });
      });
      isWanted ||= answer;
    }
  } catch (error) {
    if (!isStop(error)) reporter.diagnoseError(error, urn);
    return false;
  }
  return isWanted && progress.mayBegin;
}

function isUnanswered(error: unknown): boolean {
  return error instanceof OutcomeUnknownError && !error.saysFailed;
}
