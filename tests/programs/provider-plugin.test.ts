import { describe, expect, test } from 'vitest';
import { wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

const text = (errors: readonly string[]) => errors.join('\n');

describe.each(wires)('a provider plugin over the %s wire', (wire) => {
  test('creates, updates, replaces and deletes things, and is asked nothing new by an unchanged program', async () => {
    await using provider = await ProviderStack.create(
      `const random = new Thing('Random', 'random', { length: config.getNumber('length') ?? 6 });
       new Thing('Echo', 'echo', { echo: random.result });
       new Thing('Named', 'named', { kind: config.get('kind') ?? 'a', name: 'one-of-its-name' });
       export const result = random.result;`,
      { wire },
    );
    const { stack } = provider;
    const preview = await stack.preview();
    expect(preview.report.summary.changes).toEqual({ create: 4 });
    expect(await provider.things()).toEqual([]);
    await stack.mustUp();
    expect(await provider.things()).toEqual(['echo', 'named', 'random']);
    expect(await provider.thing('echo')).toEqual({ echo: (await stack.resource('random')).id });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 4 });
    await stack.config('length', '9');
    await stack.config('kind', 'b');
    const replaced = await stack.mustUp();
    expect(replaced.steps).toEqual(expect.arrayContaining(['replace random', 'update echo', 'replace named']));
    // Of one name there can be but one, so the old thing went first.
    const steps = replaced.steps.filter((step) => step.endsWith(' named'));
    expect(steps.indexOf('delete-replaced named')).toBeLessThan(steps.indexOf('create-replacement named'));
    expect(await provider.things()).toEqual(['echo', 'named', 'random']);
    expect((await stack.refresh()).report.summary.changes).toEqual({ same: 4 });
    expect((await stack.destroy()).result).toBe('succeeded');
    expect(await provider.things()).toEqual([]);
  });
});

describe.each(wires)('what a provider refuses over the %s wire', (wire) => {
  test('is told of the resource, and nothing is recorded that did not happen', async () => {
    await using provider = await ProviderStack.create(
      `
      new Thing('FailsOnCreate', 'fails');
      new Thing('Random', 'short', { length: 0 });`,
      { wire },
    );
    const { result, errors } = await provider.stack.up({});
    expect(result).toBe('failed');
    expect(text(errors)).toMatch(/it cannot be created|a length above 0 is needed/);
    const names = (await provider.stack.exported()).resources.map(({ urn }) => urn.split('::').at(-1));
    expect(names).not.toContain('fails');
    expect(await provider.stack.exported()).not.toHaveProperty('pending_operations');
  });

  test('to update or to delete leaves the record as it was', async () => {
    await using provider = await ProviderStack.create(
      `
      new Thing('FailsOnUpdate', 'stubborn', { echo: config.get('value') ?? 1 });
      new Thing('FailsOnDelete', 'sticky');`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    await stack.config('value', 'two');
    expect(text((await stack.up()).errors)).toContain('it cannot be updated');
    expect((await stack.resource('stubborn')).inputs).toEqual({ echo: 1 });
    const destroyed = await stack.destroy();
    expect(text(destroyed.errors)).toContain('it cannot be deleted');
    expect((await stack.resource('sticky')).id).toBeDefined();
    expect(await provider.things()).toEqual(['sticky']);
  });

  test('in words that leave open whether it happened is in doubt until somebody answers', async () => {
    await using provider = await ProviderStack.create(`new Thing('Vague', 'vague');`, { wire });
    const { stack } = provider;
    const failed = await stack.up();
    expect(text(failed.errors)).toContain('something went wrong somewhere');
    expect(failed.report.summary.isMaybeCorrupt).toBe(true);
    expect(await stack.exported()).toMatchObject({ pending_operations: [{ type: 'creating' }] });
    const next = await stack.up();
    expect(next.diagnostics.map(({ message }) => message).join('\n')).toContain('with 1 pending operations');
  });

  test('a thing that exists but is not ready is recorded, and made ready by the next update', async () => {
    await using provider = await ProviderStack.create(
      `new Thing('HalfReady', 'half', { ready: config.getBoolean('ready') ?? false });`,
      { wire },
    );
    const { stack } = provider;
    expect(text((await stack.up()).errors)).toContain('it never got ready');
    expect(await stack.resource('half')).toMatchObject({ initErrors: ['it never got ready'] });
    await stack.config('ready', 'true');
    expect((await stack.mustUp()).steps).toContain('update half');
    expect(await stack.resource('half')).not.toHaveProperty('initErrors');
    expect(await provider.things()).toEqual(['half']);
  });

  test('an answer without an id leaves the creation in doubt', async () => {
    await using provider = await ProviderStack.create(`new Thing('Lying', 'lying', { known: '' });`, { wire });
    expect(text((await provider.stack.up()).errors)).toContain('returned an empty ID');
    expect(await provider.stack.exported()).toMatchObject({ pending_operations: [{ type: 'creating' }] });
  });

  test('a function that throws fails the program that calls it, in its words', async () => {
    await using provider = await ProviderStack.create(
      `export const answer = pulumi.runtime.invoke('testprovider:index:throw', {});`,
      { wire },
    );
    expect(text((await provider.stack.up()).errors)).toContain('the function throws');
  });
});

describe.each(wires)('a plugin that crashes, over the %s wire,', (wire) => {
  test('in a creation is named with its last words, and nothing is doubled or lost when it is asked', async () => {
    for (const when of ['crash-before', 'crash-after']) {
      await using provider = await ProviderStack.create(
        `
        const first = new Thing('Echo', 'first');
        new Thing('Crashing', 'crashing', {}, { dependsOn: first });`,
        { wire },
      );
      const { stack } = provider;
      await provider.ask(when);
      const crashed = await stack.up();
      expect(text(crashed.errors)).toContain('the plugin of package "testprovider" ended with exit code 66; it said:');
      expect(text(crashed.errors)).toContain('a wild pointer appears');
      expect(await stack.exported()).toMatchObject({
        pending_operations: [{ type: 'creating', resource: { type: 'testprovider:index:Crashing' } }],
      });
      const urn = (await stack.resource('first')).urn.replace('Echo::first', 'Crashing::crashing');
      const isThere = (await provider.things()).includes('crashing');
      expect(isThere).toBe(when === 'crash-after');
      const imports = isThere ? { [urn]: await idOf(provider, 'crashing') } : {};
      expect((await stack.refresh({ pendingCreates: { imports, clearsOthers: true } })).result).toBe('succeeded');
      const resumed = await stack.mustUp();
      expect(resumed.steps.includes('create crashing')).toBe(!isThere);
      expect(await provider.things()).toEqual(['crashing', 'first']);
      expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
    }
  });

  test('fails all that comes after it, and says in short why', async () => {
    await using provider = await ProviderStack.create(
      `
      new Thing('Crashing', 'crashing');
      for (let index = 0; index < 5; index += 1) new Thing('Echo', 'later-' + index);`,
      { wire },
    );
    await provider.ask('crash-before');
    const { errors, result } = await provider.stack.up({ parallel: 1 });
    expect(result).toBe('failed');
    expect(text(errors).match(/a wild pointer appears/g)).toHaveLength(1);
  });
});

async function idOf(provider: ProviderStack, name: string): Promise<string> {
  const { readdir } = await import('node:fs/promises');
  const file = (await readdir(provider.world)).find((each) => each.startsWith(`${name}-`));
  return decodeURIComponent(file!.replace(/\.json$/, ''));
}

describe('providers of one package', () => {
  const two = `
    const east = new Provider('east', { prefix: 'east-', region: config.get('region') ?? 'e1' });
    const west = new Provider('west', { prefix: 'west-' });
    new Thing('Echo', 'in-east', {}, { provider: east });
    new Thing('Echo', 'in-west', {}, { provider: west });
    new Thing('Echo', 'by-default');
    const options = { provider: west };
    export const answer = pulumi.runtime.invoke('testprovider:index:config', {}, options);`;

  test('are processes of their own, each with its configuration', async () => {
    await using provider = await ProviderStack.create(two);
    const { stack } = provider;
    await stack.config('testprovider:prefix', 'home-');
    await stack.mustUp();
    expect((await stack.resource('in-east')).id).toMatch(/^east-in-east/);
    expect((await stack.resource('in-west')).id).toMatch(/^west-in-west/);
    expect((await stack.resource('by-default')).id).toMatch(/^home-by-default/);
    expect(await (await stack.stack()).outputs()).toMatchObject({ answer: { prefix: 'west-' } });
    // Without the program, each thing is deleted by the provider that made it.
    expect((await stack.destroy()).result).toBe('succeeded');
    expect(await provider.things()).toEqual([]);
  });

  test('are replaced with all they made when they say so', async () => {
    await using provider = await ProviderStack.create(two);
    const { stack } = provider;
    await stack.mustUp();
    await stack.config('region', 'e2');
    const { steps } = await stack.mustUp();
    expect(steps).toEqual(expect.arrayContaining(['replace east', 'replace in-east']));
    expect(steps.filter((step) => step.endsWith('in-west'))).toEqual(['same in-west']);
  });

  test('say what configuration they miss, and what is wrong with the one they have', async () => {
    await using provider = await ProviderStack.create(`new Thing('Echo', 'echo');`, {
      behaviour: { requires: ['account'] },
    });
    const { stack } = provider;
    const missing = text((await stack.up()).errors);
    expect(missing).toContain('account: what account is for');
    expect(missing).toContain('radiant config set testprovider:account <value>');
    await stack.config('testprovider:account', 'mine');
    await stack.config('testprovider:prefix', 'bad');
    expect(text((await stack.up()).errors)).toContain('this prefix is bad');
    // They are asked in plain values about what is secret, too.
    await stack.config('testprovider:prefix', 'bad', { secret: true });
    expect(text((await stack.up()).errors)).toContain(
      'property prefix value [secret] has a problem: this prefix is [secret]',
    );
  });
});

describe('secrets', () => {
  const canary = 'canary-in-the-coal-mine';
  const program = `
    const provider = new Provider('provider', { prefix: 'x', token: config.requireSecret('token') });
    const echo = new Thing('Echo', 'echo', { echo: { deep: [config.requireSecret('token')] }, open: 'plain' }, { provider });
    export const out = echo.echo;`;

  test.each([
    ['accepts them', {}],
    ['says in its handshake that it does not', { acceptSecrets: false }],
    ['is too old to say', { isLegacy: true }],
  ])('reach a provider that %s, and are nowhere in the clear', async (_, behaviour) => {
    await using provider = await ProviderStack.create(program, { behaviour });
    const { stack } = provider;
    await stack.config('token', canary, { secret: true });
    const run = await stack.mustUp();
    const again = await stack.mustUp();
    expect(again.report.summary.changes).toEqual({ same: 3 });
    expect(JSON.stringify(await provider.thing('echo'))).toContain(canary);
    expect(JSON.stringify(await stack.exported())).not.toContain(canary);
    expect((await stack.resource('echo')).inputs).toMatchObject({ open: 'plain' });
    expect(run.diagnostics.map(({ message }) => message).join('\n')).not.toContain(canary);
    expect(await (await stack.stack()).outputs()).toEqual({ out: '[secret]' });
  });
});

describe.each(wires)('over the %s wire', (wire) => {
  test('a plugin speaks to the engine, in an update as in a refresh and a destruction without a program', async () => {
    await using provider = await ProviderStack.create(`new Thing('Echo', 'echo', { say: 'mind the gap' });`, { wire });
    const { diagnostics } = await provider.stack.mustUp();
    const said = diagnostics.find(({ message }) => message === 'mind the gap');
    expect(said).toMatchObject({ severity: 'warning', urn: expect.stringMatching(/::echo$/) });
  });

  test('what a plugin prints is told, as what the program prints is', async () => {
    await using provider = await ProviderStack.create(`new Thing('Echo', 'echo');`, { wire });
    const { diagnostics } = await provider.stack.mustUp();
    const printed = diagnostics.find(({ message }) => message.startsWith('serving testprovider'));
    expect(printed?.severity).toBe('info#err');
  });

  test('a provider is not asked what the switches of Pulumi leave out', async () => {
    await using provider = await ProviderStack.create(`new Thing('Echo', 'echo', { echo: 'one' });`, { wire });
    const { stack } = provider;
    provider.behave({ mischief: { create: 'crashes', diff: 'crashes' } });
    expect((await stack.preview()).result).toBe('failed');
    stack.env.PULUMI_DISABLE_PROVIDER_PREVIEW = 'true';
    expect((await stack.preview()).report.summary.changes).toEqual({ create: 2 });
    provider.behave({});
    await stack.mustUp();
    provider.behave({ mischief: { diff: 'crashes' } });
    expect((await stack.up()).result).toBe('failed');
    stack.env.PULUMI_ENABLE_LEGACY_DIFF = 'true';
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 });
  });

  test('a person who interrupts is heard by the provider, and what did not happen is not recorded', async () => {
    await using provider = await ProviderStack.create(`new Thing('Endless', 'endless');`, { wire });
    const drain = new AbortController();
    const run = provider.stack.up({ drain: drain.signal });
    const { eventually } = await import('../support/processes.ts');
    const { readdir } = await import('node:fs/promises');
    expect(await eventually(async () => (await readdir(provider.world)).length > 0, 30_000)).toBe(true);
    drain.abort();
    expect((await run).result).toBe('cancelled');
    expect(await readdir(provider.world)).toEqual([]);
    expect(await provider.stack.exported()).not.toHaveProperty('pending_operations');
  });
});
