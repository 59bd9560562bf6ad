import type { Json, JsonObject } from './recorded.ts';
import { setAside } from './set-aside.ts';

/** Between the engine and programs, and between the engine and providers. */
const services = ['ResourceMonitor', 'ResourceProvider'];

/** What went over the wire, by service, method and what it was about; each in its order. */
export function callsOf(lines: readonly JsonObject[], folder?: string): JsonObject {
  const calls: Record<string, Json[]> = {};
  for (const line of lines) {
    const [service, method] = String(line.method).replace('/pulumirpc.', '').split('/') as [string, string];
    if (!services.includes(service) || line.progress !== 'response_completed') continue;
    const request = (line.request ?? {}) as JsonObject;
    const key = `${service}.${method} ${aboutOf(request)}`.trim();
    const { response = null, errors = null } = line;
    const list = calls[key] ?? [];
    calls[key] = list;
    list.push(setAside({ request: comparable(request), response, errors }, folder));
  }
  return calls;
}

function aboutOf({ urn, type, name, tok }: JsonObject): string {
  return String(urn ?? tok ?? [type, name].filter(Boolean).join(' '));
}

/** Positions are set aside here, too, where they are messages; dependencies come in the order in which promises are kept. */
function comparable(request: JsonObject): JsonObject {
  const { dependencies, sourcePosition, stackTrace } = request;
  return {
    ...request,
    ...(sourcePosition !== undefined && { sourcePosition: '<position>' }),
    ...(stackTrace !== undefined && { stackTrace: '<position>' }),
    ...(Array.isArray(dependencies) && { dependencies: [...dependencies].sort() }),
  };
}
