import { isJsonMap, type Json, type KubeObject, numberAt, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import type { ApiConnection } from './api-connection.ts';
import { apiErrorFrom, KubeApiError } from './api-error.ts';
import { collectionPath } from './kube-client.ts';
import { readAll, streamLines } from './stream-lines.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

/** How long a watch is asked to live: shorter than the silence after which our end would give it up. */
const watchSeconds = 60;

/**
 * Changes of a kind after `resourceVersion`, until the server ends the watch. Throws KubeApiError with code 410 when the
 * version is too old (kubernetes API concepts: Efficient detection of changes).
 */
export async function* watchChanges(
  connection: ApiConnection,
  route: KindRoute,
  namespace: string | undefined,
  resourceVersion: string,
  signal: AbortSignal,
  onOpen: () => void = () => {},
): AsyncGenerator<WatchEvent> {
  const query = new URLSearchParams({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(watchSeconds),
  });
  const path = `${collectionPath(route, namespace)}?${query}`;
  const stream = await connection.open({ method: 'GET', path, signal });
  if (stream.status >= 300) throw apiErrorFrom(stream.status, await readAll(stream.chunks), undefined);
  onOpen();
  for await (const line of streamLines(stream.chunks)) {
    const event = JSON.parse(line) as Json;
    const object = isJsonMap(event) ? event.object : undefined;
    if (!isJsonMap(object)) continue;
    const type = textAt(event, 'type');
    if (type === 'ERROR')
      throw new KubeApiError(numberAt(object, 'code') ?? 500, textAt(object, 'reason'), textAt(object, 'message'));
    yield { type: type as WatchEvent['type'], object };
  }
}
