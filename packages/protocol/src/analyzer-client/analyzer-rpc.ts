import { OperationError } from '@radiant/model';
import { Empty } from '../messages/common-messages.ts';
import { isUnimplemented } from '../provider-client/provider-errors.ts';
import { explained, type ProviderPeer } from '../provider-client/provider-rpc.ts';
import { CallFailedError, type GrpcClient } from '../transport/grpc-client.ts';
import type { MessageType } from '../wire/message.ts';

const servicePath = '/pulumirpc.Analyzer/';

/** Calls `pulumirpc.Analyzer` of one pack. */
export class AnalyzerRpc {
  readonly place: string;
  readonly #client: GrpcClient;
  readonly #peer: ProviderPeer;

  constructor(client: GrpcClient, peer: ProviderPeer, place: string) {
    this.#client = client;
    this.#peer = peer;
    this.place = place;
  }

  /** Throws OperationError. */
  async call<Request, Response>(
    method: string,
    requestType: MessageType<Request>,
    responseType: MessageType<Response>,
    request: Request,
  ): Promise<Response> {
    try {
      return await this.#client.call(`${servicePath}${method}`, requestType, responseType, request);
    } catch (error) {
      throw analyzerError(this.place, await explained(error, this.#peer, 'operation'));
    }
  }

  /** Tells what a pack need not know how to hear. */
  async offer<Request>(method: string, requestType: MessageType<Request>, request: Request): Promise<void> {
    await this.#client.call(`${servicePath}${method}`, requestType, Empty, request).catch(async (error: unknown) => {
      if (!isUnimplemented(error)) throw analyzerError(this.place, await explained(error, this.#peer, 'operation'));
    });
  }

  /** Tells the pack that it is over, and ends the connection and the process. */
  async close(): Promise<void> {
    await this.offer('Cancel', Empty, {}).catch(() => {});
    this.#client.close();
    await this.#peer.stop();
  }
}

export function analyzerError(place: string, error: unknown): unknown {
  if (!(error instanceof CallFailedError)) return error;
  return new OperationError({
    code: 'POLICY_PACK_FAILED',
    summary: `the policy pack ${place} failed: ${error.details || `gRPC code ${error.code}, and no words`}`,
    detail: 'What it did not look at may break its policies, so the operation ends here.',
    cause: error,
  });
}
