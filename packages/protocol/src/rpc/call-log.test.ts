import { expect, test } from 'vitest';
import { SupportsFeatureRequest, SupportsFeatureResponse } from '../messages/resource-messages.ts';
import { CallFailedError, type GrpcClient } from '../transport/grpc-client.ts';
import { loggingClient, loggingMethod } from './call-log.ts';
import { RpcError, statusCodes, unary } from './unary-service.ts';

const caller = { isNodejs: true };
const path = '/pulumirpc.ResourceMonitor/SupportsFeature';

function logOf() {
  const lines: object[] = [];
  const log = {
    write: (line: string) => {
      const { timestamp, duration, ...rest } = JSON.parse(line) as { timestamp: string; duration?: number };
      expect(Number.isNaN(Date.parse(timestamp))).toBe(false);
      lines.push({ ...rest, ...(duration !== undefined && { duration: typeof duration }) });
    },
  };
  return { lines, log };
}

test('a call that we answer is logged when it begins and when it has ended', async () => {
  const { lines, log } = logOf();
  const method = unary(path, SupportsFeatureRequest, SupportsFeatureResponse, () => ({ hasSupport: true }));
  const reply = await loggingMethod(method, log).handle(SupportsFeatureRequest.encode({ id: 'secrets' }), caller);
  expect(SupportsFeatureResponse.decode(reply)).toEqual({ hasSupport: true });
  const call = { method: path, request: { id: 'secrets' }, metadata: { mode: 'server' } };
  expect(lines).toEqual([
    { ...call, progress: 'request_started' },
    { ...call, response: { hasSupport: true }, progress: 'response_completed', duration: 'number' },
  ]);
});

test('a call that fails is logged with its code and words, on either side', async () => {
  const { lines, log } = logOf();
  const method = unary(path, SupportsFeatureRequest, SupportsFeatureResponse, () => {
    throw new RpcError(statusCodes.failedPrecondition, 'not today');
  });
  const request = { id: 'secrets' };
  await expect(loggingMethod(method, log).handle(SupportsFeatureRequest.encode(request), caller)).rejects.toThrow(
    'not today',
  );
  const client: GrpcClient = {
    call: () => Promise.reject(new CallFailedError(14, 'gone', new Map())),
    close: () => {},
  };
  const logging = loggingClient(client, { kind: 'resource', mode: 'client', name: 'aws' }, log);
  await expect(logging.call(path, SupportsFeatureRequest, SupportsFeatureResponse, request)).rejects.toThrow('gone');
  expect(lines[1]).toMatchObject({ errors: ['rpc error: code = FailedPrecondition desc = not today'] });
  expect(lines[3]).toMatchObject({
    errors: ['rpc error: code = Unavailable desc = gone'],
    metadata: { kind: 'resource', mode: 'client', name: 'aws' },
  });
});
