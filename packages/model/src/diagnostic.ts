import type { Urn } from './urn.ts';

export type Severity = 'debug' | 'info' | 'info#err' | 'warning' | 'error';

/** A message about the user's world. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly message: string;
  /** The resource it is about. */
  readonly urn?: Urn;
  /** Messages of one stream are shown together (Pulumi: streamId); 0 or absent for none. */
  readonly streamId?: number;
  /** A passing status, for a live view only. */
  readonly isEphemeral?: boolean;
  /** Noticed beside the plan (drift, a vanished thing): shown apart from what the plan itself has to say. */
  readonly isNote?: boolean;
}

/** Exit codes of Pulumi's CLI (cmdutil): scripts look at them. */
export const exitCodes = {
  generic: 1,
  configuration: 2,
  authentication: 3,
  stackNotFound: 6,
  noChangesExpected: 7,
  cancelled: 8,
  internal: 255,
} as const;

export interface OperationErrorFields {
  /** A word for the kind of error: `STATE_LOCK_HELD`. */
  readonly code: string;
  /** What happened, in one line, as it follows `error: `. */
  readonly summary: string;
  /** To which resource, and why. */
  readonly detail?: string;
  /** The command or line that mends it. */
  readonly remedy?: string;
  readonly urn?: Urn;
  /** A value of `exitCodes`; 1 when absent. */
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** Ends an operation, in words for the person who must act. Everything else that is thrown is a bug of ours. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: string;
  readonly summary: string;
  readonly detail: string | undefined;
  readonly remedy: string | undefined;
  readonly urn: Urn | undefined;
  readonly exitCode: number;

  constructor(fields: OperationErrorFields) {
    const text = [fields.summary, fields.detail, fields.remedy].filter((part) => part !== undefined).join('\n');
    super(text, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.summary = fields.summary;
    this.detail = fields.detail;
    this.remedy = fields.remedy;
    this.urn = fields.urn;
    this.exitCode = fields.exitCode ?? exitCodes.generic;
  }
}
