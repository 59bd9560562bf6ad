import { jsonAt, textAt } from '../json.ts';
import { conditionOf, conditionWords, countAt, isConditionTrue } from './conditions.ts';
import { troublesOf } from './pod-troubles.ts';
import { failed, type ReadinessRule, ready, waiting } from './readiness.ts';

const pods = 'v1/Pod';

/** Ready when it is complete, or suspended and so not meant to run; it fails with whatever reason it failed for. */
export const jobRule: ReadinessRule = {
  related: () => [pods],
  judge(job, around) {
    if (isConditionTrue(job, 'Complete')) return ready;
    const causes = troublesOf(around.ownedBy(pods, textAt(job, 'metadata', 'uid')));
    if (isConditionTrue(job, 'Failed'))
      return failed(`The Job failed: ${conditionWords(conditionOf(job, 'Failed'))}`, ...causes);
    if (jsonAt(job, 'spec', 'suspend') === true)
      return { kind: 'ready', warnings: ['The Job is suspended: it was not waited for'] };
    const [active, succeeded, failures] = ['active', 'succeeded', 'failed'].map((field) =>
      countAt(job, 'status', field),
    );
    if (textAt(job, 'status', 'startTime') === '') return waiting('Waiting for the Job to start', causes);
    return waiting(
      `Waiting for the Job to succeed (active ${active}, succeeded ${succeeded}, failed ${failures})`,
      causes,
    );
  },
};
