import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, type RegistryContext } from '../registry/context.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import type { StoredChange } from '../storage/change-log.ts';
import { parseFieldQuery } from './field-query.ts';
import type { KubeResponse, StreamSink } from './http-messages.ts';
import { parseLabelQuery } from './label-query.ts';
import { matchable, parseRevision } from './read.ts';
import { objectBody, type View } from './represent.ts';

const bookmarkIntervalMs = 60_000;
const defaultTimeoutSeconds = 30 * 60;
const initialEventsEnd = 'k8s.io/initial-events-end';

interface WatchRequest {
  readonly resource: ServedResource;
  readonly prefix: string;
  readonly matches: (object: KubeObject) => boolean;
  /** Changes after this revision; undefined: first everything that exists. */
  readonly since: number | undefined;
  readonly bookmarks: boolean;
  /** WatchList: a bookmark tells when everything that exists has been sent. */
  readonly marksInitialEnd: boolean;
  readonly timeoutMs: number;
  readonly view: View;
}

/**
 * A stream of changes (kubernetes docs: API concepts, "Efficient detection of changes"). Throws ApiError 410 when changes since the given
 * resourceVersion have been forgotten: the client lists again.
 */
export function watchObjects(
  context: RegistryContext,
  resource: ServedResource,
  namespace: string | undefined,
  name: string | undefined,
  view: View,
): KubeResponse {
  const request = readWatch(context, resource, namespace, name, view);
  const { store } = context;
  const missed = request.since === undefined ? [] : store.changesSince(resource.stored.collection, request.since);
  if (missed === undefined || (request.since ?? 0) > store.revision) {
    throw new ApiError(410, 'Expired', `too old resource version: ${request.since} (${store.revision})`);
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: { start: (sink) => startWatch(context, request, missed, sink) },
  };
}

function readWatch(
  { random }: RegistryContext,
  resource: ServedResource,
  namespace: string | undefined,
  name: string | undefined,
  view: View,
): WatchRequest {
  const { query } = view;
  const labels = parseLabelQuery(query.get('labelSelector') ?? '');
  const fields = parseFieldQuery(query.get('fieldSelector') ?? '', resource);
  const version = parseRevision(query.get('resourceVersion') ?? '');
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const wantsInitial = isTrue(query.get('sendInitialEvents'));
  if (wantsInitial && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw badRequest('sendInitialEvents is forbidden unless resourceVersionMatch is set to NotOlderThan');
  }
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || defaultTimeoutSeconds * (1 + random());
  return {
    resource,
    prefix: namespace === undefined ? '' : `${namespace}/`,
    matches: (object) =>
      (name === undefined || object.metadata.name === name) &&
      (labels?.(object) ?? true) &&
      (fields.matches?.(matchable(resource, object)) ?? true),
    since: version === 0 || wantsInitial ? undefined : version,
    bookmarks,
    marksInitialEnd: wantsInitial && bookmarks,
    timeoutMs: seconds * 1000,
    view,
  };
}

function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}

function startWatch(
  context: RegistryContext,
  request: WatchRequest,
  missed: readonly StoredChange[],
  sink: StreamSink,
): () => void {
  const { store, clock } = context;
  const { collection } = request.resource.stored;
  const writer = createEventWriter(request, sink);
  if (request.since === undefined) {
    for (const object of store.list(collection, request.prefix))
      if (request.matches(object)) writer.event('ADDED', object);
    if (request.marksInitialEnd) writer.bookmark(store.revision, { [initialEventsEnd]: 'true' });
  }
  for (const change of missed) writer.change(change);
  const stopListening = store.subscribe(collection, (change) => writer.change(change));
  const stopBookmarks = request.bookmarks
    ? repeat(clock, bookmarkIntervalMs, () => writer.bookmark(store.revision))
    : () => {};
  const stop = () => {
    stopListening();
    stopBookmarks();
    cancelTimeout();
    writer.stop();
  };
  const cancelTimeout = clock.after(request.timeoutMs, () => {
    if (request.bookmarks) writer.bookmark(store.revision);
    writer.flush();
    stop();
    sink.end();
  });
  return stop;
}

/** Events of one turn of the event loop travel together, and after the store has made them durable. */
function createEventWriter({ resource, prefix, matches, view }: WatchRequest, sink: StreamSink) {
  let pending = '';
  let scheduled: NodeJS.Immediate | undefined;
  let isFirst = true;
  const flush = () => {
    if (scheduled !== undefined) clearImmediate(scheduled);
    scheduled = undefined;
    if (pending !== '') sink.write(pending);
    pending = '';
  };
  const send = (text: string) => {
    pending += text;
    scheduled ??= setImmediate(flush);
  };
  const event = (type: string, stored: KubeObject) => {
    const object = resource.fromStored(stored);
    send(`{"type":"${type}","object":${objectBody(resource, object, view, isFirst)}}\n`);
    isFirst = false;
  };
  return {
    event,
    /** An object that starts to match is added to the watcher's view, one that ceases is deleted from it. */
    change({ type, key, object, old }: StoredChange) {
      if (!key.startsWith(prefix)) return;
      const did = old !== undefined && matches(old);
      const does = type !== 'DELETED' && matches(object);
      if (did && does) event('MODIFIED', object);
      else if (does) event('ADDED', object);
      else if (did) event('DELETED', type === 'DELETED' ? object : withRevisionOf(old!, object));
    },
    bookmark(revision: number, annotations?: Record<string, string>) {
      const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
      const bare = {
        kind: resource.kind.kind,
        apiVersion: resource.apiVersion,
        metadata: { creationTimestamp: null, ...metadata },
      };
      const body =
        view.accepted.representation === 'object'
          ? JSON.stringify(bare)
          : objectBody(resource, bare as unknown as KubeObject, view, isFirst);
      send(`{"type":"BOOKMARK","object":${body}}\n`);
    },
    flush,
    stop() {
      if (scheduled !== undefined) clearImmediate(scheduled);
      scheduled = undefined;
      pending = '';
    },
  };
}

function withRevisionOf(old: KubeObject, object: KubeObject): KubeObject {
  return { ...old, metadata: { ...old.metadata, resourceVersion: object.metadata.resourceVersion! } };
}

function repeat(clock: Clock, everyMs: number, action: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, () => {
      action();
      next();
    });
  };
  next();
  return () => cancel();
}
