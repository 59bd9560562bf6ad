/** One error of the type check. */
export interface TypeDiagnostic {
  /** Relative to the program's directory; absent for an error in the options. */
  readonly file?: string;
  /** Both count from 1. */
  readonly line?: number;
  readonly column?: number;
  /** The number after `TS`. */
  readonly code: number;
  readonly message: string;
}

export type TypeScriptVerdict =
  | { readonly kind: 'clean' }
  | {
      readonly kind: 'errors';
      readonly diagnostics: readonly TypeDiagnostic[];
      /** As `tsc` prints them, each with its line and a caret. */
      readonly rendered: string;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  /** The checker itself failed: worth a warning, no reason to stop. */
  | { readonly kind: 'failed'; readonly message: string };

export type SkipReason =
  | 'off'
  | 'javascript'
  /** `noCheck` in the tsconfig, or PULUMI_NODEJS_TRANSPILE_ONLY. */
  | 'transpile-only'
  /** The program is loaded by something that checks, or not, by its own rules. */
  | 'own-loader';
