import {
  MonitorClosedError,
  OperationError,
  OutputValue,
  ResourceReference,
  Secret,
  Unknown,
  type Urn,
  unknownId,
} from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { type MonitorBehaviour, RecordingMonitor } from '../../test/recording-monitor.ts';
import { Empty } from '../messages/common-messages.ts';
import {
  GetRootResourceResponse,
  LogRequest,
  SetRootResourceRequest,
  StartDebuggingRequest,
} from '../messages/engine-messages.ts';
import {
  DeploymentInfo,
  ExistsResourceRequest,
  ExistsResourceResponse,
  ReadResourceRequest,
  ReadResourceResponse,
  RegisterPackageRequest,
  RegisterPackageResponse,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
  ResourceInvokeRequest,
  ResourceInvokeResponse,
  SupportsFeatureRequest,
  SupportsFeatureResponse,
} from '../messages/resource-messages.ts';
import { readProperties } from '../properties/read-properties.ts';
import { writeProperties, writePropertyValue } from '../properties/write-properties.ts';
import { type Caller, RpcError, statusCodes } from '../rpc/unary-service.ts';
import type { MessageOf, MessageType } from '../wire/message.ts';
import { createProgramService, type ProgramServiceOptions } from './program-service.ts';

const thing = 'urn:pulumi:dev::shop::test:index:Thing::thing' as Urn;
const other = 'urn:pulumi:dev::shop::test:index:Thing::other' as Urn;

type Fields<Type> = Partial<MessageOf<Type>>;

/** A program's view of a service over `behaviour`, with whatever SDK the test pretends to be. */
function serve(
  behaviour: MonitorBehaviour = {},
  { isNodejs = false, ...options }: Partial<ProgramServiceOptions> & Partial<Caller> = {},
) {
  const monitor = new RecordingMonitor(behaviour);
  const bugs: unknown[] = [];
  const service = createProgramService({
    monitor,
    engineVersion: 'v3.270.0+radiant.0.1.0',
    projectDirectory: '/project',
    onBug: (error) => bugs.push(error),
    ...options,
  });
  const call = async <Request, Response>(
    path: string,
    requestType: MessageType<Request>,
    responseType: MessageType<Response>,
    fields: Partial<Request>,
  ): Promise<Response> => {
    const bytes = requestType.encode(requestType.of(fields));
    return responseType.decode(await service.methods.get(`/pulumirpc.${path}`)!(bytes, { isNodejs }));
  };
  const register = (fields: Fields<typeof RegisterResourceRequest>) =>
    call('ResourceMonitor/RegisterResource', RegisterResourceRequest, RegisterResourceResponse, {
      type: 'test:index:Thing',
      name: 'thing',
      custom: true,
      ...fields,
    });
  return { monitor, service, bugs, call, register };
}

describe('the features of the engine', () => {
  it('are announced together', async () => {
    const { call } = serve({
      info: { config: { 'shop:size': '3' }, configSecretKeys: ['shop:key'], isDryRun: true, parallel: 4 },
    });
    expect(await call('ResourceMonitor/GetDeploymentInfo', Empty, DeploymentInfo, {})).toEqual({
      project: 'shop',
      stack: 'dev',
      organization: 'organization',
      config: new Map([['shop:size', '3']]),
      configSecretKeys: ['shop:key'],
      dryRun: true,
      parallel: 4,
      supportedFeatures: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15],
    });
  });

  it('say no more of the parallelism than the wire can', async () => {
    const { call } = serve({ info: { parallel: Number.POSITIVE_INFINITY } });
    const info = await call('ResourceMonitor/GetDeploymentInfo', Empty, DeploymentInfo, {});
    expect(info.parallel).toBe(2 ** 31 - 1);
  });

  it('can be asked for one by one, as older SDKs do', async () => {
    const { call } = serve({}, { disabledFeatures: ['outputValues'] });
    const has = async (id: string) =>
      (await call('ResourceMonitor/SupportsFeature', SupportsFeatureRequest, SupportsFeatureResponse, { id }))
        .hasSupport;
    const ids = ['secrets', 'aliasSpecs', 'deletedWith', 'replacementTrigger', 'transforms', 'sendsOptionsToHooks'];
    expect(await Promise.all(ids.map(has))).toEqual(ids.map(() => true));
    const missing = ['outputValues', 'invokeParent', 'nonsense', '', 'constructor'];
    expect(await Promise.all(missing.map(has))).toEqual(missing.map(() => false));
  });
});

describe('RegisterResource', () => {
  it('takes every property to depend on everything when the program does not say', async () => {
    const { monitor, register } = serve();
    await register({ object: writeProperties({ a: 1, b: 2 }), dependencies: [other] });
    expect(monitor.goal('thing')).toMatchObject({
      dependencies: [other],
      propertyDependencies: { a: [other], b: [other] },
    });
    await register({
      name: 'remote',
      remote: true,
      custom: false,
      object: writeProperties({ a: 1 }),
      dependencies: [other],
    });
    expect(monitor.goal('remote').propertyDependencies).toEqual({});
  });

  it('keeps the dependencies of output values', async () => {
    const { monitor, register } = serve();
    const object = writeProperties({ a: [new OutputValue('x', true, [other])], b: 1 }, { outputs: 'keep' });
    await register({ object, propertyDependencies: new Map([['b', { urns: [] }]]) });
    expect(monitor.goal('thing')).toMatchObject({
      inputs: { a: [new Secret('x')], b: 1 },
      dependencies: [other],
      propertyDependencies: { a: [other], b: [] },
    });
  });

  it('takes any type of three parts or more, and refuses others that no package serves', async () => {
    const { monitor, register } = serve();
    await register({ type: 'a:b:c:d' });
    expect(monitor.goals[0]?.type).toBe('a:b:c:d');
    for (const type of ['random', 'random:RandomString', 'random::RandomString', ':index:Thing', 'test:index:', ''])
      await expect(register({ type })).rejects.toMatchObject({
        code: statusCodes.invalidArgument,
        message: `Type '${type}' is not a valid type token (must have format '*:*:*')`,
      });
    await register({ type: 'anything at all', custom: false, name: 'component' });
    expect(monitor.goal('component').type).toBe('anything at all');
  });

  it('takes aliases of older SDKs, options with presence, checksums and trigger', async () => {
    const { monitor, register } = serve();
    await register({
      aliasUrns: [other],
      protect: false,
      deleteBeforeReplaceDefined: true,
      pluginChecksums: new Map([['linux-amd64', new Uint8Array([0xab, 0x01])]]),
      replacementTrigger: writePropertyValue(new Secret('v1')),
      envVarMappings: new Map([['NEW', 'OLD']]),
      providers: new Map([['__proto__', 'ref']]),
    });
    const goal = monitor.goal('thing');
    expect(goal).toMatchObject({
      aliases: [{ kind: 'urn', urn: other }],
      protect: false,
      retainOnDelete: undefined,
      deleteBeforeReplace: false,
      plugin: { checksums: { 'linux-amd64': 'ab01' } },
      replacementTrigger: new Secret('v1'),
      envVarMappings: { NEW: 'OLD' },
    });
    expect(Object.keys(goal.providers)).toEqual(['__proto__']);
  });

  it.each([
    { isNodejs: true, aliasSpecs: false, found: [{ kind: 'none' }, undefined, { kind: 'urn', urn: other }] },
    { isNodejs: true, aliasSpecs: true, found: [undefined, { kind: 'none' }, { kind: 'urn', urn: other }] },
    { isNodejs: false, aliasSpecs: false, found: [undefined, { kind: 'none' }, { kind: 'urn', urn: other }] },
  ])('takes parents of aliases as they are meant: $isNodejs, $aliasSpecs', async ({ isNodejs, aliasSpecs, found }) => {
    const { monitor, register } = serve({}, { isNodejs });
    const spec = { name: 'old', type: '', stack: '', project: '', parentUrn: undefined, noParent: undefined };
    const specs = [spec, { ...spec, noParent: true }, { ...spec, parentUrn: other }];
    await register({ aliasSpecs, aliases: specs.map((each) => ({ urn: undefined, spec: each })) });
    const { aliases } = monitor.goal('thing');
    expect(aliases.map((alias) => alias.kind === 'spec' && alias.parent)).toEqual(found);
  });

  it('takes a trigger of null for none', async () => {
    const { monitor, register } = serve();
    await register({ replacementTrigger: writePropertyValue(null) });
    expect(monitor.goal('thing').replacementTrigger).toBeUndefined();
  });

  it.each([
    [{ parent: 'nonsense' }, 'invalid parent URN: "nonsense"'],
    [{ dependencies: [thing, ''] }, 'invalid dependency URN: ""'],
    [{ deletedWith: 'x' }, 'invalid deletedWith URN: "x"'],
    [{ propertyDependencies: new Map([['a', { urns: ['x'] }]]) }, 'invalid property dependency URN: "x"'],
    [{ aliases: [{ urn: undefined, spec: undefined }] }, 'invalid alias URN: ""'],
    [
      { customTimeouts: { create: '5 minutes', update: '', delete: '', read: '' } },
      'unable to parse customTimeouts.create value "5 minutes": write it like "90s", "5m" or "1h30m"',
    ],
    [{ object: Buffer.from([0x0a, 0x7f]) }, 'the message is truncated'],
  ])('refuses %j', async (fields, message) => {
    const { register, bugs } = serve();
    await expect(register(fields)).rejects.toMatchObject({ code: statusCodes.invalidArgument, message });
    expect(bugs).toEqual([]);
  });

  it('refuses what must not be ignored', async () => {
    const { register } = serve();
    const callback = { target: '127.0.0.1:1', token: 't' };
    await expect(register({ stateMigrations: [callback] })).rejects.toMatchObject({
      code: statusCodes.unimplemented,
      message: 'the option "stateMigrations" of thing is not supported',
    });
  });

  it('refuses a package without a name', async () => {
    const { call } = serve();
    const registered = call('ResourceMonitor/RegisterPackage', RegisterPackageRequest, RegisterPackageResponse, {});
    await expect(registered).rejects.toThrow('package name is empty');
  });

  it('answers in what the SDK understands', async () => {
    const outputs = {
      secret: new Secret('s'),
      reference: new ResourceReference(other, 'o-1'),
      later: { x: new Unknown() },
    };
    const { register } = serve({ register: () => ({ outputs, id: unknownId }) });
    const all = await register({ acceptSecrets: true, acceptResources: true, supportsPartialValues: true });
    expect(readProperties(all.object)).toEqual(outputs);
    expect(all).toMatchObject({ urn: thing, id: '', result: 0, unknown: false });
    const few = await register({});
    expect(readProperties(few.object)).toEqual({ secret: 's', reference: 'o-1' });
  });

  it('answers for a component with no outputs, for a remote one with outputs and what they depend on', async () => {
    const { register } = serve({
      register: () => ({ outputs: { url: 'x' }, propertyDependencies: { url: [other] } }),
    });
    expect(readProperties((await register({ custom: false })).object)).toEqual({});
    const remote = await register({ custom: false, remote: true });
    expect(readProperties(remote.object)).toEqual({ url: 'x' });
    expect(remote.propertyDependencies).toEqual(new Map([['url', { urns: [other] }]]));
  });

  it('reports a failure to an SDK that can take it, and fails for one that cannot', async () => {
    const { register, bugs } = serve({
      register: ({ name }) => ({ outcome: name === 'thing' ? 'failed' : 'skipped' }),
    });
    expect(await register({ supportsResultReporting: true })).toMatchObject({ urn: thing, result: 1 });
    expect(await register({ supportsResultReporting: true, name: 'x' })).toMatchObject({ result: 2 });
    await expect(register({})).rejects.toMatchObject({
      code: statusCodes.internal,
      message: 'resource registration failed',
    });
    expect(bugs).toEqual([]);
  });
});

describe('other calls', () => {
  it('record outputs, secret ones and references as such', async () => {
    const { monitor, call } = serve();
    const outputs = { a: new Secret(1), b: new ResourceReference(other, undefined) };
    await call('ResourceMonitor/RegisterResourceOutputs', RegisterResourceOutputsRequest, Empty, {
      urn: thing,
      outputs: writeProperties(outputs),
    });
    expect(monitor.outputs.get(thing)).toEqual(outputs);
  });

  it('read a resource whose id is not known yet', async () => {
    const { monitor, call } = serve();
    for (const id of ['', unknownId])
      await call('ResourceMonitor/ReadResource', ReadResourceRequest, Empty, { id, type: 'a:b:C', name: 'c' });
    expect(monitor.reads.map(({ id }) => id)).toEqual([undefined, undefined]);
  });

  it('say that a read has failed', async () => {
    const { monitor, call } = serve();
    monitor.readResource = async () => ({ urn: thing, outputs: {}, isUnknown: true, outcome: 'failed' });
    const request = { id: 'x', type: 'a:b:C', name: 'c' };
    expect(
      await call('ResourceMonitor/ReadResource', ReadResourceRequest, ReadResourceResponse, request),
    ).toMatchObject({ urn: thing, result: 1, unknown: true });
  });

  it('read a resource from the build of a plugin that the program names', async () => {
    const { monitor, call } = serve();
    const pluginChecksums = new Map([['linux-amd64', new Uint8Array([0xab, 0x01])]]);
    const request = { id: 'x', type: 'a:b:C', name: 'c', version: '1.0.0', pluginChecksums };
    await call('ResourceMonitor/ReadResource', ReadResourceRequest, Empty, request);
    expect(monitor.reads[0]).toMatchObject({ version: '1.0.0', pluginChecksums: { 'linux-amd64': 'ab01' } });
  });

  it('invoke: references are lowered unless accepted, or asked for by getResource', async () => {
    const reference = new ResourceReference(other, 'o-1');
    const { call } = serve({ invoke: () => ({ kind: 'known', result: { reference }, failures: [] }) });
    const invoke = async (fields: Fields<typeof ResourceInvokeRequest>) =>
      readProperties(
        (await call('ResourceMonitor/Invoke', ResourceInvokeRequest, ResourceInvokeResponse, fields)).return,
      );
    expect(await invoke({ token: 'a:b:c' })).toEqual({ reference: 'o-1' });
    expect(await invoke({ token: 'a:b:c', acceptResources: true })).toEqual({ reference });
    expect(await invoke({ token: 'pulumi:pulumi:getResource' })).toEqual({ reference });
  });

  it('remember the root resource, for all services of an operation', async () => {
    const root = { urn: '' as const };
    const { call } = serve({}, { root });
    expect(await call('Engine/GetRootResource', Empty, GetRootResourceResponse, {})).toEqual({ urn: '' });
    await call('Engine/SetRootResource', SetRootResourceRequest, Empty, { urn: thing });
    const { call: callOfPlugin } = serve({}, { root });
    expect(await callOfPlugin('Engine/GetRootResource', Empty, GetRootResourceResponse, {})).toEqual({ urn: thing });
  });

  it('log a message even when the resource it names is none', async () => {
    const { monitor, call } = serve();
    await call('Engine/Log', LogRequest, Empty, { severity: 9, message: 'm', urn: 'nonsense' });
    expect(monitor.diagnostics).toEqual([{ severity: 'info', message: 'm' }]);
  });

  it('pass on that a program waits for a debugger', async () => {
    const { monitor, call } = serve();
    const config = writeProperties({ type: 'node', port: 9229 });
    await call('Engine/StartDebugging', StartDebuggingRequest, Empty, { config, message: 'on port 9229' });
    expect(monitor.debuggees).toEqual([{ config: { type: 'node', port: 9229 }, message: 'on port 9229' }]);
  });

  it.each([
    ['here', { exists: true, unknown: false }],
    ['gone', { exists: false, unknown: false }],
    ['', { exists: false, unknown: true }],
  ])('answer whether a thing exists: %j', async (id, answer) => {
    const { call } = serve();
    const question = { type: 'a:b:C', id };
    expect(
      await call('ResourceMonitor/ExistsResource', ExistsResourceRequest, ExistsResourceResponse, question),
    ).toEqual(answer);
  });

  it('refuse bytes that are no message', async () => {
    const { service, bugs } = serve();
    const answer = service.methods.get('/pulumirpc.Engine/Log')!(Buffer.from([0xff, 0xff]), { isNodejs: false });
    await expect(answer).rejects.toMatchObject({
      code: statusCodes.invalidArgument,
      message: 'malformed request: the message is truncated',
    });
    expect(bugs).toEqual([]);
  });
});

describe('errors', () => {
  const failing = (error: unknown) =>
    serve({
      register: () => {
        throw error;
      },
    });

  it('of the operation are told in their words', async () => {
    const error = new OperationError({ code: 'X', summary: 'no', detail: 'because', remedy: 'do this' });
    await expect(failing(error).register({})).rejects.toMatchObject({
      code: statusCodes.unknown,
      message: 'no\nbecause\ndo this',
    });
  });

  it('of an operation that ends make the SDK stop quietly', async () => {
    await expect(failing(new MonitorClosedError('cancelled')).register({})).rejects.toMatchObject({
      code: statusCodes.unavailable,
    });
  });

  it('that nobody meant are reported, and told in a length that fits a header', async () => {
    const bug = new Error('日'.repeat(100_000));
    const { register, bugs } = failing(bug);
    const error = await register({}).then(
      () => undefined,
      (thrown: unknown) => thrown as RpcError,
    );
    expect(error).toBeInstanceOf(RpcError);
    expect(error?.code).toBe(statusCodes.internal);
    expect(encodeURI(error!.message).length).toBeLessThan(13_000);
    expect(error?.message).toMatch(/^日.*… \(shortened\)$/);
    expect(bugs).toEqual([bug]);
  });
});

describe('closing', () => {
  it('ends open calls and refuses later ones, as an SDK expects it', async () => {
    const { service, register, monitor } = serve({ register: () => new Promise(() => {}) });
    const open = register({}).catch((error: unknown) => error);
    service.close();
    await expect(open).resolves.toMatchObject({ code: statusCodes.unavailable });
    await expect(register({ name: 'late' })).rejects.toMatchObject({ code: statusCodes.unavailable });
    expect(monitor.goals.map(({ name }) => name)).not.toContain('late');
  });
});
