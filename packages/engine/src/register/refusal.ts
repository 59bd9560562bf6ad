import { OperationError, type Urn } from '@radiant/model';

/** A declaration that cannot be followed, in Pulumi's words where it has some (engine reference: diagnostics). */
export function refusal(urn: Urn, code: string, summary: string, remedy?: string): OperationError {
  return new OperationError({ code, summary, urn, ...(remedy === undefined ? {} : { remedy }) });
}
