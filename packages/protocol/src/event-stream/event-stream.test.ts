import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { openEventStream } from './event-stream.ts';

const { EventsService } = createRequire(import.meta.url)('@pulumi/pulumi/proto/events_grpc_pb.js');
const { Empty } = createRequire(import.meta.url)('google-protobuf/google/protobuf/empty_pb.js');

const servers: grpc.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

type StreamEvents = (call: grpc.ServerReadableStream<{ getEvent(): string }, unknown>, answer: Answer) => void;
type Answer = (error: Partial<grpc.ServiceError> | null, reply?: unknown) => void;

/** The server that Pulumi's Automation API starts. */
async function listen(streamEvents: StreamEvents): Promise<string> {
  const server = new grpc.Server();
  servers.push(server);
  server.addService(EventsService, { streamEvents });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return `127.0.0.1:${port}`;
}

test('a listener hears every event in order, and the stream ends when it has', async () => {
  const heard: string[] = [];
  const address = await listen((call, answer) => {
    call.on('data', (request) => heard.push(request.getEvent()));
    call.on('end', () => answer(null, new Empty()));
  });
  const stream = await openEventStream(address);
  const lines = Array.from({ length: 1000 }, (_, index) => `{"sequence":${index}}\n`);
  for (const line of lines) stream.send(line);
  await stream.end();
  expect(heard).toEqual(lines);
});

describe('a listener that', () => {
  test('is not there is named', async () => {
    await expect(openEventStream('127.0.0.1:1')).rejects.toMatchObject({
      summary: 'the listener of --event-log at 127.0.0.1:1 does not hear all events: nobody answers at 127.0.0.1:1',
    });
  }, 30_000);

  test('breaks off is told of at the end, whatever is sent to it', async () => {
    const address = await listen((_, answer) => answer({ code: grpc.status.INTERNAL, details: 'enough' }));
    const stream = await openEventStream(address);
    for (let index = 0; index < 100; index += 1) stream.send('{}\n');
    await expect(stream.end()).rejects.toMatchObject({
      summary: expect.stringMatching(/does not hear all events: .*enough/),
    });
  });
});
