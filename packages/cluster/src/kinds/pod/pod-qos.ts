import { isZero, itemsOf, recordOf } from '../fields.ts';

/** How well a pod is protected when memory runs out, by its requests and limits (kubernetes docs: Pod Quality of Service Classes). */
export function qosClassOf(spec: Record<string, unknown>): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...itemsOf(spec.containers), ...itemsOf(spec.initContainers)].map((one) =>
    recordOf(one.resources),
  );
  const amounts = (resources: Record<string, unknown>, part: string) => {
    const { cpu, memory } = recordOf(resources[part]);
    return [cpu, memory].map((amount) => (isZero(amount) || amount === '0' ? undefined : amount));
  };
  const all = containers.flatMap((resources) => [...amounts(resources, 'requests'), ...amounts(resources, 'limits')]);
  if (all.every((amount) => amount === undefined)) return 'BestEffort';
  const isGuaranteed = containers.every((resources) => {
    const limits = amounts(resources, 'limits');
    const requests = amounts(resources, 'requests');
    return limits.every((limit, at) => limit !== undefined && requests[at] === limit);
  });
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
