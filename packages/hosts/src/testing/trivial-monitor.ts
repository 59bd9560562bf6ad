import { createRequire } from 'node:module';
import { serveWires, type UnaryHandler } from '@radiant/protocol';
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
  readonly path: string;
  readonly responseType: new () => Record<string, (value: unknown) => void>;
  readonly requestDeserialize: (bytes: Buffer) => GeneratedMessage;
  readonly responseSerialize: (response: unknown) => Uint8Array;
}

type Service = Record<string, Method>;

interface GeneratedMessage {
  toObject(): Record<string, unknown>;
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getObject(): unknown;
}

const ends: Array<() => Promise<void>> = [];
afterAll(async () => {
  for (const end of ends) await end();
});

const severities = ['debug', 'info', 'warning', 'error'];

/**
 * A monitor and an engine that agree to everything, over either wire: every resource comes to be exactly as it was asked
 * for.
 */
export async function startTrivialMonitor(): Promise<TrivialMonitor> {
  // The SDK's own copies: what a program speaks with.
  const load = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));
  const { ResourceMonitorService } = load('./proto/resource_grpc_pb.js') as { ResourceMonitorService: Service };
  const { EngineService } = load('./proto/engine_grpc_pb.js') as { EngineService: Service };
  const calls: RecordedCall[] = [];
  const answer = (name: string, method: Method): UnaryHandler => {
    return async (bytes) => {
      const request = method.requestDeserialize(Buffer.from(bytes));
      calls.push({ method: name, request: request.toObject() });
      return method.responseSerialize(answerTo(name, method, request));
    };
  };
  const methods = Object.entries({ ...ResourceMonitorService, ...EngineService });
  const server = await serveWires(new Map(methods.map(([name, method]) => [method.path, answer(name, method)])));
  ends.push(() => server.close());
  return { address: server.address, calls, logged: () => loggedIn(calls) };
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
