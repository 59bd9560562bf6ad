import type { KubeObject } from '../kube-object.ts';
import type { StartController } from './controller.ts';
import { keyOf, parseKey } from './object-key.ts';
import { parseTimestamp } from './timestamps.ts';
import { startWorkQueue } from './work-queue.ts';

const lifetimeMs = 60 * 60 * 1000;

/** Events are forgotten an hour after they were last seen, as by any API server's default. */
export const startEventExpiry: StartController = (context) => {
  const queue = startWorkQueue(context, 'event-expiry', (key) => {
    const { namespace, name } = parseKey(key);
    const event = context.client.get('Event', namespace, name);
    if (event === undefined) return;
    const leftMs = lastSeenMs(event) + lifetimeMs - context.clock.nowMs();
    if (leftMs > 0) queue.addAfter(key, leftMs);
    else context.client.delete('Event', namespace, name);
  });
  const stop = context.client.watch('Event', ({ type, object }) => {
    if (type === 'ADDED') queue.addAfter(keyOf(object), lastSeenMs(object) + lifetimeMs - context.clock.nowMs());
  });
  return () => {
    stop();
    queue.stop();
  };
};

function lastSeenMs(event: KubeObject): number {
  const seen =
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
  return parseTimestamp(seen) ?? 0;
}
