import { NoAnswerError } from '../client/api-connection.ts';
import { apiErrorFrom, KubeApiError } from '../client/api-error.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { readAll, streamLines } from '../client/stream-lines.ts';
import { type KubeObject, listAt, numberAt, textAt } from '../json.ts';
import { LogPosition, parseTimedLine, type TimedLine } from './log-position.ts';

/** How often a stream that broke is taken up again, when nobody wants what comes later. */
const attemptsMax = 5;

/** The log of one container of one pod, read from where it was read before. */
export class ContainerLog {
  readonly container: string;
  readonly #client: KubeClient;
  readonly #path: string;
  readonly #position: LogPosition;
  /** Of which start the log has been read last. */
  #restarts = 0;

  constructor(client: KubeClient, pod: KubeObject, container: string, sinceNanos: bigint) {
    const [namespace, name] = [textAt(pod, 'metadata', 'namespace'), textAt(pod, 'metadata', 'name')];
    this.#client = client;
    this.container = container;
    this.#path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
    this.#position = new LogPosition(sinceNanos);
  }

  /** What has been written so far, that of the start before included. `pod` as it is now. */
  async *read(pod: KubeObject, signal: AbortSignal): AsyncGenerator<TimedLine> {
    yield* this.#readFormer(pod, signal);
    for (let attempt = 1; ; attempt++) {
      try {
        return yield* this.#stream({}, signal);
      } catch (error) {
        if (!isBroken(error, signal) || attempt >= attemptsMax) throw error;
      }
    }
  }

  /** The same, and what is written from then on, until the container ends or the server has enough. */
  async *follow(pod: KubeObject, signal: AbortSignal): AsyncGenerator<TimedLine> {
    yield* this.#readFormer(pod, signal);
    try {
      yield* this.#stream({ follow: 'true' }, signal);
    } catch (error) {
      if (!isBroken(error, signal)) throw error;
    }
  }

  /** The rest of what was written before the container was started again, as far as the server still has it. */
  async *#readFormer(pod: KubeObject, signal: AbortSignal): AsyncGenerator<TimedLine> {
    const restarts = numberAt(containerStatus(pod, this.container) ?? {}, 'restartCount') ?? 0;
    if (restarts <= this.#restarts) return;
    this.#restarts = restarts;
    yield* this.#stream({ previous: 'true' }, signal);
    this.#position.restart();
  }

  async *#stream(more: { readonly [parameter: string]: string }, signal: AbortSignal): AsyncGenerator<TimedLine> {
    this.#position.reopen();
    const query = new URLSearchParams({
      container: this.container,
      timestamps: 'true',
      sinceTime: this.#position.sinceTime,
      ...more,
    });
    const stream = await this.#client.connection.open({
      method: 'GET',
      path: `${this.#path}?${query}`,
      accept: '*/*',
      signal,
    });
    if (stream.status >= 300) {
      const error = apiErrorFrom(stream.status, await readAll(stream.chunks), undefined);
      if (hasNoLog(error)) return;
      throw error;
    }
    for await (const line of streamLines(stream.chunks)) {
      const timed = parseTimedLine(line);
      if (timed !== undefined && this.#position.advance(timed)) yield timed;
    }
  }
}

/** Not started yet, or nothing kept of an earlier start (400); or the pod is gone (404). */
function hasNoLog({ code }: KubeApiError): boolean {
  return code === 400 || code === 404;
}

function isBroken(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return false;
  // What breaks while the answer is read comes as it is from the connection.
  return error instanceof NoAnswerError || !(error instanceof KubeApiError);
}

/** Names of all its containers, in the order in which they run. */
export function containersOf(pod: KubeObject): readonly string[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) =>
    listAt(pod, 'spec', field).map((container) => textAt(container, 'name')),
  );
}

export function containerStatus(pod: KubeObject, container: string): KubeObject | undefined {
  const fields = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];
  const statuses = fields.flatMap((field) => listAt(pod, 'status', field));
  return statuses.find((status) => textAt(status, 'name') === container) as KubeObject | undefined;
}
