import { CallbackInvokeRequest, CallbackInvokeResponse } from '../messages/callback-messages.ts';
import type { Callback as CallbackMessage } from '../messages/common-messages.ts';
import { type CallLog, loggingClient } from '../rpc/call-log.ts';
import { CallFailedError, type GrpcClient, openGrpc, unavailable } from '../transport/grpc-client.ts';
import type { MessageOf, MessageType } from '../wire/message.ts';
import { WireError } from '../wire/protobuf-reader.ts';

export type Callback = MessageOf<typeof CallbackMessage>;

/** Calls functions of the program, which serves them itself (callback.proto). One connection for each of its servers. */
export interface CallbackCaller {
  /** Rejects with an Error in words for the person who wrote the function. */
  call<Request, Response>(
    callback: Callback,
    requestType: MessageType<Request>,
    responseType: MessageType<Response>,
    request: Request,
  ): Promise<Response>;
  /** Calls that are open fail, and all later ones. */
  close(): void;
}

/** `log` hears of every call. */
export function createCallbackCaller(log?: CallLog): CallbackCaller {
  const connections = new Map<string, Promise<GrpcClient>>();
  let isClosed = false;

  const connect = (target: string): Promise<GrpcClient> => {
    const known = connections.get(target) ?? opened(target, log);
    connections.set(target, known);
    return known;
  };

  return {
    async call(callback, requestType, responseType, request) {
      const asked = { token: callback.token, request: requestType.encode(request) };
      try {
        if (isClosed) throw new Error('closed');
        const client = await connect(callback.target);
        const reply = await client.call(
          '/pulumirpc.Callbacks/Invoke',
          CallbackInvokeRequest,
          CallbackInvokeResponse,
          asked,
        );
        return responseType.decode(reply.response ?? new Uint8Array());
      } catch (error) {
        throw isClosed ? new Error('the operation has ended') : readable(error);
      }
    },
    close() {
      isClosed = true;
      for (const connection of connections.values())
        connection.then(
          (client) => client.close(),
          () => {},
        );
    },
  };
}

async function opened(target: string, log: CallLog | undefined): Promise<GrpcClient> {
  const client = await openGrpc(target);
  return log === undefined ? client : loggingClient(client, { kind: 'callbacks', mode: 'client' }, log);
}

/** SDKs begin the words of a transform that threw with what ours say already. */
const wordsOfSdks = /^transform failed: /;

function readable(error: unknown): unknown {
  if (error instanceof WireError) return unreadableAnswer(error);
  if (!(error instanceof CallFailedError)) return error;
  if (error.code === unavailable) return new Error(`the program that has this function has ended (${error.details})`);
  return new Error(error.details.replace(wordsOfSdks, ''), { cause: error });
}

/** For an answer that arrived and says nothing that could be followed. */
export function unreadableAnswer(cause: Error): Error {
  return new Error(`its answer cannot be used: ${cause.message}`, { cause });
}
