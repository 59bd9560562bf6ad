import type { Cluster } from '../cluster-session.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import type { ObjectName } from '../kinds/object-id.ts';
import { applyBody } from './apply.ts';

/** Gives up every field a manager owns, by applying nothing but the object's name (kubernetes docs: Server-Side Apply). */
export async function relinquish(
  route: KindRoute,
  where: ObjectName,
  fieldManager: string,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<void> {
  const body = applyBody(route, where, {});
  await cluster.client.apply(route, where.namespace, body, { fieldManager, isForced: false, isDryRun: false }, signal);
}
