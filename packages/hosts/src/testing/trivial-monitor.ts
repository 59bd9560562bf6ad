import { createRequire } from 'node:module';
import { afterAll } from 'vitest';

/** A request as the SDK sent it, in the form of its generated `toObject`. */
export interface RecordedCall {
  readonly method: string;
  readonly request: Record<string, unknown>;
}

export interface TrivialMonitor {
  readonly address: string;
  readonly calls: RecordedCall[];
  /** What the program said through `Engine.Log`, from `info` up, as `[severity, message]`. */
  readonly logged: () => readonly (readonly [severity: string, message: string])[];
}

interface Method {
  readonly responseType: new () => Record<string, (value: unknown) => void>;
}

type Service = Record<string, Method>;
type Handler = (call: { request: GeneratedMessage }, reply: (error: null, response: unknown) => void) => void;

interface GeneratedMessage {
  toObject(): Record<string, unknown>;
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getObject(): unknown;
}

interface Grpc {
  readonly Server: new () => {
    addService(service: Service, handlers: Record<string, Handler>): void;
    bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
    forceShutdown(): void;
  };
  readonly ServerCredentials: { createInsecure(): unknown };
}

const shutdowns: Array<() => void> = [];
afterAll(() => {
  for (const shutdown of shutdowns) shutdown();
});

const severities = ['debug', 'info', 'warning', 'error'];

/** A monitor and an engine that agree to everything: every resource comes to be exactly as it was asked for. */
export async function startTrivialMonitor(): Promise<TrivialMonitor> {
  // The SDK's own copies: what a program speaks with.
  const load = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));
  const grpc = load('@grpc/grpc-js') as Grpc;
  const { ResourceMonitorService } = load('./proto/resource_grpc_pb.js') as { ResourceMonitorService: Service };
  const { EngineService } = load('./proto/engine_grpc_pb.js') as { EngineService: Service };
  const server = new grpc.Server();
  const calls: RecordedCall[] = [];
  for (const service of [ResourceMonitorService, EngineService]) {
    const answer = (method: string, definition: Method): Handler => {
      return ({ request }, reply) => {
        calls.push({ method, request: request.toObject() });
        reply(null, answerTo(method, definition, request));
      };
    };
    const handlers = Object.entries(service).map(([method, definition]) => [method, answer(method, definition)]);
    server.addService(service, Object.fromEntries(handlers));
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  shutdowns.push(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, calls, logged: () => loggedIn(calls) };
}

function answerTo(method: string, definition: Method, request: GeneratedMessage): unknown {
  const response = new definition.responseType();
  if (method === 'supportsFeature') response.setHassupport?.(true);
  if (method === 'registerResource') {
    response.setUrn?.(`urn:pulumi:stack::project::${request.getType()}::${request.getName()}`);
    response.setId?.(request.getCustom() ? request.getName() : '');
    response.setObject?.(request.getObject());
  }
  return response;
}

function loggedIn(calls: readonly RecordedCall[]): readonly (readonly [string, string])[] {
  return calls
    .filter(({ method, request }) => method === 'log' && request.severity !== 0)
    .map(({ request }) => [severities[Number(request.severity)]!, String(request.message)] as const);
}
