import type { OperationError } from '@radiant/model';

/** What a check of the program's types has come to, whatever the language. */
export type TypecheckVerdict =
  | { readonly kind: 'clean' }
  | {
      readonly kind: 'errors';
      /** As the checker prints them, each with its file and line. */
      readonly rendered: string;
    }
  | { readonly kind: 'skipped' }
  /** The checker itself failed: worth a warning, no reason to stop. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The project asks for a checker that is not there: as good a reason to stop as wrong types. */
  | { readonly kind: 'unavailable'; readonly error: OperationError };
