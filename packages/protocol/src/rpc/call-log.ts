import { CallFailedError, type GrpcClient } from '../transport/grpc-client.ts';
import type { MessageType } from '../wire/message.ts';
import { messageToJson } from '../wire/message-json.ts';
import { RpcError, type UnaryMethod } from './unary-service.ts';

/**
 * Hears of every call, as one line of JSON when it begins and one when it has ended (Pulumi: PULUMI_DEBUG_GRPC, engine
 * reference 1.1). Nothing is masked: the lines hold secrets in the clear.
 */
export interface CallLog {
  write(line: string): void;
}

/** Which side of a call we are on, and of what kind the peer is: `{"mode":"client","kind":"resource","name":"aws"}`. */
export interface CallMetadata {
  readonly mode: 'client' | 'server';
  readonly kind?: string;
  readonly name?: string;
}

interface Call {
  readonly method: string;
  readonly request: object;
  readonly metadata: CallMetadata;
}

/** A client whose calls are logged. */
export function loggingClient(client: GrpcClient, metadata: CallMetadata, log: CallLog): GrpcClient {
  return {
    call: (path, requestType, responseType, request) => {
      const call = { method: path, request: messageToJson(requestType, request), metadata };
      return logged(log, call, () => client.call(path, requestType, responseType, request), responseType);
    },
    close: () => client.close(),
  };
}

/** A method whose calls are logged. */
export function loggingMethod(method: UnaryMethod, log: CallLog): UnaryMethod {
  const { path, requestType, responseType } = method;
  return {
    ...method,
    handle: async (bytes, caller) => {
      const request = messageToJson(requestType, requestType.decode(bytes));
      let reply: Uint8Array = new Uint8Array();
      await logged(
        log,
        { method: path, request, metadata: { mode: 'server' } },
        async () => {
          reply = await method.handle(bytes, caller);
          return responseType.decode(reply);
        },
        responseType,
      );
      return reply;
    },
  };
}

async function logged<Response>(
  log: CallLog,
  { method, request, metadata }: Call,
  run: () => Promise<Response>,
  responseType: MessageType<Response>,
): Promise<Response> {
  const startedMs = performance.now();
  const write = (outcome: object, progress: string, rest: object = {}) =>
    log.write(
      `${JSON.stringify({ method, request, ...outcome, metadata, progress, timestamp: new Date().toISOString(), ...rest })}\n`,
    );
  write({}, 'request_started');
  const end = (outcome: object) =>
    write(outcome, 'response_completed', { duration: Math.round((performance.now() - startedMs) * 1e6) });
  try {
    const response = await run();
    end({ response: messageToJson(responseType, response) });
    return response;
  } catch (error) {
    end({ errors: [errorText(error)] });
    throw error;
  }
}

function errorText(error: unknown): string {
  if (error instanceof CallFailedError) return `rpc error: code = ${codeName(error.code)} desc = ${error.details}`;
  if (error instanceof RpcError) return `rpc error: code = ${codeName(error.code)} desc = ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** gRPC's codes in the words of Go. */
const codeNames = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

function codeName(code: number): string {
  return codeNames[code] ?? `Code(${code})`;
}
