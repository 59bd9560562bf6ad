import { containsSecret, type ResourceState } from '@radiant/model';
import type { Operation } from './operation.ts';

/**
 * The outputs to be kept secret of what a provider has found. What stands under the id or name of one record may have been
 * made by another, of this resource or of one that shares the thing, and that one kept other things secret.
 */
export function secretNames({ ledger }: Pick<Operation, 'ledger'>, state: ResourceState): readonly string[] {
  const generations = ledger
    .generations(state.urn)
    .map((key) => ledger.current(key))
    .filter(({ id }) => id === state.id || id === '' || state.id === '');
  const sharing = ledger.sharing(state).map((recorded) => recorded.state);
  const others = [...generations, ...sharing].filter((other) => other !== state);
  return [
    ...state.additionalSecretOutputs,
    ...others.flatMap(({ inputs }) => Object.keys(inputs).filter((name) => containsSecret(inputs[name]))),
  ];
}
