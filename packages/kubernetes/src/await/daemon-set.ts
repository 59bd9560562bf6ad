import { textAt } from '../json.ts';
import { countAt, isObserved } from './conditions.ts';
import { troublesOf } from './pod-troubles.ts';
import { type ReadinessRule, ready, waiting } from './readiness.ts';

const pods = 'v1/Pod';

/** Ready when every node that should has an up-to-date pod that is available (cli-utils: kstatus, DaemonSet). */
export const daemonSetRule: ReadinessRule = {
  related: () => [pods],
  judge(set, around) {
    if (!isObserved(set)) return waiting('Waiting for the DaemonSet controller');
    const wanted = countAt(set, 'status', 'desiredNumberScheduled');
    const isOnDelete = textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete';
    const updated = isOnDelete ? wanted : countAt(set, 'status', 'updatedNumberScheduled');
    const available = countAt(set, 'status', 'numberAvailable');
    if (Math.min(updated, available, countAt(set, 'status', 'numberReady')) >= wanted) return ready;
    const causes = troublesOf(around.ownedBy(pods, textAt(set, 'metadata', 'uid')));
    return waiting(`Waiting for Pods: ${available} of ${wanted} available, ${updated} up to date`, causes);
  },
};
