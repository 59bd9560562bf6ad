import { isJsonMap, type Json, type JsonMap, listAt, textAt } from '../json.ts';

/** A refusal of the API server (kubernetes API reference: Status). */
export class KubeApiError extends Error {
  override readonly name = 'KubeApiError';
  /** The HTTP status. */
  readonly code: number;
  /** `NotFound`, `Conflict`, `Invalid`…; empty when the answer was no Status. */
  readonly reason: string;
  readonly details: JsonMap;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, reason: string, message: string, details: JsonMap = {}, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function apiErrorFrom(code: number, text: string, retryAfterSeconds: number | undefined): KubeApiError {
  const status = parse(text);
  if (isJsonMap(status) && status.kind === 'Status')
    return new KubeApiError(
      code,
      textAt(status, 'reason'),
      textAt(status, 'message') || `the API server answered ${code}`,
      isJsonMap(status.details) ? status.details : {},
      retryAfterSeconds,
    );
  const shown = text.trim().split('\n')[0]?.slice(0, 200) ?? '';
  return new KubeApiError(
    code,
    '',
    `the API server answered ${code}${shown === '' ? '' : `: ${shown}`}`,
    {},
    retryAfterSeconds,
  );
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The object is not there, or its whole kind is not. */
export function isNotFound(error: unknown): error is KubeApiError & { readonly code: 404 } {
  return error instanceof KubeApiError && error.code === 404;
}

/** The path itself is not served: no such kind in this cluster. */
export function isKindMissing(error: unknown): boolean {
  return isNotFound(error) && (error.reason === '' || /could not find the requested resource/.test(error.message));
}

/** The namespace in which something was to be written does not exist; its name. */
export function missingNamespace(error: unknown): string | undefined {
  if (!isNotFound(error) || textAt(error.details, 'kind') !== 'namespaces') {
    const match = isNotFound(error) ? /^namespaces "([^"]+)" not found/.exec(error.message) : null;
    return match?.[1];
  }
  return textAt(error.details, 'name') || undefined;
}

/** The namespace is being deleted, so nothing can be made in it. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!(error instanceof KubeApiError) || error.code !== 403) return false;
  const causes = listAt(error.details, 'causes');
  return (
    causes.some((cause) => textAt(cause, 'reason') === 'NamespaceTerminating') ||
    /is being terminated/.test(error.message)
  );
}

export interface FieldConflict {
  readonly manager: string;
  /** `status`, `scale`, or empty. */
  readonly subresource: string;
  /** As the API server writes it: `.spec.replicas`. */
  readonly field: string;
}

/** Who owns the fields that an apply wanted to change; empty when the error is something else. */
export function fieldConflicts(error: unknown): readonly FieldConflict[] {
  if (!(error instanceof KubeApiError) || error.code !== 409) return [];
  const causes = listAt(error.details, 'causes').filter((cause) => textAt(cause, 'reason') === 'FieldManagerConflict');
  return causes.map((cause) => {
    const message = textAt(cause, 'message');
    return {
      manager: /conflict with "([^"]*)"/.exec(message)?.[1] ?? '',
      subresource: /with subresource "([^"]*)"/.exec(message)?.[1] ?? '',
      field: textAt(cause, 'field'),
    };
  });
}
