import { isZero, itemsOf, recordOf } from '../../kinds/fields.ts';
import { nanosOf } from '../../kinds/quantity.ts';

/** Resource names to amounts, in billionths. */
export type Amounts = Readonly<Record<string, bigint>>;

type Part = Record<string, unknown>;

export function amountsOf(resources: unknown): Amounts {
  return Object.fromEntries(Object.entries(recordOf(resources)).map(([name, value]) => [name, nanosOf(value)]));
}

/**
 * What a pod needs on its node: its containers together with its sidecars, or what any of its init containers needs alone, whichever is
 * more (kubernetes docs: Init Containers, Resource sharing).
 */
export function podRequests(spec: Part): Amounts {
  const sidecars: Amounts[] = [];
  let initPeak: Amounts = {};
  for (const container of itemsOf(spec.initContainers)) {
    const requests = requestsOf(container);
    if (container.restartPolicy === 'Always') sidecars.push(requests);
    initPeak = maximum(initPeak, sum([...sidecars, ...(container.restartPolicy === 'Always' ? [] : [requests])]));
  }
  const running = sum([...itemsOf(spec.containers).map(requestsOf), ...sidecars]);
  return sum([maximum(running, initPeak), amountsOf(spec.overhead)]);
}

export function sum(list: readonly Amounts[]): Amounts {
  const total: Record<string, bigint> = {};
  for (const amounts of list) {
    for (const [name, amount] of Object.entries(amounts)) total[name] = (total[name] ?? 0n) + amount;
  }
  return total;
}

export function subtract(from: Amounts, amounts: Amounts): Amounts {
  const rest: Record<string, bigint> = { ...from };
  for (const [name, amount] of Object.entries(amounts)) rest[name] = (rest[name] ?? 0n) - amount;
  return rest;
}

function requestsOf(container: Part): Amounts {
  const { requests, limits } = recordOf(container.resources);
  return amountsOf(isZero(requests) ? limits : requests);
}

function maximum(a: Amounts, b: Amounts): Amounts {
  const result: Record<string, bigint> = { ...a };
  for (const [name, amount] of Object.entries(b)) if (amount > (result[name] ?? 0n)) result[name] = amount;
  return result;
}
