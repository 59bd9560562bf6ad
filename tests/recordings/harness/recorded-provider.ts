import { Empty } from '../../../packages/protocol/src/messages/common-messages.ts';
import * as wire from '../../../packages/protocol/src/messages/provider-messages.ts';
import { RpcError, type StatusCode, statusCodes, unary } from '../../../packages/protocol/src/rpc/unary-service.ts';
import { serveWires, type WireServer } from '../../../packages/protocol/src/transport/wire-server.ts';
import type { MessageType } from '../../../packages/protocol/src/wire/message.ts';
import { messageFromJson, messageToJson } from '../../../packages/protocol/src/wire/message-json.ts';
import type { JsonObject } from './recorded.ts';

const PluginAttach = Empty;

const methods: { readonly [method: string]: readonly [request: unknown, response: unknown] } = {
  Attach: [PluginAttach, Empty],
  Handshake: [wire.HandshakeRequest, wire.HandshakeResponse],
  CheckConfig: [wire.CheckRequest, wire.CheckResponse],
  DiffConfig: [wire.DiffRequest, wire.DiffResponse],
  Configure: [wire.ConfigureRequest, wire.ConfigureResponse],
  Check: [wire.CheckRequest, wire.CheckResponse],
  Diff: [wire.DiffRequest, wire.DiffResponse],
  Create: [wire.CreateRequest, wire.CreateResponse],
  Update: [wire.UpdateRequest, wire.UpdateResponse],
  Read: [wire.ReadRequest, wire.ReadResponse],
  Delete: [wire.DeleteRequest, Empty],
  Cancel: [Empty, Empty],
};

/**
 * A provider plugin that answers with what was recorded of a real one: by method and URN, in the recorded order. Where a
 * failure cut the recording off, it sees no change; all else that was not recorded it does not implement, but for being
 * attached, which the recorded one was not.
 */
export function serveRecordedProvider(lines: readonly JsonObject[], packageName: string): Promise<WireServer> {
  const answers = new Map<string, JsonObject[]>();
  for (const line of lines) {
    const { method, metadata, progress } = line;
    if ((metadata as JsonObject).name !== packageName || progress !== 'response_completed') continue;
    const key = keyOf(String(method).split('/').at(-1)!, line.request as JsonObject);
    answers.set(key, [...(answers.get(key) ?? []), line]);
  }
  const service = Object.entries(methods).map(([method, [requestType, responseType]]) => {
    const [asked, answered] = [requestType, responseType] as [MessageType<object>, MessageType<object>];
    return unary(`/pulumirpc.ResourceProvider/${method}`, asked, answered, (request) => {
      if (method === 'Attach') return {};
      const json = messageToJson(asked, request) as JsonObject;
      const next = answers.get(keyOf(method, json))?.shift() ?? unrecorded(method, json);
      if (next === undefined) throw new RpcError(statusCodes.unimplemented, `${method} was not recorded`);
      const [error] = (next.errors ?? []) as readonly string[];
      if (error !== undefined) throw recordedError(error);
      return messageFromJson(answered, (next.response ?? {}) as JsonObject);
    });
  });
  return serveWires(new Map(service.map(({ path, handle }) => [path, handle])));
}

function unrecorded(method: string, { olds = {} }: JsonObject): JsonObject | undefined {
  if (method === 'Check') return { response: { inputs: olds } };
  return method === 'Diff' ? { response: { changes: 'DIFF_NONE' } } : undefined;
}

function keyOf(method: string, { urn = '' }: JsonObject): string {
  return `${method} ${urn}`;
}

/** `rpc error: code = Unimplemented desc = …`, as Go prints it. */
function recordedError(text: string): RpcError {
  const [, name = '', words = text] = /code = (\w+) desc = (.*)/s.exec(text) ?? [];
  const codes: { readonly [name: string]: StatusCode } = statusCodes;
  return new RpcError(codes[name.charAt(0).toLowerCase() + name.slice(1)] ?? statusCodes.unknown, words);
}
