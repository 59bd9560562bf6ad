import { textAt } from '../json.ts';
import { isConditionTrue } from './conditions.ts';
import { podTroubles } from './pod-troubles.ts';
import { type ReadinessRule, ready, waiting } from './readiness.ts';

/** Ready when it is Ready, or has run to its end (Pulumi: the Pod awaiter). */
export const podRule: ReadinessRule = {
  related: () => [],
  judge(pod) {
    if (textAt(pod, 'status', 'phase') === 'Succeeded' || isConditionTrue(pod, 'Ready')) return ready;
    const isScheduled = isConditionTrue(pod, 'PodScheduled');
    const stage = !isScheduled ? 'scheduled' : isConditionTrue(pod, 'Initialized') ? 'ready' : 'initialized';
    return waiting(`Waiting for the Pod to be ${stage}`, podTroubles(pod));
  },
};
