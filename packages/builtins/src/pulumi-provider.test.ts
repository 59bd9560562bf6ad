import {
  type CallContext,
  type CheckRequest,
  type CreateRequest,
  type DiffRequest,
  type PropertyMap,
  Secret,
  Unknown,
  type Urn,
} from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { createPulumiProvider } from './pulumi-provider.ts';
import { unknownStackError } from './stack-outputs-reader.ts';

const production = 'organization/infrastructure/production';
const sealed = 'organization/infrastructure/sealed';
const informed: string[] = [];
const stored: PropertyMap = {
  cluster: 'trantor',
  token: new Secret('t0ken'),
  nested: { list: [1, null, { password: new Secret('p') }] },
};
const known = 'urn:pulumi:dev::shop::test:index:Thing::base' as Urn;

const provider = createPulumiProvider({
  stacks: {
    readOutputs: async (reference, onElided) => {
      if (reference === sealed) onElided();
      else if (reference !== production) throw unknownStackError(reference);
      return stored;
    },
    readResourceOutputs: async () => [{ urn: known, type: 'test:index:Thing', outputs: { a: new Secret(1) } }],
  },
  resources: { find: (urn) => (urn === known ? { id: 'base-id', outputs: { label: 'x' } } : undefined) },
  uuid: () => '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
  inform: (message) => void informed.push(message),
});

const context: CallContext = { signal: new AbortController().signal, report: () => {}, warn: () => {} };
const StackReference = 'pulumi:pulumi:StackReference';
const Stash = 'pulumi:index:Stash';

function resource(type: string) {
  return { urn: `urn:pulumi:dev::shop::${type}::x` as Urn, type, name: 'x' };
}
const check = (type: string, newInputs: PropertyMap) =>
  provider.check({ ...resource(type), newInputs, randomSeed: new Uint8Array(32) } satisfies CheckRequest);
const create = (type: string, inputs: PropertyMap, isPreview = false) =>
  provider.create({ ...resource(type), inputs, isPreview } satisfies CreateRequest, context);
const diff = (type: string, oldInputs: PropertyMap, newInputs: PropertyMap) =>
  provider.diff({
    ...resource(type),
    id: 'i',
    oldInputs,
    oldOutputs: {},
    newInputs,
    ignoreChanges: [],
  } satisfies DiffRequest);
const invoke = (token: string, args: PropertyMap) => provider.invoke({ token, args, isPreview: false }, context);

describe('a stack reference', () => {
  const outputs = { name: production, outputs: stored, secretOutputNames: ['nested', 'token'] };

  it('reads the outputs of another stack, secret ones staying secret, and names those', async () => {
    const read = await provider.read(
      { ...resource(StackReference), id: production, inputs: { name: production } },
      context,
    );
    expect(read).toEqual({ id: production, inputs: { name: production }, outputs });
  });

  it('says when it has read secrets that could not be opened', async () => {
    await create(StackReference, { name: production });
    expect(informed).toEqual([]);
    await create(StackReference, { name: sealed });
    expect(informed).toEqual([`eliding undecryptable secrets for stack reference '${sealed}'`]);
  });

  it('is read by its id alone', async () => {
    expect(await provider.read({ ...resource(StackReference), id: production }, context)).toMatchObject({ outputs });
  });

  it('can be created, too, as old SDKs do', async () => {
    expect(await create(StackReference, { name: production })).toEqual({
      id: '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
      outputs,
    });
    expect(await create(StackReference, { name: production }, true)).toEqual({ id: '', outputs });
  });

  it('to a stack whose name is not known yet has unknown outputs', async () => {
    expect(await create(StackReference, { name: new Unknown() }, true)).toEqual({
      id: '',
      outputs: { name: new Unknown(), outputs: new Unknown(), secretOutputNames: new Unknown() },
    });
  });

  it('to a stack that is not there says so, and how to see the stacks', async () => {
    await expect(create(StackReference, { name: 'organization/nowhere/dev' })).rejects.toMatchObject({
      name: 'OperationError',
      summary: 'unknown stack "organization/nowhere/dev"',
      remedy: expect.stringContaining('radiant stack ls --all'),
    });
  });

  it('takes a name, which is a string, and nothing else', async () => {
    expect((await check(StackReference, { name: 'x' })).failures).toEqual([]);
    expect((await check(StackReference, { name: new Secret('x') })).failures).toEqual([]);
    expect((await check(StackReference, { name: new Unknown() })).failures).toEqual([]);
    expect((await check(StackReference, { stack: 'x' })).failures).toEqual([
      { property: 'stack', reason: 'unknown property "stack"' },
      { property: 'name', reason: 'missing required property "name"' },
    ]);
    expect((await check(StackReference, { name: 5 })).failures).toEqual([
      { property: 'name', reason: 'property "name" must be a string' },
    ]);
  });

  it('is replaced when it names another stack', async () => {
    expect(await diff(StackReference, { name: 'a' }, { name: 'a' })).toEqual({ kind: 'none' });
    expect(await diff(StackReference, { name: 'a' }, { name: 'b' })).toMatchObject({
      kind: 'some',
      replaceKeys: ['name'],
    });
  });
});

describe('a stash', () => {
  it('keeps the value it was made with', async () => {
    const made = await create(Stash, { input: { a: new Secret(1) } });
    expect(made.outputs).toEqual({ input: { a: new Secret(1) }, output: { a: new Secret(1) } });
    expect(await diff(Stash, { input: 1 }, { input: 2 })).toMatchObject({
      kind: 'some',
      replaceKeys: [],
      diffs: ['input'],
    });
    const updated = await provider.update(
      {
        ...resource(Stash),
        id: made.id,
        oldInputs: { input: 1 },
        oldOutputs: { input: 1, output: 1 },
        newInputs: { input: 2 },
        ignoreChanges: [],
        isPreview: false,
      },
      context,
    );
    expect(updated.outputs).toEqual({ input: 2, output: 1 });
    expect(
      await provider.read({ ...resource(Stash), id: 'i', inputs: { input: 2 }, outputs: updated.outputs }, context),
    ).toEqual({
      id: 'i',
      inputs: { input: 2 },
      outputs: { input: 2, output: 1 },
    });
  });

  it('needs a value', async () => {
    expect((await check(Stash, {})).failures).toEqual([
      { property: 'input', reason: 'missing required property "input"' },
    ]);
    expect((await check(Stash, { input: null })).failures).toEqual([]);
  });
});

describe('functions of the package pulumi', () => {
  it('read the outputs of a stack', async () => {
    expect(await invoke('pulumi:pulumi:readStackOutputs', { name: production })).toEqual({
      result: { name: production, outputs: stored, secretOutputNames: ['nested', 'token'] },
      failures: [],
    });
  });

  it('read the outputs of a stack’s resources', async () => {
    const { result } = await invoke('pulumi:pulumi:readStackResourceOutputs', { stackName: production });
    expect(result).toEqual({
      name: production,
      outputs: { [known]: { type: 'test:index:Thing', outputs: { a: new Secret(1) } } },
    });
  });

  it('find a resource that was registered', async () => {
    const { result } = await invoke('pulumi:pulumi:getResource', { urn: known });
    expect(result).toEqual({ urn: known, id: 'base-id', state: { label: 'x' } });
    await expect(invoke('pulumi:pulumi:getResource', { urn: `${known}2` })).rejects.toThrow(
      `unknown resource ${known}2`,
    );
    await expect(invoke('pulumi:pulumi:getResource', { urn: 'x' })).rejects.toThrow('unknown resource x');
  });

  it('name the argument that is missing or odd, and the function that is not there', async () => {
    await expect(invoke('pulumi:pulumi:getResource', {})).rejects.toThrow('missing required argument "urn"');
    await expect(invoke('pulumi:pulumi:readStackOutputs', { name: [] })).rejects.toThrow(
      '"name" must be a string, and is a list',
    );
    await expect(invoke('pulumi:pulumi:nothing', {})).rejects.toThrow(
      "unrecognized function name: 'pulumi:pulumi:nothing'",
    );
  });

  it('do not serve other types', async () => {
    await expect(create('pulumi:pulumi:Stack', {})).rejects.toThrow("unrecognized resource type 'pulumi:pulumi:Stack'");
    await expect(check('constructor', {})).rejects.toThrow("unrecognized resource type 'constructor'");
  });
});
