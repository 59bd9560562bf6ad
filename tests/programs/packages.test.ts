import { describe, expect, test } from 'vitest';
import { ProgramStack, type Wire, wires } from './harness/program-stack.ts';

/** A plugin that serves whatever package its parameter names. */
const plugin = `const grpc = require('@grpc/grpc-js');
const { ResourceProviderService } = require('@pulumi/pulumi/proto/provider_grpc_pb.js');
const messages = require('@pulumi/pulumi/proto/provider_pb.js');
const { PluginInfo } = require('@pulumi/pulumi/proto/plugin_pb.js');
const { Empty } = require('google-protobuf/google/protobuf/empty_pb.js');
const { Struct } = require('google-protobuf/google/protobuf/struct_pb.js');
let parameter = 'none';
const taught = [];
const set = (message, fields) => { for (const [name, value] of Object.entries(fields)) message['set' + name](value); return message; };
const methods = {
  getPluginInfo: () => set(new PluginInfo(), { Version: '0.9.0' }),
  parameterize: (request) => {
    const value = request.getValue();
    parameter = Buffer.from(value.getValue_asU8()).toString();
    taught.push(parameter);
    const name = parameter === 'misunderstood' ? 'nonsense' : value.getName();
    return set(new messages.ParameterizeResponse(), { Name: name, Version: value.getVersion() });
  },
  checkConfig: (request) => set(new messages.CheckResponse(), { Inputs: request.getNews() }),
  diffConfig: () => set(new messages.DiffResponse(), { Changes: 1 }),
  configure: () => set(new messages.ConfigureResponse(), { Acceptsecrets: true, Acceptresources: true, Supportspreview: false }),
  check: (request) => set(new messages.CheckResponse(), { Inputs: request.getNews() }),
  diff: () => set(new messages.DiffResponse(), { Changes: 1 }),
  create: () => set(new messages.CreateResponse(), { Id: 'thing', Properties: Struct.fromJavaScript({ parameter, taught }) }),
  delete: (request) => {
    if (request.getType() === 'base:index:Route' && taught.length === 0) throw new Error('there is no such type');
    return new Empty();
  },
  cancel: () => new Empty(),
};
const server = new grpc.Server();
const unimplemented = (call, callback) => callback({ code: grpc.status.UNIMPLEMENTED });
server.addService(ResourceProviderService, Object.fromEntries(Object.keys(ResourceProviderService).map((name) =>
  [name, methods[name] === undefined ? unimplemented : ({ request }, callback) => answer(() => methods[name](request), callback)])));
function answer(method, callback) {
  let reply;
  try { reply = method(); } catch ({ message }) { return callback({ code: grpc.status.UNKNOWN, details: message }); }
  callback(null, reply);
}
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => console.log(port));
`;

/** What a generated SDK of a parameterised package, or of an extension of one, does. */
const sdk = `import * as pulumi from '@pulumi/pulumi';
const messages = require('@pulumi/pulumi/proto/resource_pb.js');
function described(kind: 'Parameterization' | 'Extension', name: string, version: string, text: string): Promise<string | undefined> {
  const parameter = new messages.Parameterization();
  parameter.setName(name);
  parameter.setVersion(version);
  parameter.setValue(Buffer.from(text).toString('base64'));
  const request = new messages.RegisterPackageRequest();
  request.setName('base');
  request.setVersion('0.9.0');
  if (kind === 'Extension') request.setExtension$(parameter);
  else request.setParameterization(parameter);
  return new Promise((resolve, reject) =>
    (pulumi.runtime.getMonitor() as any).registerPackage(request, (error: any, reply: any) =>
      error ? reject(error) : resolve(reply.getRef())));
}
class Thing extends pulumi.CustomResource {
  declare readonly parameter: pulumi.Output<string>;
  declare readonly taught: pulumi.Output<string[]>;
  constructor(type: string, name: string, packageRef?: Promise<string | undefined>, opts: pulumi.CustomResourceOptions = {}) {
    super(type, name, { parameter: undefined, taught: undefined }, opts, false, packageRef);
  }
}
`;

const parameterized = `${sdk}
const greeting = (version: string, text: string) => described('Parameterization', 'greeting', version, text);
const hello = greeting('2.0.0', 'hello');
export const answers = pulumi.all(
  [['a', hello], ['b', greeting('2.0.0', 'hello')], ['c', greeting('3.0.0', 'bye')]].map(
    ([name, packageRef]: any) => new Thing('greeting:index:Thing', name, packageRef).parameter),
);
`;

const extended = `${sdk}
const plain = new Thing('base:index:Thing', 'plain', undefined, { version: '0.9.0' });
const gateway = described('Extension', 'gateway', '1.2.0', new pulumi.Config().get('value') ?? 'routes');
const route = new Thing('base:index:Route', 'route', gateway, { dependsOn: plain });
export const taught = [plain.taught, route.taught];
`;

function create(wire: Wire, program: string): Promise<ProgramStack> {
  return ProgramStack.create(
    {
      'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins:\n  providers:\n    - name: base\n      path: ./base\n',
      'index.ts': program,
      'base/PulumiPlugin.yaml': 'runtime: nodejs\nname: base\n',
      'base/package.json': '{ "name": "base", "main": "index.js" }',
      'base/index.js': plugin,
    },
    { wire },
  );
}

describe.each(wires)('over the %s wire', (wire) => {
  test('a plugin serves a parameterised package, once for each parameter, and again from what is recorded', async () => {
    await using stack = await create(wire, parameterized);
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

  test('a plugin is taught the extension of its package before it serves what is in it, in a destruction, too', async () => {
    await using stack = await create(wire, extended);
    await stack.mustUp();
    expect(await (await stack.stack()).outputs()).toEqual({ taught: [[], ['routes']] });
    const { resources, ...deployment } = await stack.exported();
    expect(resources.filter(({ type }) => type === 'pulumi:providers:base')).toHaveLength(1);
    const { extensionRef } = await stack.resource('route');
    expect(deployment).toMatchObject({
      extensions: {
        [String(extensionRef)]: { name: 'gateway', version: '1.2.0', value: Buffer.from('routes').toString('base64') },
      },
    });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
    expect((await stack.destroy()).errors).toEqual([]);
  });

  test('a plugin that serves another package than its SDK is for is named', async () => {
    await using stack = await create(wire, extended);
    await stack.config('value', 'misunderstood');
    expect((await stack.up()).errors.join('\n')).toContain(
      'the plugin of package "base" was given the parameter of gateway, and serves "nonsense" with it',
    );
  });
});
