import type { FieldError } from './registry/kube-kind.ts';

/** A refusal of the API server; travels over HTTP as a `v1.Status`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden`, ... */
  readonly reason: string;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: number, reason: string, message: string, details?: Record<string, unknown>) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** 422 in the API server's words: `Deployment.apps "x" is invalid: spec.selector: Required value`. */
export function invalid(
  groupKind: { group: string; kind: string },
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const text = errors.map((error) => `${error.field}: ${error.detail}`);
  const list = text.length === 1 ? text[0] : `[${text.join(', ')}]`;
  const qualified = groupKind.group === '' ? groupKind.kind : `${groupKind.kind}.${groupKind.group}`;
  return new ApiError(422, 'Invalid', `${qualified} "${name}" is invalid: ${list}`, {
    name,
    group: groupKind.group,
    kind: groupKind.kind,
    causes: errors.map((error) => ({ reason: error.reason, message: error.detail, field: error.field })),
  });
}
