import type { Client, ClientUnaryCall, Metadata, ServiceError } from '@grpc/grpc-js';
import { Status } from '../messages/common-messages.ts';
import type { MessageType } from '../wire/message.ts';

/** What Pulumi's SDKs and engine allow in both directions. */
const messageBytesMax = 400 * 1024 * 1024;

/** The status code of gRPC for a peer that cannot be reached. */
export const unavailable = 14;

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
  /** Throws CallFailedError; WireError when the reply cannot be read. */
  call<Request, Response>(
    path: string,
    requestType: MessageType<Request>,
    responseType: MessageType<Response>,
    request: Request,
  ): Promise<Response>;
  /** Calls that are open fail. */
  close(): void;
}

/**
 * Connects to `127.0.0.1:PORT`, without encryption. Resolves once the peer answers; rejects when it does not within
 * `readyWithinMs`, or is known to be `gone`.
 */
export async function connectGrpc(
  address: string,
  readyWithinMs: number,
  gone?: Promise<unknown>,
): Promise<GrpcClient> {
  return clientOver(await connectClient(address, readyWithinMs, gone));
}

/** As `connectGrpc`, for calls of other kinds. */
export async function connectClient(
  address: string,
  readyWithinMs: number,
  gone: Promise<unknown> = new Promise(() => {}),
): Promise<Client> {
  const client = await newClient(address);
  const ready = new Promise<boolean>((resolve) => {
    client.waitForReady(Date.now() + readyWithinMs, (error) => resolve(error === undefined));
  });
  if (await Promise.race([ready, gone.then(() => false)])) return client;
  client.close();
  throw new CallFailedError(unavailable, `nobody answers at ${address}`, new Map());
}

/** For a peer that has said that it answers: calls fail at once when it is gone. */
export async function openGrpc(address: string): Promise<GrpcClient> {
  return clientOver(await newClient(address));
}

async function newClient(address: string): Promise<Client> {
  const grpc = await import('@grpc/grpc-js');
  return new grpc.Client(address, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
    'grpc.initial_reconnect_backoff_ms': 10,
    'grpc.max_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 10,
    // The peer is on this machine, whatever proxy the environment names.
    'grpc.enable_http_proxy': 0,
  });
}

function clientOver(client: Client): GrpcClient {
  const open = new Set<ClientUnaryCall>();
  return {
    call: (path, requestType, responseType, request) =>
      callOnce(client, open, path, requestType.encode(request)).then((bytes) => responseType.decode(bytes)),
    close: () => {
      for (const call of open) call.cancel();
      client.close();
    },
  };
}

function callOnce(client: Client, open: Set<ClientUnaryCall>, path: string, request: Buffer): Promise<Buffer> {
  const asIs = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(path, asIs, asIs, request, (error: ServiceError | null, reply?: Buffer) => {
      open.delete(call);
      if (error === null && reply !== undefined) resolve(reply);
      else reject(callFailed(error!));
    });
    open.add(call);
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
