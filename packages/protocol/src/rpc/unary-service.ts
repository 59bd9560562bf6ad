import type { MessageType } from '../wire/message.ts';

/** Codes of gRPC, as any transport carries them (grpc.io: Status codes). */
export const statusCodes = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

export type StatusCode = (typeof statusCodes)[keyof typeof statusCodes];

/** How a call fails on the wire: `message` is shown to the user by the SDK. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: StatusCode;
  constructor(code: StatusCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Who calls: the runtime that its SDK is written for, as far as that is told. */
export interface Caller {
  readonly isNodejs: boolean;
}

/** Answers one call: bytes of the request message in, bytes of the response message out. Rejects with RpcError alone. */
export type UnaryHandler = (request: Uint8Array, caller: Caller) => Promise<Uint8Array>;

/** Calls by their path: `/pulumirpc.ResourceMonitor/RegisterResource`. What is not in it is not implemented. */
export type UnaryService = ReadonlyMap<string, UnaryHandler>;

/** One call in terms of its messages. */
export interface UnaryMethod {
  readonly path: string;
  readonly requestType: MessageType<object>;
  readonly responseType: MessageType<object>;
  readonly handle: UnaryHandler;
}

export function unary<Request extends object, Response extends object>(
  path: string,
  requestType: MessageType<Request>,
  responseType: MessageType<Response>,
  handle: (request: Request, caller: Caller) => Response | Promise<Response>,
): UnaryMethod {
  return {
    path,
    requestType: requestType as unknown as MessageType<object>,
    responseType: responseType as unknown as MessageType<object>,
    handle: async (request, caller) => responseType.encode(await handle(requestType.decode(request), caller)),
  };
}
