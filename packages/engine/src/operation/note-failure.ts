import { BugError, type Urn } from '@radiant/model';
import type { Operation } from './operation.ts';
import { isStop } from './progress.ts';

/** Tells of a failure unless that has been done, and notes that the operation has failed. */
export function noteFailure(operation: Operation, subject: { readonly urn: Urn } | undefined, error: unknown): Error {
  const { progress, reporter } = operation;
  if (isStop(error)) return error;
  if (error instanceof BugError) {
    progress.crash(error);
    return error;
  }
  progress.fail();
  reporter.diagnoseError(error, subject?.urn);
  return error instanceof Error ? error : new Error(String(error));
}
