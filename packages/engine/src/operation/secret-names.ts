import { containsSecret, type ResourceState } from '@radiant/model';
import type { Operation } from './operation.ts';

/**
 * The outputs to be kept secret of what a provider has found. What stands under the id or name of one generation may have
 * been made by another, which kept other things secret.
 */
export function secretNames({ ledger }: Pick<Operation, 'ledger'>, state: ResourceState): readonly string[] {
  const others = ledger
    .generations(state.urn)
    .map((key) => ledger.current(key))
    .filter((generation) => generation !== state);
  return [
    ...state.additionalSecretOutputs,
    ...others.flatMap(({ inputs }) => Object.keys(inputs).filter((name) => containsSecret(inputs[name]))),
  ];
}
