import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  Archive,
  Asset,
  bareGoal,
  type CallContext,
  OperationError,
  type PropertyMap,
  type Provider,
  ResourceReference,
  Secret,
  Unknown,
  type Urn,
} from '@radiant/model';
import { afterEach, describe, expect, it } from 'vitest';
import { connectProvider } from '../index.ts';
import { Empty } from '../messages/common-messages.ts';
import * as wire from '../messages/provider-messages.ts';
import { readProperties } from '../properties/read-properties.ts';
import { RpcError, type StatusCode, statusCodes, type UnaryMethod, unary } from '../rpc/unary-service.ts';
import { serveWires } from '../transport/wire-server.ts';

const urn = 'urn:pulumi:dev::shop::test:index:Thing::thing' as Urn;
const providerUrn = 'urn:pulumi:dev::shop::pulumi:providers:test::default' as Urn;
const resource = { urn, type: 'test:index:Thing', name: 'thing' };

const info = {
  organization: 'organization',
  project: 'shop',
  stack: 'dev',
  config: { 'shop:size': '3' },
  configSecretKeys: [],
  isDryRun: false,
  parallel: 8,
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function context(signal = new AbortController().signal): CallContext {
  return { signal, report: () => {}, warn: () => {} };
}

async function connect(address: string): Promise<Provider> {
  const provider = await connectProvider({ packageName: 'test', address, engineAddress: '127.0.0.1:1', info });
  ends.push(() => provider.close());
  return provider;
}

/** A provider in a process of its own, served by the stock SDK. */
async function stockProvider(source: string): Promise<Provider> {
  const script = `
    const state = {};
    require("@pulumi/pulumi/provider").main({ version: "1.2.3", ${source} }, ["127.0.0.1:1"]);
  `;
  const child: ChildProcess = spawn(process.execPath, ['-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  ends.push(() => child.kill());
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return connect(`127.0.0.1:${line.toString().trim()}`);
}

/** A provider in this process that answers as the test says, and records what it is asked. */
async function provider(methods: readonly UnaryMethod[]): Promise<Provider> {
  const server = await serveWires(
    new Map(methods.map(({ path, handle }) => [`/pulumirpc.ResourceProvider/${path}`, handle])),
  );
  ends.push(() => server.close());
  return connect(server.address);
}

const handshake = (fields: Parameters<typeof wire.HandshakeResponse.of>[0] = {}) =>
  unary('Handshake', wire.HandshakeRequest, wire.HandshakeResponse, () =>
    wire.HandshakeResponse.of({ acceptSecrets: true, acceptResources: true, ...fields }),
  );

describe('a provider that the stock SDK serves', () => {
  it('is configured, checks, creates, reads, updates, diffs and deletes', async () => {
    const thing = await stockProvider(`
      check: async (urn, olds, news) => ({ inputs: { ...news, checked: true }, failures: news.size < 0 ? [{ property: "size", reason: "is negative" }] : [] }),
      diff: async (id, urn, olds, news) => ({ changes: olds.size !== news.size, replaces: olds.path !== news.path ? ["path"] : [], deleteBeforeReplace: true }),
      create: async (urn, inputs) => ({ id: "id-1", outs: { ...inputs, made: true } }),
      read: async (id, urn, props) => id === "gone" ? { id: "", props: {} } : { id, props: { ...props, read: true }, inputs: { size: 9 } },
      update: async (id, urn, olds, news) => ({ outs: { ...news, was: olds.size } }),
      delete: async (id) => { if (id !== "id-1") throw new Error("no such thing"); },
      invoke: async (token, args) => ({ outputs: { token, args }, failures: [] }),
    `);
    const request = {
      urn: providerUrn,
      type: 'pulumi:providers:test',
      name: 'default',
      randomSeed: new Uint8Array(32),
    };
    expect(await thing.checkConfig({ ...request, newInputs: { a: 1 } })).toEqual({ inputs: { a: 1 }, failures: [] });
    expect(
      await thing.diffConfig({ ...request, id: 'p', oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: [] }),
    ).toEqual({ kind: 'unknown' });
    await thing.configure({ urn: providerUrn, id: 'p', inputs: { token: new Secret('t') } });
    expect(thing.capabilities).toEqual({
      acceptsSecrets: true,
      acceptsResources: true,
      supportsPreview: false,
      supportsAutonaming: false,
    });

    const randomSeed = new Uint8Array(32);
    const inputs = { size: 1, path: '/a', secret: new Secret('s') };
    expect(await thing.check({ ...resource, newInputs: inputs, randomSeed })).toEqual({
      inputs: { ...inputs, checked: true },
      failures: [],
    });
    expect((await thing.check({ ...resource, newInputs: { size: -1 }, randomSeed })).failures).toEqual([
      { property: 'size', reason: 'is negative' },
    ]);
    const made = await thing.create({ ...resource, inputs, isPreview: false }, context());
    expect(made).toEqual({ id: 'id-1', outputs: { ...inputs, made: true }, refreshBeforeUpdate: false });
    expect(await thing.read({ ...resource, id: 'id-1', outputs: { size: 1 } }, context())).toEqual({
      id: 'id-1',
      outputs: { size: 1, read: true },
      inputs: { size: 9 },
      refreshBeforeUpdate: false,
    });
    expect(await thing.read({ ...resource, id: 'gone' }, context())).toBeUndefined();
    const change = { ...resource, id: 'id-1', oldInputs: inputs, oldOutputs: made.outputs, ignoreChanges: [] };
    expect(await thing.diff({ ...change, newInputs: inputs })).toMatchObject({ kind: 'none' });
    expect(await thing.diff({ ...change, newInputs: { size: 2, path: '/b' } })).toMatchObject({
      kind: 'some',
      replaceKeys: ['path'],
      deleteBeforeReplace: true,
    });
    expect(await thing.update({ ...change, newInputs: { size: 2 }, isPreview: false }, context())).toEqual({
      outputs: { size: 2, was: 1 },
      refreshBeforeUpdate: false,
    });
    await thing.delete({ ...resource, id: 'id-1', inputs, outputs: made.outputs }, context());
    expect(await thing.invoke({ token: 'test:index:f', args: { a: 1 }, isPreview: false }, context())).toEqual({
      result: { token: 'test:index:f', args: { a: 1 } },
      failures: [],
    });
  });

  it('reports a thing that exists and did not become ready', async () => {
    const failing = `async () => { throw Object.assign(new Error("not ready"), { id: "id-1", properties: { half: true }, reasons: ["pod crashed", "no endpoints"] }); }`;
    const thing = await stockProvider(`create: ${failing}, update: ${failing}`);
    const partial = {
      outputs: { half: true },
      initErrors: ['pod crashed', 'no endpoints'],
      refreshBeforeUpdate: false,
    };
    expect(await thing.create({ ...resource, inputs: {}, isPreview: false }, context())).toEqual({
      id: 'id-1',
      ...partial,
    });
    const change = { ...resource, id: 'id-1', oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: [] };
    expect(await thing.update({ ...change, isPreview: false }, context())).toEqual(partial);
  });

  it('takes a plain error for a refusal, of a change as of a check', async () => {
    const thing = await stockProvider(`
      check: async () => { throw new Error("cannot check"); },
      create: async () => { throw new Error("disk says no"); },
      delete: async () => { throw new Error("disk says never"); },
    `);
    const create = thing.create({ ...resource, inputs: {}, isPreview: false }, context());
    await expect(create).rejects.toMatchObject({ name: 'OperationError', urn, summary: 'disk says no' });
    const deletion = thing.delete({ ...resource, id: 'i', inputs: {}, outputs: {} }, context());
    await expect(deletion).rejects.toMatchObject({ name: 'OperationError', urn, summary: 'disk says never' });
    const check = thing.check({ ...resource, newInputs: {}, randomSeed: new Uint8Array(32) });
    await expect(check).rejects.toMatchObject({
      name: 'OperationError',
      urn,
      summary: expect.stringContaining('cannot check'),
    });
  });
});

describe('what a provider is sent', () => {
  it('says how a nameless resource is to be named', async () => {
    const seen: unknown[] = [];
    const check = unary('Check', wire.CheckRequest, wire.CheckResponse, (request) => {
      seen.push(request.autonaming);
      return wire.CheckResponse.of({ inputs: request.news });
    });
    const thing = await provider([handshake({ supportsAutonamingConfiguration: true }), check]);
    expect(thing.capabilities.supportsAutonaming).toBe(true);
    const request = { ...resource, newInputs: {}, randomSeed: new Uint8Array(32) };
    for (const mode of ['propose', 'enforce', 'disable'] as const)
      await thing.check({ ...request, autonaming: { proposedName: 'n', mode } });
    await thing.check(request);
    expect(seen).toEqual([
      { proposedName: 'n', mode: 0 },
      { proposedName: 'n', mode: 1 },
      { proposedName: 'n', mode: 2 },
      undefined,
    ]);
  });

  it('is in a form that it accepts', async () => {
    const seen: PropertyMap[] = [];
    const create = unary('Create', wire.CreateRequest, wire.CreateResponse, (request) => {
      seen.push(readProperties(request.properties));
      return wire.CreateResponse.of({ id: 'i', properties: request.properties });
    });
    const reference = new ResourceReference(urn, 'r-1');
    const inputs = { s: new Secret({ a: [1] }), r: reference, u: new Unknown(), n: null };
    const open = await provider([handshake(), create]);
    expect(open.capabilities).toEqual({
      acceptsSecrets: true,
      acceptsResources: true,
      supportsPreview: true,
      supportsAutonaming: false,
    });
    await open.create({ ...resource, inputs, isPreview: true }, context());
    const closed = await provider([handshake({ acceptSecrets: false, acceptResources: false }), create]);
    await closed.create({ ...resource, inputs, isPreview: true }, context());
    expect(seen).toEqual([inputs, { s: { a: [1] }, r: 'r-1', u: new Unknown(), n: null }]);
  });

  it('holds assets of old inputs by their hash alone, and of new ones in full', async () => {
    const seen: PropertyMap[] = [];
    const client = await provider([
      handshake(),
      unary('Update', wire.UpdateRequest, wire.UpdateResponse, ({ olds, oldInputs, news }) => {
        seen.push(readProperties(olds), readProperties(oldInputs), readProperties(news));
        return wire.UpdateResponse.of({ properties: news });
      }),
    ]);
    const a = new Asset({ kind: 'text', text: 'x' }, 'abc');
    const elided = new Asset({ kind: 'elided' }, 'abc');
    const change = { oldInputs: { a }, oldOutputs: { a }, newInputs: { a }, ignoreChanges: [] };
    await client.update({ ...resource, ...change, id: 'i', isPreview: false }, context());
    expect(seen).toEqual([{ a: elided }, { a: elided }, { a }]);
  });

  it('is its configuration in plain values when that is checked and compared, whatever it accepts', async () => {
    const seen: PropertyMap[] = [];
    const client = await provider([
      handshake(),
      unary('CheckConfig', wire.CheckRequest, wire.CheckResponse, ({ olds, news }) => {
        seen.push(readProperties(olds), readProperties(news));
        return wire.CheckResponse.of({ inputs: news });
      }),
      unary('DiffConfig', wire.DiffRequest, wire.DiffResponse, ({ olds, oldInputs, news }) => {
        seen.push(readProperties(olds), readProperties(oldInputs), readProperties(news));
        return wire.DiffResponse.of({ changes: 1 });
      }),
    ]);
    const of = { urn: providerUrn, type: 'pulumi:providers:test', name: 'default', randomSeed: new Uint8Array(32) };
    const config = { token: new Secret('t'), of: new ResourceReference(urn, 'r-1') };
    await client.checkConfig({ ...of, oldInputs: config, newInputs: config });
    const old = { id: 'p', oldInputs: config, oldOutputs: config, ignoreChanges: [] };
    await client.diffConfig({ ...of, ...old, newInputs: config });
    expect(seen).toEqual(Array.from({ length: 5 }, () => ({ token: 't', of: 'r-1' })));
  });

  it('is what a method belongs to, and its secrets as such, whatever it accepts', async () => {
    let args: PropertyMap = {};
    const client = await provider([
      handshake({ acceptSecrets: false, acceptResources: false }),
      unary('Call', wire.CallRequest, wire.CallResponse, (request) => {
        args = readProperties(request.args);
        return wire.CallResponse.of({});
      }),
    ]);
    const asked = { __self__: new ResourceReference(urn, 'r-1'), key: new Secret('k') };
    await client.call!({ token: 'test:index:Thing/f', args: asked, argDependencies: {} }, context());
    expect(args).toEqual(asked);
  });

  it('is no component to construct when it could not keep its secrets', async () => {
    const client = await provider([handshake({ acceptSecrets: false })]);
    const goal = bareGoal('remote', 'test:index:Shelf', 'shelf', {});
    await expect(client.construct!({ urn, goal }, context())).rejects.toThrow(
      'plugins that can construct components must support secrets',
    );
  });

  it('configures it in the new form and in the old', async () => {
    let asked: ReturnType<typeof wire.ConfigureRequest.of> | undefined;
    const client = await provider([
      handshake(),
      unary('Configure', wire.ConfigureRequest, wire.ConfigureResponse, (request) => {
        asked = request;
        return wire.ConfigureResponse.of({});
      }),
    ]);
    const inputs = { context: 'trantor', token: new Secret('t'), list: [1, new Secret('x')], version: '1.2.3' };
    await client.configure({ urn: providerUrn, id: 'p-1', inputs });
    expect(asked).toMatchObject({ id: 'p-1', urn: providerUrn, name: 'default', type: 'pulumi:providers:test' });
    expect(readProperties(asked?.args)).toEqual(inputs);
    expect(Object.fromEntries(asked!.variables)).toEqual({
      'test:config:context': 'trantor',
      'test:config:token': 't',
      'test:config:list': '[1,"x"]',
    });
  });
});

describe('what a provider answers', () => {
  it('may be a detailed diff', async () => {
    const client = await provider([
      handshake(),
      unary('Diff', wire.DiffRequest, wire.DiffResponse, () =>
        wire.DiffResponse.of({
          changes: 2,
          replaces: ['spec'],
          diffs: ['spec'],
          hasDetailedDiff: true,
          detailedDiff: new Map([
            ['spec.replicas', { kind: 4, inputDiff: true }],
            ['spec.selector', { kind: 5, inputDiff: false }],
          ]),
        }),
      ),
    ]);
    const request = { ...resource, id: 'i', oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: ['x'] };
    expect(await client.diff(request)).toEqual({
      kind: 'some',
      replaceKeys: ['spec'],
      diffs: ['spec'],
      deleteBeforeReplace: false,
      stables: [],
      detailedDiff: {
        'spec.replicas': { kind: 'update', isInputDiff: true },
        'spec.selector': { kind: 'update-replace', isInputDiff: false },
      },
    });
  });

  it('has the contents again of assets and archives that it was sent by their hash alone', async () => {
    const client = await provider([
      handshake(),
      unary('Read', wire.ReadRequest, wire.ReadResponse, ({ id, properties, inputs }) =>
        wire.ReadResponse.of({ id, properties, inputs }),
      ),
      unary('Update', wire.UpdateRequest, wire.UpdateResponse, ({ olds }) =>
        wire.UpdateResponse.of({ properties: olds }),
      ),
    ]);
    const file = new Asset({ kind: 'path', path: 'index.html' }, 'abc');
    const site = new Archive({ kind: 'path', path: './site' }, 'abc');
    const old = { files: [new Secret(file)], site: { all: site } };
    expect(await client.read({ ...resource, id: 'i', inputs: old, outputs: old }, context())).toMatchObject({
      inputs: old,
      outputs: old,
    });
    const change = { ...resource, id: 'i', oldInputs: {}, oldOutputs: old, newInputs: {}, ignoreChanges: [] };
    expect(await client.update({ ...change, isPreview: false }, context())).toMatchObject({ outputs: old });
  });

  it('decides by its code whether the world may have changed', async () => {
    const outcome = async (code: StatusCode | number) => {
      const client = await provider([
        handshake(),
        unary('Create', Empty, Empty, () => {
          throw new RpcError(code as StatusCode, 'no');
        }),
      ]);
      const created = client.create({ ...resource, inputs: {}, isPreview: false }, context());
      return created.then(
        () => 'created',
        (error: Error) => error.name,
      );
    };
    for (const code of [statusCodes.internal, statusCodes.unavailable, 15])
      expect(await outcome(code)).toBe('OutcomeUnknownError');
    for (const code of [
      statusCodes.unknown,
      statusCodes.invalidArgument,
      statusCodes.notFound,
      statusCodes.unimplemented,
      7,
      8,
    ])
      expect(await outcome(code)).toBe('OperationError');
  });

  it('may ask for a refresh before each update', async () => {
    const refreshBeforeUpdate = true;
    const client = await provider([
      handshake(),
      unary('Create', wire.CreateRequest, wire.CreateResponse, () =>
        wire.CreateResponse.of({ id: 'i', refreshBeforeUpdate }),
      ),
      unary('Read', wire.ReadRequest, wire.ReadResponse, () => wire.ReadResponse.of({ id: 'i', refreshBeforeUpdate })),
      unary('Update', wire.UpdateRequest, wire.UpdateResponse, () => wire.UpdateResponse.of({ refreshBeforeUpdate })),
    ]);
    const change = { ...resource, id: 'i', oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: [] };
    const answers = [
      await client.create({ ...resource, inputs: {}, isPreview: false }, context()),
      await client.read({ ...resource, id: 'i' }, context()),
      await client.update({ ...change, isPreview: false }, context()),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ refreshBeforeUpdate });
  });

  it('must hold an ID after a creation', async () => {
    const create = unary('Create', wire.CreateRequest, wire.CreateResponse, () => wire.CreateResponse.of({}));
    const client = await provider([handshake(), create]);
    expect(await client.create({ ...resource, inputs: {}, isPreview: true }, context())).toEqual({
      id: '',
      outputs: {},
      refreshBeforeUpdate: false,
    });
    await expect(client.create({ ...resource, inputs: {}, isPreview: false }, context())).rejects.toThrow(
      'the provider "test" returned an empty ID for a new test:index:Thing',
    );
  });
});

describe('cancelling', () => {
  it('is told to the provider once, which then ends its calls itself', async () => {
    let cancels = 0;
    const waiting: (() => void)[] = [];
    const client = await provider([
      handshake(),
      unary('Create', wire.CreateRequest, wire.CreateResponse, async () => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return wire.CreateResponse.of({ id: 'half-made' });
      }),
      unary('Cancel', Empty, Empty, () => {
        cancels += 1;
        for (const go of waiting) go();
        return {};
      }),
    ]);
    const controller = new AbortController();
    const all = [1, 2, 3].map(() =>
      client.create({ ...resource, inputs: {}, isPreview: false }, context(controller.signal)),
    );
    while (waiting.length < 3) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect((await Promise.all(all)).map(({ id }) => id)).toEqual(['half-made', 'half-made', 'half-made']);
    expect(cancels).toBe(1);
  });
});

describe('a provider that does not answer', () => {
  it('is named', async () => {
    const connecting = connectProvider({
      packageName: 'test',
      address: '127.0.0.1:1',
      engineAddress: '127.0.0.1:2',
      info,
      readyWithinMs: 50,
    });
    await expect(connecting).rejects.toThrow(OperationError);
    await expect(connecting).rejects.toThrow('the provider "test" no longer answers: nobody answers at 127.0.0.1:1');
  });
});
