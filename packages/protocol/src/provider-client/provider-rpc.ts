import { type CallContext, OperationError } from '@radiant/model';
import { Empty } from '../messages/common-messages.ts';
import { CallFailedError, type GrpcClient } from '../transport/grpc-client.ts';
import type { MessageType } from '../wire/message.ts';
import { asUnreadable } from './answers.ts';
import { isUnavailable } from './provider-errors.ts';

/** The process behind a provider. */
export interface ProviderPeer {
  readonly hasEnded: boolean;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  /** Why it is gone, in words for whoever is told; undefined while it runs. */
  explainEnd(to: 'operation' | 'program'): Promise<string | undefined>;
  stop(): Promise<void>;
}

const servicePath = '/pulumirpc.ResourceProvider/';

/** Programs may keep to themselves why these have failed. */
const heardByPrograms: ReadonlySet<string> = new Set(['Invoke', 'Call']);

/** How long a provider gets to hear that it is over. */
const farewellMs = 1000;

/** Calls `pulumirpc.ResourceProvider` of one process. */
export class ProviderRpc {
  readonly #client: GrpcClient;
  readonly #peer: ProviderPeer | undefined;
  readonly #cancelled = new WeakSet<AbortSignal>();

  constructor(client: GrpcClient, peer: ProviderPeer | undefined) {
    this.#client = client;
    this.#peer = peer;
  }

  /** Throws CallFailedError, UnreadableAnswerError; what a process that is gone is asked throws OperationError, for it cannot have happened. */
  async call<Request, Response>(
    method: string,
    requestType: MessageType<Request>,
    responseType: MessageType<Response>,
    request: Request,
  ): Promise<Response> {
    const hearer = heardByPrograms.has(method) ? 'program' : 'operation';
    if (this.#peer?.hasEnded === true)
      throw new OperationError({
        code: 'PROVIDER_GONE',
        summary: (await this.#peer.explainEnd(hearer)) ?? 'the provider plugin has ended',
      });
    try {
      return await this.#client.call(`${servicePath}${method}`, requestType, responseType, request);
    } catch (error) {
      throw await explained(error, this.#peer, hearer);
    }
  }

  /** A provider that awaits something stops when it hears Cancel, and then answers the call: nothing is cut off. */
  async cancellable<T>({ signal }: CallContext, work: () => Promise<T>): Promise<T> {
    const onAbort = () => {
      if (this.#cancelled.has(signal)) return;
      this.#cancelled.add(signal);
      void this.#cancel();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Tells the provider that it is over, and ends the connection and the process. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, farewellMs);
    });
    await Promise.race([this.#cancel(), patience]);
    clearTimeout(timer);
    this.#client.close();
    await this.#peer?.stop();
  }

  /** Best effort: a provider that cannot be cancelled, or is gone, has nothing to stop. */
  async #cancel(): Promise<void> {
    await this.#client.call(`${servicePath}Cancel`, Empty, Empty, {}).catch(() => {});
  }
}

/** A connection that broke, or was never made, says nothing; how the process ended does. */
export async function explained(
  error: unknown,
  peer: ProviderPeer | undefined,
  hearer: 'operation' | 'program',
): Promise<unknown> {
  if (!isUnavailable(error)) return asUnreadable(error);
  const reason = await peer?.explainEnd(hearer);
  return reason === undefined ? error : new CallFailedError(error.code, reason, error.extras);
}
