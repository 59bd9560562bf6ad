import { ApiError } from '../api-error.ts';
import { jsonResponse, type KubeResponse } from './http-messages.ts';

/** The `v1.Status` of a failure. Errors that are not ApiErrors are our own faults: 500, told plainly. */
export function failureStatus(error: unknown): Record<string, unknown> & { code: number } {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
        );
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: known.message,
    ...(known.reason !== '' && { reason: known.reason }),
    ...(known.details !== undefined && { details: known.details }),
    code: known.code,
  };
}

export function failureResponse(error: unknown): KubeResponse {
  const status = failureStatus(error);
  const retryAfter = (status.details as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds;
  return jsonResponse(status.code, status, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
}

export const methodNotAllowed = () =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

export const noSuchPath = () => new ApiError(404, 'NotFound', 'the server could not find the requested resource');
