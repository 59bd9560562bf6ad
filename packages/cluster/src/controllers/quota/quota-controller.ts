import { recordOf } from '../../kinds/fields.ts';
import { quotaUsage } from '../../kinds/quota/quota-usage.ts';
import type { StartController } from '../controller.ts';
import { watchEveryKind } from '../every-kind.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';

/** Keeps account of what each namespace uses of its quotas. */
export const startQuotaController: StartController = (context) => {
  const { client } = context;
  const queue = startWorkQueue(context, 'quota', (key) => {
    const { namespace, name } = parseKey(key);
    const quota = client.get('ResourceQuota', namespace, name);
    if (quota === undefined || isDeleting(quota)) return;
    const hard = recordOf(quota.spec?.hard);
    const used = quotaUsage(quota, (kind) => client.list(kind, namespace === undefined ? {} : { namespace }));
    writeStatus(client, quota, { hard, used });
  });
  const stop = watchEveryKind(context, (kind, { object }) => {
    if (kind.name === 'ResourceQuota') return queue.add(keyOf(object));
    const { namespace } = object.metadata;
    if (namespace === undefined) return;
    for (const quota of client.list('ResourceQuota', { namespace })) queue.add(keyOf(quota));
  });
  return () => {
    stop();
    queue.stop();
  };
};
