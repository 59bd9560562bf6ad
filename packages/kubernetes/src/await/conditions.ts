import { type Json, type KubeObject, listAt, numberAt, textAt } from '../json.ts';

/** `status.conditions` entry of a type (Kubernetes: API conventions, typical status properties). */
export function conditionOf(object: KubeObject, type: string): Json | undefined {
  return listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type);
}

export function isConditionTrue(object: KubeObject, type: string): boolean {
  return textAt(conditionOf(object, type), 'status') === 'True';
}

/** `reason: message` of a condition, as far as it has them. */
export function conditionWords(condition: Json | undefined): string {
  return [textAt(condition, 'reason'), textAt(condition, 'message')].filter((part) => part !== '').join(': ');
}

/** Whether the controller has seen the object as it now is. */
export function isObserved(object: KubeObject): boolean {
  const generation = numberAt(object, 'metadata', 'generation');
  const observed = numberAt(object, 'status', 'observedGeneration');
  return generation === undefined || (observed !== undefined && observed >= generation);
}

export function countAt(object: KubeObject, ...path: readonly string[]): number {
  return numberAt(object, ...path) ?? 0;
}

export function displayName(object: KubeObject): string {
  const namespace = textAt(object, 'metadata', 'namespace');
  const name = textAt(object, 'metadata', 'name');
  return namespace === '' ? name : `${namespace}/${name}`;
}
