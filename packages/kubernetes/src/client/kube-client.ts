import type { Clock } from '@radiant/model';
import { isJsonMap, type Json, type JsonMap, type KubeObject, listAt, textAt } from '../json.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { apiVersionOf } from '../kinds/resource-kind.ts';
import { type ApiAnswer, type ApiConnection, type ApiRequest, NoAnswerError } from './api-connection.ts';
import { apiErrorFrom, isNotFound, KubeApiError } from './api-error.ts';

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly isForced: boolean;
  readonly isDryRun: boolean;
}

export interface DeleteOptions {
  readonly propagationPolicy: 'Foreground' | 'Background' | 'Orphan';
  /** The deletion is refused with a Conflict when the object has another UID. */
  readonly uid?: string;
}

export interface Applied {
  readonly object: KubeObject;
  /** Undefined when the request was sent again after silence: then an earlier sending may have created it. */
  readonly isCreated: boolean | undefined;
  readonly warnings: readonly string[];
}

export interface Listed {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** Requests that a server does not finish are repeated this often, when repeating does no harm. */
const attemptsMax = 5;
const pageSize = 500;

/**
 * What the provider asks of an API server. Every request may be repeated: reads, applies and deletions have the same
 * effect twice. Refusals are thrown as KubeApiError, silence as NoAnswerError.
 */
export class KubeClient {
  readonly connection: ApiConnection;
  readonly #clock: Clock;

  constructor(connection: ApiConnection, clock: Clock) {
    this.connection = connection;
    this.#clock = clock;
  }

  /** Undefined when there is no such object. */
  async get(
    route: KindRoute,
    namespace: string | undefined,
    name: string,
    signal?: AbortSignal,
  ): Promise<KubeObject | undefined> {
    try {
      return await this.getPath(objectPath(route, namespace, name), signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async getPath(path: string, signal?: AbortSignal): Promise<JsonMap> {
    return bodyOf(await this.#send({ method: 'GET', path, ...withSignal(signal) }));
  }

  /** All objects of a kind, in a namespace or everywhere. */
  async list(route: KindRoute, namespace: string | undefined, signal?: AbortSignal): Promise<Listed> {
    const objects: KubeObject[] = [];
    let continuation = '';
    for (;;) {
      const page = await this.#page(route, namespace, continuation, signal);
      for (const item of listAt(page, 'items')) if (isJsonMap(item)) objects.push(completed(route, item));
      continuation = textAt(page, 'metadata', 'continue');
      if (continuation === '') return { objects, resourceVersion: textAt(page, 'metadata', 'resourceVersion') };
    }
  }

  async #page(
    route: KindRoute,
    namespace: string | undefined,
    continuation: string,
    signal?: AbortSignal,
  ): Promise<JsonMap> {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (continuation !== '') query.set('continue', continuation);
    const path = `${collectionPath(route, namespace)}?${query}`;
    try {
      return await this.getPath(path, signal);
    } catch (error) {
      // The list changed too much since the first page; the server offers to go on from what there is now.
      const fresh = error instanceof KubeApiError && error.code === 410 ? textAt(error.details, 'continue') : '';
      if (fresh === '' || continuation === fresh) throw error;
      return this.#page(route, namespace, fresh, signal);
    }
  }

  /** Creates or changes an object by server-side apply (kubernetes docs: Server-Side Apply). */
  async apply(
    route: KindRoute,
    namespace: string | undefined,
    body: JsonMap,
    options: ApplyOptions,
    signal?: AbortSignal,
  ): Promise<Applied> {
    const query = new URLSearchParams({ fieldManager: options.fieldManager, force: String(options.isForced) });
    if (options.isDryRun) query.set('dryRun', 'All');
    const answer = await this.#send({
      method: 'PATCH',
      path: `${objectPath(route, namespace, textAt(body, 'metadata', 'name'))}?${query}`,
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(body),
      ...withSignal(signal),
    });
    const isCreated = answer.status === 201 || (answer.isRepeated ? undefined : false);
    return { object: bodyOf(answer), isCreated, warnings: answer.warnings };
  }

  async jsonPatch(
    route: KindRoute,
    namespace: string | undefined,
    name: string,
    operations: readonly JsonMap[],
    fieldManager: string,
    signal?: AbortSignal,
  ): Promise<KubeObject> {
    const answer = await this.#send({
      method: 'PATCH',
      path: `${objectPath(route, namespace, name)}?${new URLSearchParams({ fieldManager })}`,
      contentType: 'application/json-patch+json',
      body: JSON.stringify(operations),
      ...withSignal(signal),
    });
    return bodyOf(answer);
  }

  /** The object while it is still being deleted; undefined when it is gone, or was gone already. */
  async delete(
    route: KindRoute,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions,
    signal?: AbortSignal,
  ): Promise<KubeObject | undefined> {
    const body: Record<string, Json> = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: options.propagationPolicy,
    };
    if (options.uid !== undefined) body.preconditions = { uid: options.uid };
    try {
      const answer = await this.#send({
        method: 'DELETE',
        path: objectPath(route, namespace, name),
        contentType: 'application/json',
        body: JSON.stringify(body),
        ...withSignal(signal),
      });
      const left = bodyOf(answer);
      return textAt(left, 'metadata', 'deletionTimestamp') === '' ? undefined : left;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #send(request: ApiRequest): Promise<ApiAnswer & { readonly isRepeated: boolean }> {
    let mayHaveArrived = false;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(request);
      if (!(answer instanceof NoAnswerError) && answer.status < 300) return { ...answer, isRepeated: mayHaveArrived };
      mayHaveArrived ||= answer instanceof NoAnswerError && answer.mayHaveArrived;
      const delayMs = retryDelayMs(answer, attempt);
      if (delayMs === undefined || attempt >= attemptsMax) throw failureOf(answer, mayHaveArrived);
      await this.#clock.sleep(delayMs, request.signal);
      request.signal?.throwIfAborted();
    }
  }

  /** A write that is on its way is not broken off by a cancellation: its answer says what became of it. */
  async #attempt(request: ApiRequest): Promise<ApiAnswer | NoAnswerError> {
    request.signal?.throwIfAborted();
    const { signal: _, ...unbroken } = request;
    try {
      return await this.connection.send(request.method === 'GET' ? request : unbroken);
    } catch (error) {
      if (error instanceof NoAnswerError) return error;
      throw error;
    }
  }
}

/** How long to wait before asking again; undefined where asking again would not help. */
function retryDelayMs(answer: ApiAnswer | NoAnswerError, attempt: number): number | undefined {
  const backoffMs = 100 * 2 ** (attempt - 1);
  if (answer instanceof NoAnswerError) return answer.mayHaveArrived || attempt < 2 ? backoffMs : undefined;
  if (answer.status === 429 || (answer.status === 503 && answer.retryAfterSeconds !== undefined))
    return Math.min((answer.retryAfterSeconds ?? 1) * 1000, 10_000);
  return answer.status === 500 || answer.status === 502 || answer.status === 503 || answer.status === 504
    ? backoffMs
    : undefined;
}

function failureOf(answer: ApiAnswer | NoAnswerError, mayHaveArrived: boolean): Error {
  if (answer instanceof NoAnswerError) return new NoAnswerError(answer.message, mayHaveArrived, answer.cause);
  return apiErrorFrom(answer.status, answer.text, answer.retryAfterSeconds);
}

function bodyOf(answer: ApiAnswer): JsonMap {
  try {
    const body = JSON.parse(answer.text) as Json;
    if (isJsonMap(body)) return body;
  } catch {
    // Falls through to the error below, which says what came instead.
  }
  throw new KubeApiError(
    answer.status,
    '',
    'the server answered something that is no Kubernetes object: is this an API server?',
  );
}

/** Items of a list of built-in objects do not say their kind. */
function completed(route: KindRoute, item: JsonMap): KubeObject {
  return item.kind === undefined ? { apiVersion: apiVersionOf(route), kind: route.kind, ...item } : item;
}

export function collectionPath(route: KindRoute, namespace: string | undefined): string {
  const root = route.group === '' ? `/api/${route.version}` : `/apis/${route.group}/${route.version}`;
  const place = route.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${place}/${route.plural}`;
}

function objectPath(route: KindRoute, namespace: string | undefined, name: string): string {
  return `${collectionPath(route, namespace)}/${encodeURIComponent(name)}`;
}

function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
