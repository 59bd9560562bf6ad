import type { Client, Metadata, ServiceError } from '@grpc/grpc-js';
import { Status } from '../messages/common-messages.ts';
import type { MessageType } from '../wire/message.ts';

/** What Pulumi's SDKs and engine allow in both directions. */
const messageBytesMax = 400 * 1024 * 1024;

const detailsKey = 'grpc-status-details-bin';

/** What a peer answered instead of a reply. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError';
  /** A status code of gRPC. */
  readonly code: number;
  /** The peer's own words. */
  readonly details: string;
  /** Messages that explain the error, by their full name: `pulumirpc.ErrorResourceInitFailed`. */
  readonly extras: ReadonlyMap<string, Uint8Array>;

  constructor(code: number, details: string, extras: ReadonlyMap<string, Uint8Array>) {
    super(details);
    this.code = code;
    this.details = details;
    this.extras = extras;
  }
}

/** Calls the services of another process. */
export interface GrpcClient {
  /** Throws CallFailedError. */
  call<Request, Response>(
    path: string,
    requestType: MessageType<Request>,
    responseType: MessageType<Response>,
    request: Request,
  ): Promise<Response>;
  close(): void;
}

/**
 * Connects to `127.0.0.1:PORT`, without encryption. Resolves once the peer answers; rejects when it does not within
 * `readyWithinMs`.
 */
export async function connectGrpc(address: string, readyWithinMs: number): Promise<GrpcClient> {
  const grpc = await import('@grpc/grpc-js');
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
    'grpc.initial_reconnect_backoff_ms': 10,
    'grpc.max_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 10,
  });
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + readyWithinMs, (error) => {
      if (error === undefined) resolve();
      else {
        client.close();
        reject(new CallFailedError(grpc.status.UNAVAILABLE, `nobody answers at ${address}`, new Map()));
      }
    });
  });
  return {
    call: (path, requestType, responseType, request) =>
      callOnce(client, path, requestType.encode(request)).then((bytes) => responseType.decode(bytes)),
    close: () => client.close(),
  };
}

function callOnce(client: Client, path: string, request: Buffer): Promise<Buffer> {
  const asIs = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, asIs, asIs, request, (error: ServiceError | null, reply?: Buffer) => {
      if (error === null && reply !== undefined) resolve(reply);
      else reject(callFailed(error!));
    });
  });
}

function callFailed({ code, details, metadata }: ServiceError): CallFailedError {
  return new CallFailedError(code, details, extrasOf(metadata));
}

function extrasOf(metadata: Metadata | undefined): ReadonlyMap<string, Uint8Array> {
  const extras = new Map<string, Uint8Array>();
  for (const value of metadata?.get(detailsKey) ?? []) {
    if (!Buffer.isBuffer(value)) continue;
    try {
      for (const { typeUrl, value: bytes } of Status.decode(value).details)
        extras.set(typeUrl.slice(typeUrl.lastIndexOf('/') + 1), bytes ?? new Uint8Array());
    } catch {
      // Details that cannot be read explain nothing; the error itself still stands.
    }
  }
  return extras;
}
