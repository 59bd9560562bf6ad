import { readFileSync } from 'node:fs';
import {
  Archive,
  Asset,
  type OperationError,
  type PropertyMap,
  ResourceReference,
  Secret,
  type SecretsManager,
  Unknown,
  verifySnapshot,
} from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { createPlainManager } from '../testing/plain-manager.ts';
import { testState, testUrn } from '../testing/states.ts';
import { decodeDeployment, encodeDeployment, magicOf } from './deployment.ts';
import { encodeResource, encryptResource } from './resource-encoding.ts';

const source = 'test.json';
const now = { toolVersion: 'v1', nowMs: Date.UTC(2026, 0, 1) };

function fixture(name: string): { version: number; deployment: { manifest: unknown } } {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.export.json`, import.meta.url), 'utf8'));
}

async function roundTrip(properties: PropertyMap, secrets: SecretsManager = createPlainManager()) {
  const snapshot = { resources: [testState('a', { inputs: properties })], pendingOperations: [] };
  const encoded = await encodeDeployment(snapshot, { mode: 'encrypted', secrets, ...now });
  const text = JSON.stringify(encoded);
  const decoded = await decodeDeployment(JSON.parse(text), { source, stack: 'dev', secrets });
  return { text, encoded, inputs: decoded.snapshot.resources[0]!.inputs };
}

describe('a state that Pulumi wrote', () => {
  test.each(['tour', 'choices', 'day', 'destroyed'])('%s comes back byte for byte', async (name) => {
    const json = fixture(name);
    const decoded = await decodeDeployment(fixture(name), { source, stack: 'dev' });
    expect(verifySnapshot(decoded.snapshot)).toEqual([]);
    expect(decoded.manifest.magic).toBe(magicOf(decoded.manifest.version!));
    const encoded = await encodeDeployment(decoded.snapshot, {
      mode: 'encrypted',
      secrets: decoded.secretsProvider,
      carried: decoded.carried,
      ...now,
    });
    const { version, features, deployment } = encoded;
    const written = {
      version,
      ...(features.length > 0 ? { features } : {}),
      deployment: { ...deployment, manifest: json.deployment.manifest },
    };
    expect(JSON.stringify(written)).toBe(JSON.stringify(json));
  });

  test('keeps its secrets sealed without a key: they are written back, and looking at one says why it cannot', async () => {
    const decoded = await decodeDeployment(fixture('tour'), { source, stack: 'dev' });
    const secret = decoded.snapshot.resources[0]!.outputs.secretToken as Secret;
    expect(secret).toBeInstanceOf(Secret);
    expect(() => secret.value).toThrow(/without the key/);
    expect(JSON.stringify(encodeResource(decoded.snapshot.resources[0]!, { mode: 'masked' }))).not.toContain('v1:');
  });
});

describe('a property', () => {
  const reference = testUrn('b');
  test.each<[string, PropertyMap]>([
    ['plain JSON', { a: [1, 'x', null, true, { b: {} }], '': '', ä: 'ü' }],
    ['keys that JavaScript treats specially', JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "10": 3, "9": 4}')],
    ['special floats', { a: Number.NaN, b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], c: -0 }],
    ['a text asset', { a: new Asset({ kind: 'text', text: 'hi' }, 'aa') }],
    ['a path asset', { a: new Asset({ kind: 'path', path: './x' }, 'aa') }],
    ['a uri asset', { a: new Asset({ kind: 'uri', uri: 'https://x' }, 'aa') }],
    ['an elided asset', { a: new Asset({ kind: 'elided' }, 'aa') }],
    [
      'archives in an archive',
      {
        a: new Archive(
          {
            kind: 'assets',
            assets: {
              'x/y': new Asset({ kind: 'text', text: 'hi' }, 'bb'),
              z: new Archive({ kind: 'path', path: 'p.zip' }, 'cc'),
            },
          },
          'dd',
        ),
      },
    ],
    ['a reference to a component', { a: new ResourceReference(reference, undefined, '1.2.3') }],
    ['a reference to a resource', { a: new ResourceReference(reference, 'id-1') }],
    ['a secret', { a: [{ b: new Secret({ c: 'x', d: [1, new Asset({ kind: 'text', text: 'hi' }, 'aa')] }) }] }],
    ['a secret in a secret', { a: new Secret({ b: new Secret('x') }) }],
    ['a secret null', { a: new Secret(null) }],
  ])('survives: %s', async (_name, properties) => {
    expect((await roundTrip(properties)).inputs).toEqual(properties);
    expect((await roundTrip(properties, createPlainManager({ isAsync: true }))).inputs).toEqual(properties);
  });

  test('that is unknown comes back unknown', async () => {
    const { inputs } = await roundTrip({ a: new Unknown(), b: new ResourceReference(reference, new Unknown()) });
    expect(inputs.a).toBeInstanceOf(Unknown);
    expect((inputs.b as ResourceReference).id).toBeInstanceOf(Unknown);
  });

  test('whose keys are not sorted is written sorted', async () => {
    const { text } = await roundTrip({ b: 1, a: { d: 1, c: 2 } });
    expect(text).toContain('"inputs":{"a":{"c":2,"d":1},"b":1}');
  });

  test('that is an empty text asset is not mistaken for an elided one', async () => {
    const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const { inputs } = await roundTrip({ a: new Asset({ kind: 'text', text: '' }, hash) });
    expect((inputs.a as Asset).content).toEqual({ kind: 'text', text: '' });
  });
});

describe('a secret', () => {
  const state = testState('a', { outputs: { deep: [{ password: new Secret('hunter2') }] } });

  test('never leaves in the clear unless asked to', async () => {
    const secrets = createPlainManager();
    const encrypted = JSON.stringify(await encryptResource(state, { secrets }));
    for (const text of [
      encrypted,
      JSON.stringify(encodeResource(state, { mode: 'masked' })),
      JSON.stringify(encodeResource(state, { mode: 'blinded' })),
    ])
      expect(text).not.toContain('hunter2');
    expect(encodeResource(state, { mode: 'masked' }).outputs).toEqual({ deep: [{ password: '[secret]' }] });
    expect(JSON.stringify(encodeResource(state, { mode: 'blinded' }).outputs)).toBe(
      '{"deep":[{"password":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"[secret]"}}]}',
    );
    expect(JSON.stringify(encodeResource(state, { mode: 'plaintext' }))).toContain(
      String.raw`"plaintext":"\"hunter2\""`,
    );
  });

  test('in plain text is read without a manager', async () => {
    const json = {
      version: 3,
      deployment: { manifest: {}, resources: [encodeResource(state, { mode: 'plaintext' })] },
    };
    const decoded = await decodeDeployment(json, { source, stack: 'dev' });
    expect(decoded.snapshot.resources[0]!.outputs).toEqual(state.outputs);
  });

  test('that did not change keeps its ciphertext, though the program sent it anew', async () => {
    const secrets = createPlainManager();
    const first = await encodeDeployment(
      { resources: [state], pendingOperations: [] },
      { mode: 'encrypted', secrets, ...now },
    );
    const decoded = await decodeDeployment(JSON.parse(JSON.stringify(first)), { source, stack: 'dev', secrets });
    const anew = testState('a', { outputs: { deep: [{ password: new Secret('hunter2') }] } });
    const again = await encryptResource(anew, { secrets, memory: decoded.memory });
    expect(JSON.stringify(again)).toBe(JSON.stringify(first.deployment.resources![0]));
    const changed = testState('a', { outputs: { deep: [{ password: new Secret('hunter3') }] } });
    expect(JSON.stringify(await encryptResource(changed, { secrets, memory: decoded.memory }))).not.toBe(
      JSON.stringify(again),
    );
  });

  test('gets another ciphertext at another place, though it is equal', async () => {
    const secrets = createPlainManager();
    const twice = testState('a', { inputs: { x: new Secret('p'), y: new Secret('p') } });
    const { x, y } = (await encryptResource(twice, { secrets })).inputs as { x: unknown; y: unknown };
    expect(x).not.toEqual(y);
  });

  test('is sealed anew when the manager changes', async () => {
    const before = createPlainManager({ salt: 'one' });
    const after = createPlainManager({ salt: 'two' });
    const first = await encodeDeployment(
      { resources: [state], pendingOperations: [] },
      { mode: 'encrypted', secrets: before, ...now },
    );
    const decoded = await decodeDeployment(JSON.parse(JSON.stringify(first)), {
      source,
      stack: 'dev',
      secrets: before,
    });
    const text = JSON.stringify(
      await encryptResource(decoded.snapshot.resources[0]!, { secrets: after, memory: decoded.memory }),
    );
    expect(text).toContain('plain:two:');
    expect(text).not.toContain('plain:one:');
  });

  test('that its manager refuses is an error that names the resource', async () => {
    const json = await encodeDeployment(
      { resources: [state], pendingOperations: [] },
      {
        mode: 'encrypted',
        secrets: createPlainManager({ salt: 'one' }),
        ...now,
      },
    );
    await expect(
      decodeDeployment(json, { source, stack: 'dev', secrets: createPlainManager({ salt: 'two' }) }),
    ).rejects.toThrow(new RegExp(`another key\n.*${state.urn}`));
  });

  test('asks for its manager only when there is a secret to open', async () => {
    const secrets = async () => {
      throw new Error('was asked');
    };
    await decodeDeployment(fixture('day'), { source, stack: 'dev', secrets });
    await expect(decodeDeployment(fixture('tour'), { source, stack: 'dev', secrets })).rejects.toThrow('was asked');
  });
});

describe('a deployment', () => {
  test('carries fields this engine does not know, of resources and of the whole', async () => {
    const json = fixture('day') as { deployment: Record<string, unknown> };
    json.deployment.snippets = [{ uuid: 'x' }];
    const resource = (json.deployment.resources as Record<string, unknown>[])[1]!;
    Object.assign(resource, { viewOf: 'x', future: { a: 1 }, resourceHooks: { OnFuture: ['f'], OnError: ['e'] } });
    const decoded = await decodeDeployment(structuredClone(json), { source, stack: 'dev' });
    const encoded = await encodeDeployment(decoded.snapshot, { mode: 'masked', carried: decoded.carried, ...now });
    expect(encoded.deployment.resources![1]).toMatchObject({
      viewOf: 'x',
      future: { a: 1 },
      resourceHooks: { OnFuture: ['f'], OnError: ['e'] },
    });
    expect(encoded.features).toEqual(['hooks', 'snippets-prototype', 'views']);
    expect(encoded.version).toBe(4);
  });

  test('gives extensions to the resources that name them, keeps a name that means nothing, and drops what nobody needs', async () => {
    const extension = { name: 'gateway', version: '1.2.0', value: 'dGhlIHZhbHVl' };
    const record = (name: string, extensionRef?: string) => ({
      urn: testUrn(name),
      type: 'test:index:Thing',
      ...(extensionRef === undefined ? {} : { extensionRef }),
    });
    const deployment = {
      manifest: {},
      resources: [record('a', 'known'), record('b', 'known'), record('c', 'lost'), record('d')],
      extensions: { known: extension, needless: extension },
    };
    const decoded = await decodeDeployment({ version: 3, deployment }, { source, stack: 'dev' });
    expect(decoded.snapshot.resources.map((state) => state.extension?.ref)).toEqual([
      'known',
      'known',
      undefined,
      undefined,
    ]);
    const encoded = await encodeDeployment(decoded.snapshot, { ...now, mode: 'encrypted', carried: decoded.carried });
    expect(encoded.features).toEqual(['extensionParameterization']);
    expect(encoded.deployment.extensions).toEqual({ known: extension });
    expect(encoded.deployment.resources?.map(({ extensionRef }) => extensionRef)).toEqual([
      'known',
      'known',
      'lost',
      undefined,
    ]);
  });

  test('of versions 1 and 2, and a checkpoint from before versions, are read', async () => {
    const deployment = {
      manifest: {},
      resources: [{ urn: testUrn('a'), custom: false, type: 'test:index:Thing', defaults: {} }],
    };
    for (const json of [
      { version: 1, deployment },
      { version: 2, deployment },
      { version: 1, checkpoint: { stack: 'dev', latest: deployment } },
      { stack: 'dev', latest: deployment },
    ]) {
      const { snapshot } = await decodeDeployment(json, { source, stack: 'dev' });
      expect(snapshot.resources).toEqual([testState('a')]);
    }
  });

  test.each([1, 2])('of version %i is brought to the third as Pulumi does it', async (version) => {
    const thing = { custom: true, type: 'test:index:Thing', inputs: { size: 1, of: 'a' } };
    const deployment = {
      manifest: {},
      resources: [
        { ...thing, urn: testUrn('a'), id: 'id-a' },
        {
          ...thing,
          urn: testUrn('b'),
          id: 'id-b',
          dependencies: [testUrn('a')],
          ...(version === 1 && { defaults: {} }),
        },
      ],
    };
    const decode = async () => (await decodeDeployment({ version, deployment }, { source, stack: 'dev' })).snapshot;
    const { resources } = await decode();
    const provider = resources[0]!;
    expect(provider).toMatchObject({ urn: testUrn('default', 'pulumi:providers:test'), ownership: 'managed' });
    expect(resources.slice(1).map((state) => state.provider)).toEqual(Array(2).fill(`${provider.urn}::${provider.id}`));
    expect(resources[2]!.propertyDependencies).toEqual({ size: [testUrn('a')], of: [testUrn('a')] });
    expect(verifySnapshot({ resources, pendingOperations: [] })).toEqual([]);
    expect(await decode()).toEqual({ resources, pendingOperations: [] });
  });

  test('of a stack that was only just created is empty', async () => {
    const { snapshot } = await decodeDeployment({ version: 3, checkpoint: { stack: 'dev' } }, { source, stack: 'dev' });
    expect(snapshot.resources).toEqual([]);
  });

  test('refers to resources by their present names, whatever older names the file uses', async () => {
    const thing = { custom: false, type: 'test:index:Thing' };
    const json = {
      version: 3,
      deployment: {
        manifest: {},
        resources: [
          { ...thing, urn: testUrn('new'), aliases: [testUrn('old')] },
          { ...thing, urn: testUrn('child'), parent: testUrn('old'), dependencies: [testUrn('old')] },
        ],
      },
    };
    const { snapshot } = await decodeDeployment(json, { source, stack: 'dev' });
    expect(snapshot.resources[1]).toMatchObject({ parent: testUrn('new'), dependencies: [testUrn('new')] });
    expect(verifySnapshot(snapshot)).toEqual([]);
  });

  test.each<[unknown, string]>([
    [
      { version: 5, deployment: {} },
      "the stack 'dev' is newer than what this version of the Pulumi CLI understands. Please update your version of the Pulumi CLI",
    ],
    [{ version: 0, deployment: {} }, "the stack 'dev' is too old to be used by this version of the Pulumi CLI"],
    [{ version: 4, features: ['hooks', 'magic'], deployment: {} }, 'unsupported features: magic'],
    [[], 'the document should be an object, but is a list'],
    [null, 'the document should be an object, but is null'],
    [{ version: '3', deployment: {} }, 'version should be a number from 1 to 4'],
    [{ version: 3 }, 'checkpoint should be an object, but is missing'],
    [{ version: 3, deployment: { resources: {} } }, 'deployment.resources should be a list, but is an object'],
    [{ version: 3, deployment: { resources: [null] } }, 'deployment.resources[0] should be an object, but is null'],
    [
      { version: 3, deployment: { resources: [{ type: 't' }] } },
      'deployment.resources[0].urn should be a text, but is missing',
    ],
    [
      { version: 3, deployment: { resources: [{ urn: 'u', type: 't', protect: 'yes' }] } },
      'deployment.resources[0].protect should be true or false',
    ],
    [
      {
        version: 3,
        deployment: {
          resources: [{ urn: 'u', type: 't', inputs: { a: [{ '4dabf18193072939515e22adb298388d': 'x' }] } }],
        },
      },
      'deployment.resources[0].inputs.a.0 has the unknown signature "x"',
    ],
    [
      { version: 3, deployment: { pending_operations: [{ type: 'dreaming', resource: {} }] } },
      'pending_operations[0].type should be one of creating,',
    ],
  ])('%j is refused with the field that is wrong', async (json, message) => {
    const decoding = decodeDeployment(json, { source, stack: 'dev' });
    await expect(decoding).rejects.toThrow(message);
    await decoding.catch((error: OperationError) => expect(error.code).toMatch(/^STATE_/));
  });

  test('nested beyond all measure is refused, not a crash', async () => {
    let inputs: unknown = 1;
    for (let depth = 0; depth < 2000; depth += 1) inputs = [inputs];
    const json = { version: 3, deployment: { resources: [{ urn: 'u', type: 't', inputs: { inputs } }] } };
    await expect(decodeDeployment(json, { source, stack: 'dev' })).rejects.toThrow(/nested deeper than 256/);
  });

  const endless = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);

  test.each([
    ['a field of tomorrow', 'resources[0].future', { resources: [{ urn: 'u', type: 't', future: endless }] }],
    [
      'a frame of a trace',
      'resources[0].stackTrace',
      { resources: [{ urn: 'u', type: 't', stackTrace: [{ endless }] }] },
    ],
    ['what is only carried along', 'deployment.future', { future: endless }],
    ['the state of a secrets provider', 'secrets_providers', { secrets_providers: { type: 'x', state: { endless } } }],
  ])('nested beyond all measure in %s is refused by the name of the field', async (_, field, deployment) => {
    const decoding = decodeDeployment({ version: 3, deployment }, { source, stack: 'dev' });
    await expect(decoding).rejects.toThrow(`${field} is nested deeper than 256 levels`);
  });
});
