import { itemsOf, textOf } from '../kinds/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import { timestamp } from './timestamps.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly [field: string]: unknown;
}

export function findCondition(object: KubeObject, type: string): Record<string, unknown> | undefined {
  return itemsOf(object.status?.conditions).find((condition) => condition.type === type);
}

export function isConditionTrue(object: KubeObject, type: string): boolean {
  return findCondition(object, type)?.status === 'True';
}

/** The list with `condition` in its place; the time of the last transition is kept while the status is the same. */
export function withCondition(conditions: unknown, condition: Condition, nowMs: number): Record<string, unknown>[] {
  const list = itemsOf(conditions);
  const before = list.find((one) => one.type === condition.type);
  const isSameStatus = before !== undefined && before.status === condition.status;
  const lastTransitionTime = isSameStatus ? textOf(before.lastTransitionTime) || timestamp(nowMs) : timestamp(nowMs);
  const updated = { ...condition, lastTransitionTime };
  return before === undefined ? [...list, updated] : list.map((one) => (one === before ? updated : one));
}

export function withoutCondition(conditions: unknown, type: string): Record<string, unknown>[] {
  return itemsOf(conditions).filter((one) => one.type !== type);
}
