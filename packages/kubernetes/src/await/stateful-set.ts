import { jsonAt, type KubeObject, numberAt, textAt } from '../json.ts';
import { countAt, isObserved } from './conditions.ts';
import { troublesOf } from './pod-troubles.ts';
import { type ReadinessRule, ready, type Surroundings, waiting } from './readiness.ts';

const pods = 'v1/Pod';

/**
 * Ready when every pod is ready and, where the controller rolls pods, those beyond the partition are of the newest
 * revision (cli-utils: kstatus, StatefulSet).
 */
export const statefulSetRule: ReadinessRule = {
  related: () => [pods],
  judge(set, around) {
    if (!isObserved(set)) return waiting('Waiting for the StatefulSet controller');
    const wanted = numberAt(set, 'spec', 'replicas') ?? 1;
    const readyCount = countAt(set, 'status', 'readyReplicas');
    const causes = podCauses(set, around);
    if (readyCount < wanted || countAt(set, 'status', 'replicas') > wanted)
      return waiting(`Waiting for Pods: ${readyCount} of ${wanted} ready`, causes);
    if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return ready;
    const partition = numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
    const updated = countAt(set, 'status', 'updatedReplicas');
    const toUpdate = Math.max(0, wanted - partition);
    const isNewest = textAt(set, 'status', 'currentRevision') === textAt(set, 'status', 'updateRevision');
    if (updated >= toUpdate && (partition > 0 || isNewest || jsonAt(set, 'status', 'updateRevision') === undefined))
      return ready;
    return waiting(`Waiting for Pods of the new revision: ${updated} of ${toUpdate}`, causes);
  },
};

function podCauses(set: KubeObject, around: Surroundings): readonly string[] {
  return troublesOf(around.ownedBy(pods, textAt(set, 'metadata', 'uid')));
}
