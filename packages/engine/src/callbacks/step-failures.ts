import { BugError, type ErrorHookRequest, OutcomeUnknownError } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { isStop } from '../operation/progress.ts';
import { callbackError } from './callback-error.ts';
import { callProgram } from './program-callbacks.ts';

/** Pulumi's bound on how often one step may fail. */
const failuresMax = 100;

/** What one step has failed of so far, for the error hooks of its resource (engine reference 3.4). */
export class StepFailures {
  readonly #operation: Operation;
  readonly #step: Omit<ErrorHookRequest, 'errors'>;
  readonly #errors: string[] = [];

  constructor(operation: Operation, step: Omit<ErrorHookRequest, 'errors'>) {
    this.#operation = operation;
    this.#step = step;
  }

  /** Whether there is anybody who could want the step repeated. */
  get mayBeRepeated(): boolean {
    return !this.#operation.isPreview && this.#hooks.length > 0;
  }

  /**
   * Whether an error hook wants the step repeated. All are asked, in order; when one fails that is told, and nothing is
   * repeated. What may have happened without the provider saying that it failed is not repeated either: it could be there
   * twice.
   */
  async wantRetryAfter(error: unknown): Promise<boolean> {
    if (isStop(error) || error instanceof BugError || isUnanswered(error)) return false;
    if (!this.mayBeRepeated) return false;
    const { reporter } = this.#operation;
    const subject = (this.#step.new ?? this.#step.old)!;
    this.#errors.unshift(messageOf(error));
    const failures = this.#errors.length;
    const warn = (message: string) => reporter.diagnose({ severity: 'warning', message, urn: subject.urn });
    if (failures >= failuresMax) {
      warn(`maximum number of error hook retries (${failuresMax}) reached`);
      return false;
    }
    try {
      const isWanted = await this.#ask(this.#hooks);
      const what = this.#step.failedOperation;
      if (isWanted) warn(`retrying ${what} due to on-error hook request (${failures}/${failuresMax})`);
      return isWanted;
    } catch (failure) {
      if (!isStop(failure)) reporter.diagnoseError(failure, subject.urn);
      return false;
    }
  }

  get #hooks(): readonly string[] {
    return (this.#step.new ?? this.#step.old)?.hooks?.onError ?? [];
  }

  async #ask(names: readonly string[]): Promise<boolean> {
    const { callbacks, progress } = this.#operation;
    const request = { ...this.#step, errors: [...this.#errors] };
    const subject = (request.new ?? request.old)!;
    let isWanted = false;
    for (const name of names) {
      const hook = callbacks.errorHook(name, subject, request.failedOperation === 'delete');
      const answer = await callProgram(progress, () => hook.wantsRetry(request)).catch((error: unknown) => {
        const what = `error hook ${JSON.stringify(name)} failed`;
        throw callbackError(error, { code: 'HOOK_FAILED', what, urn: subject.urn });
      });
      isWanted ||= answer;
    }
    return isWanted && progress.mayBegin;
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof OutcomeUnknownError && !error.saysFailed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
