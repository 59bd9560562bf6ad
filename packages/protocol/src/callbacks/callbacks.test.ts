import {
  Asset,
  childUrn,
  type HookRequest,
  OutputValue,
  type ResourceState,
  Secret,
  stackUrn,
  type TransformRequest,
  Unknown,
} from '@radiant/model';
import { afterEach, describe, expect, it } from 'vitest';
import {
  CallbackInvokeRequest,
  CallbackInvokeResponse,
  ErrorHookRequest,
  ErrorHookResponse,
  ResourceHookRequest,
  ResourceHookResponse,
  TransformInvokeRequest,
  TransformInvokeResponse,
  TransformRequest as TransformMessage,
  TransformResourceOptions,
  TransformResponse,
} from '../messages/callback-messages.ts';
import { createUrnPool } from '../monitor/urn-pool.ts';
import { readProperties } from '../properties/read-properties.ts';
import { writeProperties } from '../properties/write-properties.ts';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';
import { serveWires } from '../transport/wire-server.ts';
import { createCallbacks } from './callbacks.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end.close();
});

/** A program that answers every call with what `answer` makes of the request, and how it is called. */
async function program(answer: (request: Uint8Array) => Uint8Array | Promise<Uint8Array>) {
  const server = await serveWires(
    new Map([
      [
        '/pulumirpc.Callbacks/Invoke',
        async (bytes: Uint8Array) => {
          const { token, request } = CallbackInvokeRequest.decode(bytes);
          if (token !== 'token') throw new RpcError(statusCodes.invalidArgument, `callback not found: ${token}`);
          return CallbackInvokeResponse.encode({ response: await answer(request ?? new Uint8Array()) });
        },
      ],
    ]),
  );
  const callbacks = createCallbacks({ urns: createUrnPool(), programDirectory: import.meta.dirname });
  open.push(server, callbacks);
  return { server, callbacks, callback: { target: server.address, token: 'token' } };
}

const stack = stackUrn('dev', 'shop');
const urn = childUrn('dev', 'shop', stack, 'test:index:Thing', 'a');
const other = childUrn('dev', 'shop', stack, 'test:index:Thing', 'b');

const asked: TransformRequest = {
  type: 'test:index:Thing',
  name: 'a',
  isCustom: true,
  parent: stack,
  inputs: { plain: 1, secret: new OutputValue('s', true, [other]), unknown: new OutputValue(undefined, false, []) },
  options: {
    provider: `${other}::id`,
    providers: { test: `${other}::id` },
    plugin: { version: '1.2.3', downloadUrl: 'https://example.com', checksums: { 'linux-amd64': '0102ff' } },
    dependencies: [other],
    aliases: [
      { kind: 'urn', urn: other },
      { kind: 'spec', name: 'n', type: undefined, stack: undefined, project: undefined, parent: { kind: 'none' } },
      {
        kind: 'spec',
        name: undefined,
        type: 't',
        stack: 's',
        project: 'p',
        parent: { kind: 'urn', urn: other },
      },
    ],
    protect: false,
    retainOnDelete: true,
    deletedWith: other,
    replaceWith: [other],
    replacementTrigger: { on: 1 },
    deleteBeforeReplace: false,
    ignoreChanges: ['a'],
    replaceOnChanges: ['b'],
    hideDiffs: ['c'],
    additionalSecretOutputs: ['d'],
    customTimeouts: { create: 5400, read: 1.5 },
    importId: 'i',
    hooks: {
      beforeCreate: ['1'],
      afterCreate: [],
      beforeUpdate: [],
      afterUpdate: [],
      beforeDelete: [],
      afterDelete: ['2'],
      onError: ['3'],
    },
  },
};

describe('resource transforms', () => {
  it('tell a program all there is, and understand what it sends back', async () => {
    const { callbacks, callback } = await program((bytes) => {
      const { properties, options } = TransformMessage.decode(bytes);
      return TransformResponse.encode({ properties, options });
    });
    expect(await callbacks.resourceTransform(callback)(asked)).toEqual({
      inputs: asked.inputs,
      options: asked.options,
    });
  });

  it('leave as it is what an answer leaves out', async () => {
    const { callbacks, callback } = await program(() => TransformResponse.encode(TransformResponse.of({})));
    expect(await callbacks.resourceTransform(callback)(asked)).toEqual({
      inputs: asked.inputs,
      options: asked.options,
    });
  });

  it('take options that an answer does not set to be unset, but for the providers of components', async () => {
    const { callbacks, callback } = await program(() =>
      TransformResponse.encode({ properties: writeProperties({}), options: TransformResourceOptions.of({}) }),
    );
    const { inputs, options } = await callbacks.resourceTransform(callback)(asked);
    expect(inputs).toEqual({});
    const { providers, ...rest } = options;
    expect(providers).toEqual(asked.options.providers);
    const isUnset = (value: unknown) => value === undefined || Object.values(value as object).every(isUnset);
    expect(Object.values(rest).every(isUnset)).toBe(true);
  });

  it('hash the assets of an answer', async () => {
    const properties = writeProperties({ file: new Asset({ kind: 'text', text: 'x' }) });
    const { callbacks, callback } = await program(() => TransformResponse.encode({ properties, options: undefined }));
    const { inputs } = await callbacks.resourceTransform(callback)(asked);
    expect((inputs.file as Asset).hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['no message', () => Buffer.from([0xff, 0xff])],
    [
      'an invalid URN',
      () =>
        TransformResponse.encode({ properties: undefined, options: TransformResourceOptions.of({ dependsOn: ['x'] }) }),
    ],
    [
      'an invalid duration',
      () =>
        TransformResponse.encode({
          properties: undefined,
          options: TransformResourceOptions.of({
            customTimeouts: { create: 'soon', update: '', delete: '', read: '' },
          }),
        }),
    ],
    [
      'an asset that is not there',
      () =>
        TransformResponse.encode({
          properties: writeProperties({ file: new Asset({ kind: 'path', path: './none' }) }),
          options: undefined,
        }),
    ],
  ])('refuse an answer with %s', async (_, answer) => {
    const { callbacks, callback } = await program(answer);
    await expect(callbacks.resourceTransform(callback)(asked)).rejects.toThrow('its answer cannot be used: ');
  });

  it("fail in the program's own words", async () => {
    const { callbacks, callback } = await program(() => {
      throw new RpcError(statusCodes.unknown, 'transform failed: Error: no such tag');
    });
    await expect(callbacks.resourceTransform(callback)(asked)).rejects.toThrow(/^Error: no such tag$/);
  });

  it('fail at once when the program has ended', async () => {
    const { callbacks, callback, server } = await program(() => new Uint8Array());
    await server.close();
    await expect(callbacks.resourceTransform(callback)(asked)).rejects.toThrow('has ended');
  });

  it('that are not answered end with the connection', async () => {
    const received = Promise.withResolvers<void>();
    const { callbacks, callback } = await program(() => {
      received.resolve();
      return new Promise(() => {});
    });
    const answer = callbacks.resourceTransform(callback)(asked);
    const outcome = expect(answer).rejects.toThrow('the operation has ended');
    await received.promise;
    callbacks.close();
    await outcome;
    await expect(callbacks.resourceTransform(callback)(asked)).rejects.toThrow('the operation has ended');
  });
});

describe('transforms of invokes', () => {
  it('tell a program arguments and options, and understand what it sends back', async () => {
    const { callbacks, callback } = await program((bytes) => {
      const { args, options } = TransformInvokeRequest.decode(bytes);
      return TransformInvokeResponse.encode({ args, options });
    });
    const { token, ...rest } = {
      token: 'test:index:find',
      args: { secret: new OutputValue('s', true, []) },
      provider: `${other}::id`,
      version: '1.2.3',
      pluginDownloadUrl: 'https://example.com',
      pluginChecksums: { 'linux-amd64': '0102ff' },
    };
    expect(await callbacks.invokeTransform(callback)({ token, ...rest })).toEqual(rest);
  });
});

const state: ResourceState = {
  urn,
  type: 'test:index:Thing',
  ownership: 'managed',
  disposition: 'live',
  id: 'thing-1',
  inputs: { size: 1, token: new Secret('s') },
  outputs: { size: 1, serial: new Unknown() },
  parent: other,
  provider: `${other}::id`,
  dependencies: [other],
  propertyDependencies: {},
  replaceWith: [],
  isProtected: true,
  isTainted: false,
  refreshBeforeUpdate: false,
  retainOnDelete: false,
  initErrors: [],
  additionalSecretOutputs: ['token'],
  ignoreChanges: [],
  replaceOnChanges: [],
  hideDiffs: [],
  customTimeouts: { create: 300 },
  stackTrace: [],
};

describe('hooks', () => {
  const declaration = (callback: { target: string; token: string }) => ({
    name: 'hook',
    callback,
    onDryRun: true,
    ignoreErrors: true,
  });

  async function told(request: HookRequest) {
    const seen: Uint8Array[] = [];
    const { callbacks, callback } = await program((bytes) => {
      seen.push(bytes);
      return ResourceHookResponse.encode({ error: '' });
    });
    await callbacks.resourceHook(declaration(callback)).run(request);
    return ResourceHookRequest.decode(seen[0]!);
  }

  it('are told what is to be before a step, and what is after it', async () => {
    const before = await told({ moment: 'beforeUpdate', old: state, new: state });
    expect(before).toMatchObject({ urn, id: 'thing-1', name: 'a', type: 'test:index:Thing', newOutputs: undefined });
    expect(readProperties(before.newInputs)).toEqual({ size: 1, token: new Secret('s') });
    expect(readProperties(before.oldOutputs)).toMatchObject({ size: 1 });
    const after = await told({ moment: 'afterUpdate', old: state, new: state });
    expect(readProperties(after.newOutputs)).toMatchObject({ size: 1 });
  });

  it('are told the options of the resource, as they are recorded', async () => {
    const { newOptions, oldOptions } = await told({ moment: 'afterCreate', new: state });
    expect(oldOptions).toBeUndefined();
    expect(newOptions).toMatchObject({
      dependsOn: [other],
      protect: true,
      retainOnDelete: false,
      provider: `${other}::id`,
      parent: other,
      additionalSecretOutputs: ['token'],
      customTimeouts: { create: '5m' },
    });
  });

  it('are told of a deletion only what was', async () => {
    const request = await told({ moment: 'beforeDelete', old: state });
    expect(request).toMatchObject({
      id: 'thing-1',
      newInputs: undefined,
      newOutputs: undefined,
      newOptions: undefined,
    });
    expect(request.oldOptions).toBeDefined();
  });

  it('fail with the error that they answer', async () => {
    const { callbacks, callback } = await program(() => ResourceHookResponse.encode({ error: 'not today' }));
    const hook = callbacks.resourceHook(declaration(callback));
    expect(hook).toMatchObject({ name: 'hook', runsOnDryRun: true, ignoresErrors: true });
    await expect(hook.run({ moment: 'beforeCreate', new: state })).rejects.toThrow(/^not today$/);
  });

  it('need a name and a function', async () => {
    const { callbacks, callback } = await program(() => new Uint8Array());
    expect(() => callbacks.resourceHook({ ...declaration(callback), name: '' })).toThrow(
      'resource hook name cannot be empty',
    );
    expect(() => callbacks.errorHook({ name: 'x', callback: undefined })).toThrow('the hook "x" names no function');
  });
});

describe('error hooks', () => {
  it('are told what failed and how often, and say whether to try again', async () => {
    const seen: Uint8Array[] = [];
    const { callbacks, callback } = await program((bytes) => {
      seen.push(bytes);
      return ErrorHookResponse.encode({ error: '', retry: true });
    });
    const hook = callbacks.errorHook({ name: 'again', callback });
    const errors = ['busy 2', 'busy 1'];
    expect(await hook.wantsRetry({ failedOperation: 'update', errors, old: state, new: state })).toBe(true);
    const request = ErrorHookRequest.decode(seen[0]!);
    expect(request).toMatchObject({ urn, id: 'thing-1', failedOperation: 'update', errors });
    expect(readProperties(request.oldInputs)).toMatchObject({ size: 1 });
  });

  it('fail with the error that they answer', async () => {
    const { callbacks, callback } = await program(() => ErrorHookResponse.encode({ error: 'no', retry: true }));
    const hook = callbacks.errorHook({ name: 'again', callback });
    await expect(hook.wantsRetry({ failedOperation: 'create', errors: ['x'], new: state })).rejects.toThrow(/^no$/);
  });
});
