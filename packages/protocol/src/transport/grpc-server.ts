import type { Socket } from 'node:net';
import type { handleUnaryCall, Metadata, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { type Caller, RpcError, statusCodes, type UnaryHandler, type UnaryService } from '../rpc/unary-service.ts';

/** What Pulumi's SDKs and engine allow in both directions. */
const messageBytesMax = 400 * 1024 * 1024;

/** How long calls that have been answered get to be sent. */
const farewellMs = 500;

/** Takes connections over to serve gRPC on them. */
export interface GrpcHandover {
  take(socket: Socket): void;
  close(): Promise<void>;
}

/** Serves unary calls over gRPC, without encryption, on connections that somebody else has accepted. */
export async function serveGrpcOn(service: UnaryService): Promise<GrpcHandover> {
  const grpc = await import('@grpc/grpc-js');
  const server = new grpc.Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
  });
  const { definition, implementation } = describe(service);
  server.addService(definition, implementation);
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  return {
    take: (socket) => injector.injectConnection(socket),
    close: () =>
      new Promise((resolve) => {
        const end = () => {
          injector.destroy();
          server.forceShutdown();
          resolve();
        };
        const force = setTimeout(end, farewellMs);
        injector.drain(farewellMs);
        server.tryShutdown(() => {
          clearTimeout(force);
          end();
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
    handler(call.request, callerOf(call.metadata)).then(
      (reply) => callback(null, reply),
      (error: unknown) => {
        const { code, message } =
          error instanceof RpcError ? error : { code: statusCodes.internal, message: String(error) };
        callback({ code, details: message });
      },
    );
  };
}

/** What a caller says of itself goes before what its library says (Pulumi: requestFromNodeJS). */
function callerOf(metadata: Metadata): Caller {
  const [runtime] = metadata.get('pulumi-runtime');
  const [userAgent] = metadata.get('user-agent');
  return {
    isNodejs: runtime === undefined ? String(userAgent ?? '').startsWith('grpc-node-js/') : runtime === 'nodejs',
  };
}
