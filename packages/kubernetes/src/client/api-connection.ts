import type { Dispatcher } from 'undici';
import type { CredentialSource, Credentials } from '../target/credentials.ts';

export interface ServerAddress {
  /** May carry a path under which the API lies. */
  readonly url: string;
  readonly caPem?: string;
  /** The name the certificate is checked against, where it is not the host's. */
  readonly serverName?: string;
  readonly isInsecure: boolean;
  readonly proxyUrl?: string;
  readonly credentials: CredentialSource;
  /** Environment for HTTPS_PROXY and NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  /** From a request to the beginning of its answer. */
  readonly answerTimeoutMs: number;
  /** Requests on the wire at once; watches come on top. */
  readonly connections: number;
}

export const defaultLimits: ConnectionLimits = { connectTimeoutMs: 5_000, answerTimeoutMs: 90_000, connections: 12 };

/** Longer than a watch lives, so that only a connection that died unnoticed is given up for it. */
const watchSilenceMaxMs = 90_000;

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number | undefined;
  readonly warnings: readonly string[];
}

export interface ApiStream {
  readonly status: number;
  readonly chunks: AsyncIterable<Buffer>;
}

/** No answer came from the API server. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  /** Whether the server may have received, and done, what was asked. */
  readonly mayHaveArrived: boolean;
  constructor(message: string, mayHaveArrived: boolean, cause: unknown) {
    super(message, { cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

interface Dispatchers {
  readonly credentialsKey: string;
  readonly requests: Dispatcher;
  readonly watches: Dispatcher;
}

/** Keep-alive connections to one API server. Made on first use; `close` ends them, and the watches on them. */
export class ApiConnection {
  readonly #address: ServerAddress;
  readonly #limits: ConnectionLimits;
  readonly #origin: string;
  readonly #prefix: string;
  #dispatchers: Promise<Dispatchers> | undefined;
  #isClosed = false;

  constructor(address: ServerAddress, limits: ConnectionLimits = defaultLimits) {
    const url = new URL(address.url);
    this.#address = address;
    this.#limits = limits;
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, '');
  }

  /** Sends one request and reads its whole answer. Throws NoAnswerError, or the signal's reason. */
  async send(request: ApiRequest): Promise<ApiAnswer> {
    const answer = await this.#dispatch(request, 'requests');
    const text = await guarded(request, () => answer.body.text());
    return {
      status: answer.statusCode,
      text,
      retryAfterSeconds: seconds(answer.headers['retry-after']),
      warnings: warningTexts(answer.headers.warning),
    };
  }

  /** Sends one request whose answer keeps coming. */
  async open(request: ApiRequest): Promise<ApiStream> {
    const answer = await this.#dispatch(request, 'watches');
    return { status: answer.statusCode, chunks: answer.body };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const dispatchers = await this.#dispatchers?.catch(() => undefined);
    this.#dispatchers = undefined;
    if (dispatchers !== undefined) await Promise.all([dispatchers.requests.destroy(), dispatchers.watches.destroy()]);
  }

  async #dispatch(request: ApiRequest, lane: 'requests' | 'watches'): Promise<Dispatcher.ResponseData> {
    request.signal?.throwIfAborted();
    const credentials = await this.#credentials();
    const dispatchers = await this.#dispatchersFor(credentials);
    return guarded(request, () =>
      dispatchers[lane].request({
        origin: this.#origin,
        path: this.#prefix + request.path,
        method: request.method,
        headers: {
          accept: request.accept ?? 'application/json',
          'user-agent': 'radiant-kubernetes',
          ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
          ...credentials.headers,
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
        // Without this undici closes the connection after every DELETE that has a body.
        reset: false,
        headersTimeout: this.#limits.answerTimeoutMs,
        bodyTimeout: lane === 'watches' ? watchSilenceMaxMs : this.#limits.answerTimeoutMs,
      }),
    );
  }

  async #credentials(): Promise<Credentials> {
    try {
      return await this.#address.credentials();
    } catch (error) {
      throw new NoAnswerError(`the credentials could not be had: ${firstLine(error)}`, false, error);
    }
  }

  async #dispatchersFor(credentials: Credentials): Promise<Dispatchers> {
    if (this.#isClosed) throw new NoAnswerError('the connection is closed', false, undefined);
    const key = `${credentials.cert ?? ''}${credentials.key ?? ''}`;
    const current = await this.#dispatchers;
    if (current?.credentialsKey === key) return current;
    this.#dispatchers ??= this.#connect(credentials, key);
    const made = await this.#dispatchers;
    if (made.credentialsKey === key) return made;
    // Client certificates are part of a connection, so renewed ones need new connections; the old ones run out.
    this.#dispatchers = this.#connect(credentials, key);
    return this.#dispatchers;
  }

  async #connect(credentials: Credentials, credentialsKey: string): Promise<Dispatchers> {
    const { EnvHttpProxyAgent, Pool, ProxyAgent } = await import('undici');
    const { caPem, serverName, isInsecure, proxyUrl, env } = this.#address;
    const tls = {
      ...(caPem === undefined ? {} : { ca: caPem }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(credentials.cert === undefined ? {} : { cert: credentials.cert, key: credentials.key }),
      ...(isInsecure ? { rejectUnauthorized: false } : {}),
    };
    const connect = { ...tls, timeout: this.#limits.connectTimeoutMs };
    const make = (connections: number | null): Dispatcher => {
      const shared = { connections, connect, keepAliveTimeout: 30_000 };
      if (proxyUrl !== undefined) return new ProxyAgent({ ...shared, uri: proxyUrl, requestTls: connect });
      const httpsProxy = env.HTTPS_PROXY ?? env.https_proxy;
      if (httpsProxy !== undefined && httpsProxy !== '' && !isLoopback(this.#origin))
        return new EnvHttpProxyAgent({
          ...shared,
          httpsProxy,
          noProxy: env.NO_PROXY ?? env.no_proxy ?? '',
          requestTls: connect,
        });
      return new Pool(this.#origin, shared);
    };
    return { credentialsKey, requests: make(this.#limits.connections), watches: make(null) };
  }
}

const neverSent = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UND_ERR_CONNECT_TIMEOUT',
]);

async function guarded<T>(request: ApiRequest, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    const code = errorCode(error);
    throw new NoAnswerError(firstLine(error), !neverSent.has(code), error);
  }
}

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown }).code ?? (error as { cause?: { code?: unknown } }).cause?.code;
  return typeof code === 'string' ? code : '';
}

function firstLine(error: unknown): string {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const text = inner instanceof Error ? inner.message : String(inner);
  return (text.split('\n')[0] ?? '') || errorCode(error) || 'no reason given';
}

function isLoopback(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.|\[::1\])/.test(origin);
}

function seconds(header: string | string[] | undefined): number | undefined {
  const value = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** `299 - "text"`: the text (RFC 7234, Warning). */
function warningTexts(header: string | string[] | undefined): string[] {
  const all = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return all.flatMap((line) =>
    [...line.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replaceAll(/\\(.)/g, '$1')),
  );
}
