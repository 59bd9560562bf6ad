import type { handleUnaryCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { RpcError, statusCodes, type UnaryHandler, type UnaryService } from '../rpc/unary-service.ts';

/** What Pulumi's SDKs and engine allow in both directions. */
const messageBytesMax = 400 * 1024 * 1024;

/** How long calls that have been answered get to be sent. */
const farewellMs = 500;

export interface GrpcServer {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves unary calls over gRPC, without encryption, on a free port of the loopback address. */
export async function serveGrpc(service: UnaryService): Promise<GrpcServer> {
  const grpc = await import('@grpc/grpc-js');
  const server = new grpc.Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
  });
  const { definition, implementation } = describe(service);
  server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, farewellMs);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      }),
  };
}

function describe(service: UnaryService): {
  definition: ServiceDefinition;
  implementation: UntypedServiceImplementation;
} {
  const asBuffer = (bytes: Uint8Array) =>
    Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const asIs = (bytes: Buffer) => bytes;
  const definition: Record<string, ServiceDefinition[string]> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const [path, handler] of service) {
    definition[path] = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: asBuffer,
      requestDeserialize: asIs,
      responseSerialize: asBuffer,
      responseDeserialize: asIs,
    };
    implementation[path] = answerWith(handler);
  }
  return { definition, implementation };
}

function answerWith(handler: UnaryHandler): handleUnaryCall<Buffer, Uint8Array> {
  return (call, callback) => {
    handler(call.request).then(
      (reply) => callback(null, reply),
      (error: unknown) => {
        const { code, message } =
          error instanceof RpcError ? error : { code: statusCodes.internal, message: String(error) };
        callback({ code, details: message });
      },
    );
  };
}
