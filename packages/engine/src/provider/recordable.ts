import { mapEntries, type PropertyMap, Secret, type UpdateResult } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';

/** What is kept of a provider's answer. */
export interface Recordable {
  readonly outputs: PropertyMap;
  readonly initErrors: readonly string[];
  readonly refreshBeforeUpdate: boolean;
}

/**
 * A provider's answer as it may be recorded: what the program wants secret is, and what mirrors a secret input; no reason
 * quotes a secret. `secretNames`: the option `additionalSecretOutputs`.
 */
export function recordable(
  { scrubber }: Operation,
  answer: Pick<UpdateResult, 'outputs' | 'initErrors' | 'refreshBeforeUpdate'>,
  inputs: PropertyMap,
  secretNames: readonly string[],
): Recordable {
  const outputs = withSecretOutputs(answer.outputs, inputs, secretNames);
  scrubber.add(outputs);
  const initErrors = (answer.initErrors ?? []).map((reason) => scrubber.scrub(reason));
  return { outputs, initErrors, refreshBeforeUpdate: answer.refreshBeforeUpdate ?? false };
}

/** Engine reference 7.9, "Secrets". */
export function withSecretOutputs(
  outputs: PropertyMap,
  inputs: PropertyMap,
  secretNames: readonly string[],
): PropertyMap {
  const isSecret = (key: string) =>
    secretNames.includes(key) || (Object.hasOwn(inputs, key) && inputs[key] instanceof Secret);
  return mapEntries(outputs, (value, key) => (value instanceof Secret || !isSecret(key) ? value : new Secret(value)));
}
