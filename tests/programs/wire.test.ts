import net from 'node:net';
import { quickWirePreamble } from '@radiant/model';
import { serveMonitor } from '@radiant/protocol';
import { describe, expect, test } from 'vitest';
import { RecordingMonitor } from '../../packages/protocol/test/recording-monitor.ts';
import { ProgramStack, wires } from './harness/program-stack.ts';

const program = `const pulumi = require('@pulumi/pulumi');
const config = new pulumi.Config();
class Group extends pulumi.ComponentResource {
  constructor(name, opts, inputs = {}) { super('test:index:Group', name, inputs, opts); }
}
exports.Group = undefined;
switch (config.get('case')) {
  case 'many':
    for (let index = 0; index < 2000; index += 1) new Group('group-' + index);
    break;
  case 'huge':
    new Group('huge', {}, { text: 'x'.repeat(20 * 1024 * 1024) });
    break;
  case 'twice':
    new Group('same');
    new Group('same');
    break;
  case 'invoke':
    exports.answer = pulumi.runtime.invoke('nobody:index:knows', {}).then(() => 'fine', (error) => error.message);
    break;
  case 'own':
    const grpc = require('@grpc/grpc-js');
    exports.clients = grpc.makeGenericClientConstructor({}, 'Mine').name;
    const { ResourceMonitorClient } = require('@pulumi/pulumi/proto/resource_grpc_pb');
    const other = new ResourceMonitorClient('127.0.0.1:1', grpc.credentials.createInsecure());
    exports.other = new Promise((resolve) => other.supportsFeature(new (require('@pulumi/pulumi/proto/resource_pb').SupportsFeatureRequest)(), (error) => resolve(error.code)));
    break;
  case 'wire':
    const { EngineClient } = require('@pulumi/pulumi/proto/engine_grpc_pb');
    exports.isQuick = !('getChannel' in EngineClient.prototype);
    break;
  case 'leaves':
    new Group('left');
    process.exit(3);
}
`;

describe.each(wires)('over the %s wire', (wire) => {
  async function run(name: string, body: (stack: ProgramStack) => Promise<void>): Promise<void> {
    await using stack = await ProgramStack.create({ 'index.js': program }, { wire });
    await stack.config('case', name);
    await body(stack);
  }

  test('thousands of resources at once, and one of 20 MiB, arrive', async () => {
    await run('many', async (stack) => {
      expect((await stack.preview()).report.summary.changes).toEqual({ create: 2001 });
      await stack.config('case', 'huge');
      await stack.mustUp();
      const { inputs = {} } = await stack.resource('huge');
      expect(String(inputs.text).length).toBe(20 * 1024 * 1024);
    });
  });

  test('what the engine refuses is told in the same words', async () => {
    await run('twice', async (stack) => {
      expect((await stack.up()).errors.join('\n')).toContain('Duplicate resource URN');
      await stack.config('case', 'invoke');
      await stack.preview();
      expect(String((await stack.preview()).report.outputs.answer)).toContain(
        "no provider plugin serves the package 'nobody'",
      );
    });
  });

  test('a program that uses gRPC for itself has the library as it is', async () => {
    await run('own', async (stack) => {
      const { outputs } = (await stack.preview()).report;
      expect(outputs).toMatchObject({ clients: 'ServiceClientImpl', other: 14 });
    });
  });

  test('a program that ends while its calls are open is a failure, and nothing hangs', async () => {
    await run('leaves', async (stack) => {
      const { result, errors } = await stack.up();
      expect(result).toBe('failed');
      expect(errors.join('\n')).toContain('non-zero exit code: 3');
    });
  });

  test('is the one that was asked for', async () => {
    await run('wire', async (stack) => {
      expect((await stack.preview()).report.outputs.isQuick).toBe(wire === 'quick');
    });
  });
});

test('a peer that sends nonsense in place of frames is cut off, and others are served on', async () => {
  const monitor = new RecordingMonitor();
  const server = await serveMonitor({ monitor, engineVersion: '3.0.0', projectDirectory: '/' });
  const port = Number(server.address.split(':')[1]);
  for (const nonsense of ['\xff\xff\xff\xff', '\0\0\0\x03\0\0\0', '\0\0\0\x07\0\0\0\x01\xff\xff\0']) {
    const socket = net.connect(port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.write(Buffer.concat([quickWirePreamble, Buffer.from(nonsense, 'latin1')]));
    await closed;
  }
  const polite = net.connect(port, '127.0.0.1');
  const path = '/pulumirpc.ResourceMonitor/Nothing';
  const head = Buffer.from([0, 0, 0, 6 + path.length, 0, 0, 0, 9, 0, path.length]);
  polite.write(Buffer.concat([quickWirePreamble, head, Buffer.from(path)]));
  const reply = await new Promise<Buffer>((resolve) => polite.once('data', resolve));
  expect(reply.subarray(4, 9)).toEqual(Buffer.from([0, 0, 0, 9, 12]));
  polite.destroy();
  await server.close();
});

test('a wire that nobody knows is refused by name', async () => {
  await using stack = await ProgramStack.create({ 'index.js': program });
  stack.env.RADIANT_WIRE = 'pigeon';
  const { errors } = await stack.preview();
  expect(errors.join('\n')).toContain('RADIANT_WIRE is "pigeon"');
});
