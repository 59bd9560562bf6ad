import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

/** A plugin that serves whatever package its parameter names. */
const plugin = `const grpc = require('@grpc/grpc-js');
const { ResourceProviderService } = require('@pulumi/pulumi/proto/provider_grpc_pb.js');
const messages = require('@pulumi/pulumi/proto/provider_pb.js');
const { PluginInfo } = require('@pulumi/pulumi/proto/plugin_pb.js');
const { Empty } = require('google-protobuf/google/protobuf/empty_pb.js');
const { Struct } = require('google-protobuf/google/protobuf/struct_pb.js');
let parameter = 'none';
const set = (message, fields) => { for (const [name, value] of Object.entries(fields)) message['set' + name](value); return message; };
const methods = {
  getPluginInfo: () => set(new PluginInfo(), { Version: '0.9.0' }),
  parameterize: (request) => {
    const value = request.getValue();
    parameter = Buffer.from(value.getValue_asU8()).toString();
    return set(new messages.ParameterizeResponse(), { Name: value.getName(), Version: value.getVersion() });
  },
  checkConfig: (request) => set(new messages.CheckResponse(), { Inputs: request.getNews() }),
  diffConfig: () => set(new messages.DiffResponse(), { Changes: 1 }),
  configure: () => set(new messages.ConfigureResponse(), { Acceptsecrets: true, Acceptresources: true, Supportspreview: false }),
  check: (request) => set(new messages.CheckResponse(), { Inputs: request.getNews() }),
  diff: () => set(new messages.DiffResponse(), { Changes: 1 }),
  create: () => set(new messages.CreateResponse(), { Id: 'thing', Properties: Struct.fromJavaScript({ parameter }) }),
  delete: () => new Empty(),
  cancel: () => new Empty(),
};
const server = new grpc.Server();
const unimplemented = (call, callback) => callback({ code: grpc.status.UNIMPLEMENTED });
server.addService(ResourceProviderService, Object.fromEntries(Object.keys(ResourceProviderService).map((name) =>
  [name, methods[name] === undefined ? unimplemented : ({ request }, callback) => callback(null, methods[name](request))])));
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => console.log(port));
`;

/** What a generated SDK of a parameterised package does. */
const program = `import * as pulumi from '@pulumi/pulumi';
const messages = require('@pulumi/pulumi/proto/resource_pb.js');
function described(version: string, text: string): Promise<string | undefined> {
  const parameter = new messages.Parameterization();
  parameter.setName('greeting');
  parameter.setVersion(version);
  parameter.setValue(Buffer.from(text).toString('base64'));
  const request = new messages.RegisterPackageRequest();
  request.setName('base');
  request.setVersion('0.9.0');
  request.setParameterization(parameter);
  return new Promise((resolve, reject) =>
    (pulumi.runtime.getMonitor() as any).registerPackage(request, (error: any, reply: any) =>
      error ? reject(error) : resolve(reply.getRef())));
}
class Thing extends pulumi.CustomResource {
  declare readonly parameter: pulumi.Output<string>;
  constructor(name: string, packageRef: Promise<string | undefined>) {
    super('greeting:index:Thing', name, { parameter: undefined }, {}, false, packageRef);
  }
}
const hello = described('2.0.0', 'hello');
export const answers = pulumi.all(
  [new Thing('a', hello), new Thing('b', described('2.0.0', 'hello')), new Thing('c', described('3.0.0', 'bye'))].map((thing) => thing.parameter),
);
`;

describe.each(wires)('over the %s wire', (wire) => {
  test('a plugin serves a parameterised package, once for each parameter, and again from what is recorded', async () => {
    await using stack = await ProgramStack.create(
      {
        'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins:\n  providers:\n    - name: base\n      path: ./base\n',
        'index.ts': program,
        'base/PulumiPlugin.yaml': 'runtime: nodejs\nname: base\n',
        'base/package.json': '{ "name": "base", "main": "index.js" }',
        'base/index.js': plugin,
      },
      { wire },
    );
    expect((await stack.preview()).errors).toEqual([]);
    await stack.mustUp();
    expect(await (await stack.stack()).outputs()).toEqual({ answers: ['hello', 'hello', 'bye'] });
    const { resources } = await stack.exported();
    const providers = resources.filter(({ type }) => type === 'pulumi:providers:greeting');
    expect(
      providers.map(({ inputs }) => inputs).sort((a, b) => (String(a?.version) < String(b?.version) ? -1 : 1)),
    ).toEqual([
      { version: '2.0.0', __internal: { name: 'base', version: '0.9.0', parameterization: expect.any(String) } },
      { version: '3.0.0', __internal: { name: 'base', version: '0.9.0', parameterization: expect.any(String) } },
    ]);
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 4 });
    expect((await stack.destroy()).result).toBe('succeeded');
  });
});
