/** A request as the API server's router sees it, from HTTPS or from memory. */
export interface KubeRequest {
  readonly method: string;
  /** Path and query: `/api/v1/namespaces?limit=5`. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Text, or bytes for protobuf. */
  readonly body?: string | Uint8Array;
}

export interface KubeResponse {
  readonly status: number;
  /** Names in lower case; a list is sent as several headers. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | StreamBody;
}

/** A body that is written as things happen (a watch, a followed log). */
export interface StreamBody {
  /** Begins writing; the returned function stops it early. */
  start(sink: StreamSink): () => void;
}

export interface StreamSink {
  write(text: string): void;
  end(): void;
}

export function jsonResponse(status: number, value: unknown, headers: KubeResponse['headers'] = {}): KubeResponse {
  return textResponse(status, JSON.stringify(value), 'application/json', headers);
}

export function textResponse(
  status: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
  headers: KubeResponse['headers'] = {},
): KubeResponse {
  return { status, headers: { 'content-type': contentType, ...headers }, body };
}

/** RFC 7234 warnings as kubectl shows them. */
export function warningHeaders(warnings: readonly string[]): KubeResponse['headers'] {
  if (warnings.length === 0) return {};
  const quoted = warnings.map(
    (text) => `299 - "${text.replaceAll(/[\\"]/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, '?')}"`,
  );
  return { warning: quoted };
}
