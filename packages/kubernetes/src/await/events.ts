import type { Cluster } from '../cluster-session.ts';
import { numberAt, textAt } from '../json.ts';
import { builtinRoute } from '../kinds/builtin-kinds.ts';

const eventsMax = 3;

/** The newest warnings that the cluster recorded of these objects, in words. Empty when events cannot be read. */
export async function warningEvents(
  cluster: Cluster,
  namespace: string | undefined,
  uids: ReadonlySet<string>,
): Promise<readonly string[]> {
  const route = builtinRoute({ group: '', version: 'v1', kind: 'Event' })!;
  try {
    const { objects } = await cluster.client.list(route, namespace ?? 'default');
    const warnings = objects.filter(
      (event) => textAt(event, 'type') === 'Warning' && uids.has(textAt(event, 'involvedObject', 'uid')),
    );
    const newest = warnings.sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
    const lines = newest.map((event) => {
      const count = numberAt(event, 'count') ?? 1;
      const what = `${textAt(event, 'involvedObject', 'kind')} ${textAt(event, 'involvedObject', 'name')}`;
      return `${what}: ${textAt(event, 'reason')}: ${textAt(event, 'message')}${count > 1 ? ` (${count} times)` : ''}`;
    });
    return [...new Set(lines)].slice(0, eventsMax);
  } catch {
    // Events only explain; what they would explain is reported without them.
    return [];
  }
}

function timeOf(event: Parameters<typeof textAt>[0]): string {
  return textAt(event, 'lastTimestamp') || textAt(event, 'eventTime') || textAt(event, 'metadata', 'creationTimestamp');
}
