import { OperationError, type Urn } from '@radiant/model';
import { isStop } from '../operation/progress.ts';

/** The failure of a function of the program, in words that name what it was called for. A plain stop is passed on. */
export function callbackError(
  error: unknown,
  about: { readonly code: string; readonly what: string; readonly urn?: Urn },
): Error {
  if (isStop(error)) return error;
  const { code, what, urn } = about;
  const reason = error instanceof Error ? error.message : String(error);
  return new OperationError({
    code,
    summary: `${what}: ${reason}`,
    cause: error,
    ...(urn === undefined ? {} : { urn }),
  });
}
