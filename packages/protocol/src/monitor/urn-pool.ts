import { isUrn, type Urn } from '@radiant/model';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';

/**
 * The URNs a program has named. SDKs list all transitive dependencies of every resource, so the same text arrives
 * thousands of times: it is checked once, and kept once.
 */
export interface UrnPool {
  /** Throws RpcError, saying what `role` the text was to play, when it is no URN. */
  required(text: string, role: string): Urn;
  /** Undefined for empty text. */
  optional(text: string, role: string): Urn | undefined;
  list(texts: readonly string[], role: string): readonly Urn[];
}

const noUrns: readonly Urn[] = Object.freeze([]);

export function createUrnPool(): UrnPool {
  const known = new Map<string, Urn>();
  const required = (text: string, role: string): Urn => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (!isUrn(text)) throw new RpcError(statusCodes.invalidArgument, `invalid ${role} URN: ${JSON.stringify(text)}`);
    known.set(text, text);
    return text;
  };
  return {
    required,
    optional: (text, role) => (text === '' ? undefined : required(text, role)),
    list: (texts, role) => (texts.length === 0 ? noUrns : texts.map((text) => required(text, role))),
  };
}
