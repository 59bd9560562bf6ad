import { readdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually, processesWithEnv } from '../support/processes.ts';
import { type ProgramRun, type Wire, wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

const text = (lines: readonly string[]) => lines.join('\n');

const program = `
const first = new Thing('Echo', 'first', { echo: config.get('value') ?? 'one' });
if (config.get('more')) new Thing('Echo', 'second', { echo: first.echo });
if (config.get('ask')) pulumi.runtime.invoke('testprovider:index:echo', { text: 'x' });
if (config.get('component')) {
  const component = new pulumi.ComponentResource('testprovider:index:Component', 'component', {}, {}, true);
  if (config.get('component') === 'call') pulumi.runtime.call('testprovider:index:Component/upper', { text: 'x' }, component);
}
`;

/** What has a call made, on a stack where `first` exists. */
const occasions: { readonly [call: string]: (provider: ProviderStack) => Promise<ProgramRun> } = {
  handshake: ({ stack }) => stack.up(),
  checkConfig: ({ stack }) => stack.up(),
  diffConfig: changed('testprovider:prefix'),
  configure: ({ stack }) => stack.up(),
  check: ({ stack }) => stack.up(),
  diff: changed('value'),
  create: changed('more'),
  update: changed('value'),
  read: ({ stack }) => stack.refresh(),
  delete: ({ stack }) => stack.destroy(),
  invoke: changed('ask'),
  construct: changed('component'),
  call: changed('component', 'call'),
};

function changed(key: string, value = 'two'): (provider: ProviderStack) => Promise<ProgramRun> {
  return async ({ stack }) => {
    await stack.config(key, value);
    return stack.up();
  };
}

/** After one proper update, the provider misbehaves in one call. */
async function misbehaving(call: string, misdeed: string, wire: Wire) {
  const provider = await ProviderStack.create(program, { wire });
  await provider.stack.mustUp();
  provider.behave({ mischief: { [call]: misdeed } });
  const run = await occasions[call]!(provider);
  provider.behave({});
  return { provider, run };
}

describe.each(wires)('a plugin that dies, over the %s wire,', (wire) => {
  test.each(Object.keys(occasions))('in %s is named with its last words, and the record stays true', async (call) => {
    const { provider, run } = await misbehaving(call, 'crashes', wire);
    await using _ = provider;
    expect(run.result).toBe('failed');
    expect(text(run.errors)).toContain(
      'the provider "testprovider" no longer answers: the plugin of package "testprovider" ended with exit code 66; it said:',
    );
    expect(text(run.errors)).toContain('a wild pointer appears');
    expect((await provider.stack.resource('first')).outputs).toEqual({ echo: 'one' });
    const { pending_operations } = (await provider.stack.exported()) as { pending_operations?: readonly object[] };
    expect(pending_operations?.length ?? 0).toBe(['create', 'update', 'delete'].includes(call) ? 1 : 0);
    expect(await provider.things()).toEqual(['first']);
  });

  test('after it has deleted a thing has a refresh find out', async () => {
    const { provider, run } = await misbehaving('delete', 'crashes afterwards', wire);
    await using _ = provider;
    expect(text(run.errors)).toContain('ended with exit code 66');
    expect(await provider.things()).toEqual([]);
    expect((await provider.stack.resource('first')).outputs).toEqual({ echo: 'one' });
    expect((await provider.stack.refresh()).result).toBe('succeeded');
    await expect(provider.stack.resource('first')).rejects.toThrow('no resource "first"');
  });

  test('between its port and the first call is not waited for', async () => {
    await using provider = await ProviderStack.create(program, { wire, project: plugin });
    const { stack } = provider;
    await stack.write({ 'plugin/pulumi-resource-testprovider': '#!/bin/sh\necho 1\necho "no memory" >&2\nexit 3\n' });
    await stack.makeExecutable('plugin/pulumi-resource-testprovider');
    const { errors } = await stack.up();
    expect(text(errors)).toContain('the plugin of package "testprovider" ended with exit code 3; it said:');
    expect(text(errors)).toContain('no memory');
  });
});

const plugin = 'plugins: { providers: [{ name: testprovider, path: ./plugin }] }\n';

const answering = ['checkConfig', 'configure', 'check', 'diff', 'read', 'invoke', 'construct', 'call'];

describe.each(wires)('an answer that is none, over the %s wire,', (wire) => {
  test.each(answering)('to %s is told as the fault of its provider, and changes nothing', async (call) => {
    const { provider, run } = await misbehaving(call, 'answers nonsense', wire);
    await using _ = provider;
    expect(run.result).toBe('failed');
    expect(text(run.errors)).toContain('the provider "testprovider" gave an answer that cannot be understood');
    expect(await provider.stack.exported()).not.toHaveProperty('pending_operations');
    expect((await provider.stack.resource('first')).outputs).toEqual({ echo: 'one' });
  });

  test.each(['create', 'update', 'delete'])('to %s leaves it in doubt', async (call) => {
    const { provider, run } = await misbehaving(call, 'answers nonsense', wire);
    await using _ = provider;
    expect(text(run.errors)).toContain('the provider "testprovider" gave an answer that cannot be understood');
    expect(await provider.stack.exported()).toMatchObject({ pending_operations: [{}] });
  });
});

const unreadable = [
  ['broken text', 'property "echo": holds text that is not valid UTF-8'],
  ['bottomless lists', 'is nested deeper than 256 levels'],
  ['a secret of nothing', 'property "echo": is a secret without a value'],
  ['a reference to nobody', 'property "echo": is a reference to a resource without a URN'],
  ['an unheard-of signature', 'property "echo": has a signature that this engine does not know'],
  ['a signature of a number', 'property "echo": has a signature that this engine does not know'],
  ['a secret map', 'a property map cannot itself be a secret'],
] as const;

describe.each(wires)('properties that nobody can read, over the %s wire,', (wire) => {
  const complaint = 'the provider "testprovider" gave an answer that cannot be understood: ';

  test.each(unreadable)('(%s) do not keep what was created from being recorded, once', async (what, reason) => {
    const { provider, run } = await misbehaving('create', `gives:${what}`, wire);
    await using _ = provider;
    expect(run.result).toBe('failed');
    expect(text(run.errors)).toContain(complaint);
    expect(text(run.errors)).toContain(reason);
    const { stack } = provider;
    expect(await stack.exported()).not.toHaveProperty('pending_operations');
    expect(await stack.resource('second')).toMatchObject({ initErrors: [expect.stringContaining(reason)] });
    await stack.mustUp();
    expect((await stack.resource('second')).outputs).toEqual({ echo: 'one' });
    expect(await provider.things()).toEqual(['first', 'second']);
  });

  test.each(['update', 'read', 'check'])('are not recorded when they come from %s', async (call) => {
    const { provider, run } = await misbehaving(call, 'gives:broken text', wire);
    await using _ = provider;
    expect(text(run.errors)).toContain(`${complaint}property "echo": holds text that is not valid UTF-8`);
    expect((await provider.stack.resource('first')).outputs).toEqual({ echo: 'one' });
  });
});

describe.each(wires)('over the %s wire', (wire) => {
  test('properties that mean something to JavaScript are properties like any other', async () => {
    const { provider } = await misbehaving('create', 'gives:loaded names', wire);
    await using _ = provider;
    const { outputs } = await provider.stack.resource('second');
    expect(Object.entries(outputs!).sort()).toEqual([
      ['__proto__', 'a __proto__'],
      ['constructor', 'a constructor'],
      ['nested', JSON.parse('{ "__proto__": { "polluted": "yes" } }')],
      ['toString', 'a toString'],
    ]);
    expect((await provider.stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
    expect({}).not.toHaveProperty('polluted');
  });

  test('values of other types than the program expects are recorded as they are', async () => {
    const { provider, run } = await misbehaving('create', 'gives:other types', wire);
    await using _ = provider;
    expect(run.result).toBe('succeeded');
    expect((await provider.stack.resource('second')).outputs).toMatchObject({ result: { a: 'b' } });
    expect((await provider.stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
  });

  test('a difference in what nobody has declared is shown and obeyed', async () => {
    await using provider = await ProviderStack.create(program, { wire });
    const { stack } = provider;
    await stack.mustUp();
    provider.behave({ mischief: { diff: 'minds nonsense' } });
    for (const display of [['--diff'], ['--json'], []]) {
      const { code, out, err } = await stack.command('preview', ...display);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('replace');
    }
    const { steps } = await stack.mustUp();
    expect(steps).toContain('replace first');
    expect(await provider.things()).toEqual(['first']);
    expect({}).not.toHaveProperty('polluted');
  });

  test('an answer of fifty megabytes reaches the program and the record', async () => {
    const { provider, run } = await misbehaving('create', 'gives:fifty megabytes', wire);
    await using _ = provider;
    expect(run.errors).toEqual([]);
    expect(String((await provider.stack.resource('second')).outputs?.echo)).toHaveLength(50 * 1024 * 1024);
    expect((await provider.stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
  });
});

describe('the secrets of a stack', () => {
  const key = ['-----BEGIN KEY-----', 'canary-MIIEvQIBADANBgkqhkiG9w0BAQEF', 'canary-AASCBKcwggSjAgEAAoIBAQ'];
  const secrets = {
    token: 'canary-in-the-coal-mine',
    key: key.join('\n'),
    // One that is cut short would not be known any more.
    bundle: 'canary+in/the+coal/mine '.repeat(4000),
  };
  const greedy = `
const secrets = Object.fromEntries(['token', 'key', 'bundle'].map((name) => [name, config.requireSecret(name)]));
new Thing('Echo', 'greedy', { ...secrets });`;

  test.each(['blurts', 'cries out'])('are not told when a provider %s', async (misdeed) => {
    await using provider = await ProviderStack.create(greedy, { behaviour: { mischief: { create: misdeed } } });
    const { stack } = provider;
    for (const [name, secret] of Object.entries(secrets)) await stack.config(name, secret, { secret: true });
    for (const display of ['--diff', '--json', '--debug']) {
      const { code, out, err } = await stack.command('up', '--yes', '--skip-preview', display);
      expect(code).not.toBe(0);
      expect(out + err).toContain('[secret]');
      expect(out + err).not.toContain('canary');
    }
    expect(JSON.stringify(await stack.exported())).not.toContain('canary');
  });

  test('are not told when a plugin prints them where its port is expected', async () => {
    const { token, bundle, key } = secrets;
    for (const greeting of [bundle.slice(0, 3000), bundle]) {
      await using provider = await ProviderStack.create(greedy, { behaviour: { greeting } });
      const { stack } = provider;
      for (const [name, value] of Object.entries({ token, key, bundle: greeting }))
        await stack.config(name, value, { secret: true });
      const { errors } = await stack.up();
      expect(text(errors)).toContain('where its port was expected');
      expect(text(errors)).not.toContain('canary');
    }
  });
});

describe.each(wires)('the end of an operation over the %s wire', (wire) => {
  test('ends a plugin that neither cancels nor ends when it is asked to', async () => {
    await using provider = await ProviderStack.create(program, {
      wire,
      behaviour: { ignoresSigterm: true, mischief: { cancel: 'hangs' } },
    });
    const { stack } = provider;
    await stack.mustUp();
    expect(await processesWithEnv(provider.world)).toEqual([]);
    expect(await provider.things()).toEqual(['first']);
  }, 30_000);

  test('leaves a plugin behind that hangs in a creation and hears no Cancel, at the second interrupt', async () => {
    await using provider = await ProviderStack.create(program, {
      wire,
      behaviour: { mischief: { create: 'hangs', cancel: 'hangs' } },
    });
    const { stack } = provider;
    const [drain, terminate] = [new AbortController(), new AbortController()];
    const run = stack.up({ drain: drain.signal, terminate: terminate.signal });
    expect(await eventually(async () => (await readdir(provider.world)).includes('hangs.json'), 30_000)).toBe(true);
    drain.abort();
    await nextTurn();
    terminate.abort();
    expect((await run).result).toBe('cancelled');
    expect(await stack.exported()).toMatchObject({ pending_operations: [{ type: 'creating' }] });
    expect(await eventually(async () => (await processesWithEnv(provider.world)).length === 0, 20_000)).toBe(true);
  }, 60_000);
});
