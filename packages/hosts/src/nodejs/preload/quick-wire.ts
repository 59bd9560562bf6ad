import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { FrameClient } from './frame-client.ts';
import { loadReal, once, provideModule } from './loading.ts';

export interface QuickWire {
  /** `127.0.0.1:PORT` of the monitor and engine services. */
  readonly address: string;
  /** Whether anybody will see what the SDK says for debugging. */
  readonly isDebugged: boolean;
}

/**
 * Has the SDK's own clients of the monitor and the engine speak in frames instead of gRPC: the same messages, a fraction
 * of the work. Everything else that speaks gRPC, in the SDK or in the program, is left alone; so are clients of other
 * addresses, and SDKs whose clients look different from those we know.
 */
export function useQuickWire(sdkDir: string, wire: QuickWire): void {
  const client = once(() => openClient(wire.address));
  for (const [file, name] of [
    ['resource_grpc_pb.js', 'ResourceMonitor'],
    ['engine_grpc_pb.js', 'Engine'],
  ] as const) {
    const path = join(sdkDir, 'proto', file);
    provideModule(path, () => {
      const exports = withQuickClient(path, name, wire, client);
      // Loading the real one has put it where ours was; whoever asks next is to get ours, too.
      provideModule(path, () => exports);
      return exports;
    });
  }
}

function openClient(address: string): FrameClient {
  const cut = address.lastIndexOf(':');
  return new FrameClient(connect({ host: address.slice(0, cut), port: Number(address.slice(cut + 1)) }));
}

interface Method {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (request: unknown) => Uint8Array;
  readonly responseDeserialize: (bytes: Buffer) => unknown;
}

type Service = Record<string, Method>;

type ClientClass = new (address: string, ...rest: unknown[]) => unknown;

interface Grpc {
  readonly Metadata: new () => unknown;
  readonly status: Record<number, string>;
}

function withQuickClient(path: string, name: string, wire: QuickWire, client: () => FrameClient): unknown {
  const real = loadReal(path) as Record<string, unknown>;
  const service = real[`${name}Service`];
  const RealClient = real[`${name}Client`];
  if (!isKnownService(service, name) || typeof RealClient !== 'function') return real;
  const grpc = createRequire(path)('@grpc/grpc-js') as Grpc;
  const QuickClient = quickClientClass(service, RealClient as ClientClass, grpc, wire, client);
  return { ...real, [`${name}Client`]: QuickClient };
}

function isKnownService(service: unknown, name: string): service is Service {
  if (typeof service !== 'object' || service === null) return false;
  return Object.values(service as Partial<Service>).every(
    (method) =>
      method?.path.startsWith(`/pulumirpc.${name}/`) === true &&
      method.requestStream === false &&
      method.responseStream === false &&
      typeof method.requestSerialize === 'function' &&
      typeof method.responseDeserialize === 'function',
  );
}

type Callback = (error: Error | null, reply?: unknown) => void;

function quickClientClass(
  service: Service,
  RealClient: ClientClass,
  grpc: Grpc,
  wire: QuickWire,
  client: () => FrameClient,
): ClientClass {
  class QuickClient {
    static readonly service = service;

    constructor(address: string, ...rest: unknown[]) {
      // biome-ignore lint/correctness/noConstructorReturn: a client of somebody else is the real thing.
      if (address !== wire.address) return new RealClient(address, ...rest) as QuickClient;
    }

    close(): void {}

    waitForReady(_deadline: unknown, ready: (error?: Error) => void): void {
      setImmediate(ready);
    }
  }
  for (const [name, method] of Object.entries(service)) {
    const make = method.path === '/pulumirpc.Engine/Log' && !wire.isDebugged ? callUnlessDebug : call;
    const invoke = (request: unknown, ...rest: unknown[]) =>
      make(client(), method, grpc, request, rest.at(-1) as Callback);
    for (const alias of new Set([name, methodName(method.path)]))
      Object.defineProperty(QuickClient.prototype, alias, { value: invoke, writable: true, configurable: true });
  }
  return QuickClient as unknown as ClientClass;
}

/** gRPC clients know each method by its name in the service, too. */
function methodName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

class QuickCall extends EventEmitter {
  cancel: () => void = () => {};
  getPeer(): string {
    return 'engine';
  }
}

function call(client: FrameClient, method: Method, grpc: Grpc, request: unknown, done: Callback): QuickCall {
  const handle = new QuickCall();
  const message = method.requestSerialize(request);
  handle.cancel = client.call(method.path, message, (answer) => {
    if ('status' in answer) done(serviceError(grpc, answer.status, answer.details));
    else done(null, method.responseDeserialize(answer.reply));
  });
  return handle;
}

const debugSeverity = 0;

/** What the SDK says for debugging is most of what it says, and as a rule for nobody. */
function callUnlessDebug(client: FrameClient, method: Method, grpc: Grpc, request: unknown, done: Callback): QuickCall {
  if ((request as { getSeverity?(): number }).getSeverity?.() !== debugSeverity)
    return call(client, method, grpc, request, done);
  setImmediate(() => done(null, method.responseDeserialize(Buffer.alloc(0))));
  return new QuickCall();
}

/** As grpc-js makes them (callErrorFromStatus). */
function serviceError(grpc: Grpc, code: number, details: string): Error {
  const error = new Error(`${code} ${grpc.status[code]}: ${details}`);
  return Object.assign(error, { code, details, metadata: new grpc.Metadata() });
}
