import { type Cluster, type ClusterOptions, createCluster } from '../cluster.ts';
import type { KubeResponse } from './http-messages.ts';

/** An API server alone, in memory, and short ways to speak to it as over HTTP. For tests. */
export function testApi(options: ClusterOptions = {}) {
  const cluster = createCluster({ controllers: false, ...options });
  return { cluster, ...requestsTo(cluster) };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are whatever the server says; each test knows what it asked for.
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: KubeResponse['headers'];
  readonly body: Json;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

export function requestsTo(cluster: Cluster) {
  const send = async (
    method: string,
    url: string,
    { body, type, headers = {} }: RequestOptions = {},
  ): Promise<Answer> => {
    const response = await cluster.handle({
      method,
      url,
      headers: { 'user-agent': 'test/1.0', ...(type !== undefined && { 'content-type': type }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if ('start' in Object(response.body)) throw new Error('the answer is a stream');
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (response.body === '' ? undefined : JSON.parse(String(response.body))) : response.body,
    };
  };
  return {
    send,
    get: (url: string, headers?: Record<string, string>) => send('GET', url, headers && { headers }),
    post: (url: string, body: unknown) => send('POST', url, { body }),
    put: (url: string, body: unknown) => send('PUT', url, { body }),
    del: (url: string, body?: unknown) => send('DELETE', url, body === undefined ? {} : { body }),
    patch: (url: string, type: 'json' | 'merge' | 'strategic', body: unknown) =>
      send('PATCH', url, {
        body,
        type: {
          json: 'application/json-patch+json',
          merge: 'application/merge-patch+json',
          strategic: 'application/strategic-merge-patch+json',
        }[type],
      }),
    apply: (url: string, manager: string, body: unknown, query = '') =>
      send('PATCH', `${url}?fieldManager=${manager}${query}`, { body, type: 'application/apply-patch+yaml' }),
    /** The events of a watch so far, parsed, and its end. */
    watch: async (url: string, headers: Record<string, string> = {}) => {
      const response = await cluster.handle({ method: 'GET', url, headers });
      if (typeof response.body === 'string' || response.body instanceof Uint8Array)
        throw new Error(`not a watch: ${response.body}`);
      const events: Json[] = [];
      let isEnded = false;
      const stop = response.body.start({
        write: (text) =>
          events.push(
            ...text
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line)),
          ),
        end: () => {
          isEnded = true;
        },
      });
      return {
        stop,
        isEnded: () => isEnded,
        /** Once the server has written what this turn of the event loop brought. */
        events: async () => {
          await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
          return events;
        },
      };
    },
  };
}
