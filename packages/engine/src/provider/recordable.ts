import { containsUnknown, mapEntries, type PropertyMap, Secret, tooDeepNames, type UpdateResult } from '@radiant/model';
import { tooDeepText } from '../operation/assert-bounded.ts';
import type { Operation } from '../operation/operation.ts';

/** What is kept of a provider's answer. */
export interface Recordable {
  readonly outputs: PropertyMap;
  readonly initErrors: readonly string[];
  readonly refreshBeforeUpdate: boolean;
}

/**
 * A provider's answer as it may be recorded: what the program wants secret is, and what mirrors a secret input; no reason
 * quotes a secret. Outputs that it leaves unknown although it has done its work, and those that go too deep, are left out and are
 * a reason why the thing is not ready: it exists, so its record must not be lost. `secretNames`: the option `additionalSecretOutputs`.
 */
export function recordable(
  { scrubber, isPreview }: Operation,
  answer: Pick<UpdateResult, 'outputs' | 'initErrors' | 'refreshBeforeUpdate'>,
  inputs: PropertyMap,
  secretNames: readonly string[],
): Recordable {
  const tooDeep = tooDeepNames(answer.outputs);
  const bounded = without(answer.outputs, tooDeep);
  const unknown = isPreview ? [] : unknownNames(bounded);
  const outputs = withSecretOutputs(without(bounded, unknown), inputs, secretNames);
  scrubber.add(outputs);
  const faults = [
    ...tooDeep.map((name) => `the provider answered with an output '${name}' that ${tooDeepText}`),
    ...unknown.map((name) => `the provider left the output '${name}' unknown, which it may do in previews alone`),
  ];
  const initErrors = [...(answer.initErrors ?? []), ...faults].map((reason) => scrubber.scrub(reason));
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

/** The properties that are unknown, or hold something unknown. */
export function unknownNames(values: PropertyMap): readonly string[] {
  return Object.keys(values).filter((name) => containsUnknown(values[name]!));
}

function without(values: PropertyMap, names: readonly string[]): PropertyMap {
  if (names.length === 0) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
