import { describe, expect, test } from 'vitest';
import { wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

const urnOf = (name: string) => `urn:pulumi:dev::proj::testprovider:index:Echo::${name}`;

describe.each(wires)('over the %s wire', (wire) => {
  test('what was ours and is now only read is let go as it is, and made anew when it is to be ours again', async () => {
    await using provider = await ProviderStack.create(
      `const id = config.get('id') || undefined;
       const mine = id === undefined
         ? new Thing('Echo', 'mine', { echo: 'x' })
         : new Thing('Echo', 'mine', { echo: undefined }, { id } as pulumi.CustomResourceOptions);
       new Thing('Echo', 'user', { echo: mine.echo });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    const { id } = await stack.resource('mine');
    await stack.config('id', id!);
    expect((await stack.preview()).steps).toContain('read mine');
    expect((await stack.mustUp()).steps.filter((step) => step.endsWith(' mine'))).toEqual(['read mine']);
    expect(await stack.resource('mine')).toMatchObject({ external: true, id, outputs: { echo: 'x' } });
    expect(await provider.things()).toEqual(['mine', 'user']);
    await stack.config('id', '');
    expect((await stack.mustUp()).steps).toContain('replace mine');
    expect((await stack.resource('mine')).id).not.toBe(id);
    await stack.destroy();
    // Whoever owns the first one still has it.
    expect(await provider.thing('mine')).toEqual({ echo: 'x' });
  });

  test('what a person has tainted is made anew by the next update, and tainted no longer', async () => {
    await using provider = await ProviderStack.create(
      `const base = new Thing('Echo', 'base', { echo: 'x' });
       new Thing('Echo', 'user', { echo: base.id });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    const { id } = await stack.resource('base');
    expect(await stack.command('state', 'taint', urnOf('base'), '--yes')).toMatchObject({ code: 0 });
    expect(await stack.resource('base')).toMatchObject({ taint: true });
    expect((await stack.preview()).report.summary.changes).toEqual({ same: 1, replace: 1, update: 1 });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 1, replace: 1, update: 1 });
    expect(await stack.resource('base')).not.toHaveProperty('taint');
    const successor = (await stack.resource('base')).id;
    expect(successor).not.toBe(id);
    expect(await provider.thing('user')).toEqual({ echo: successor });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
  });

  test('--target-replace makes one anew, with --target-dependents changes what leans on it, and leaves the others', async () => {
    await using provider = await ProviderStack.create(
      `const value = config.get('value') ?? 'one';
       const base = new Thing('Echo', 'base', { echo: value });
       new Thing('Echo', 'user', { echo: base.id });
       new Thing('Echo', 'other', { echo: value });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    const { id } = await stack.resource('base');
    await stack.config('value', 'two');
    const args = ['--target-replace', urnOf('base'), '--target-dependents', '--yes', '--skip-preview'];
    expect(await stack.command('up', ...args)).toMatchObject({ code: 0 });
    const successor = (await stack.resource('base')).id;
    expect(successor).not.toBe(id);
    expect(await provider.thing('base')).toEqual({ echo: 'two' });
    expect(await provider.thing('user')).toEqual({ echo: successor });
    expect(await provider.thing('other')).toEqual({ echo: 'one' });
  });

  test('a version, or an address of the plugin, means a default provider of its own, and changing it makes nothing anew', async () => {
    await using provider = await ProviderStack.create(
      `const version = config.get('version') ?? '1.2.3';
       new Thing('Echo', 'plain');
       new Thing('Echo', 'pinned', {}, { version });
       new Thing('Echo', 'elsewhere', {}, { version, pluginDownloadURL: 'https://example.com/plugins' });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    const served = async () => {
      const { resources } = await stack.exported();
      const names = resources.filter(({ type }) => type === 'pulumi:providers:testprovider').map(nameOf);
      const { inputs } = resources.find((record) => nameOf(record) === names.find((name) => name.includes('https')))!;
      return { names: names.sort(), inputs, pinned: (await stack.resource('pinned')).provider };
    };
    const before = await served();
    expect(before).toMatchObject({
      names: ['default', 'default_1_2_3', 'default_1_2_3_https_/example.com/plugins'],
      inputs: { version: '1.2.3', __internal: { pluginDownloadURL: 'https://example.com/plugins' } },
      pinned: expect.stringContaining('::default_1_2_3::'),
    });
    const { id } = await stack.resource('pinned');
    await stack.config('version', '2.0.0');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 4 });
    expect(await served()).toMatchObject({
      names: ['default', 'default_2_0_0', 'default_2_0_0_https_/example.com/plugins'],
      pinned: expect.stringContaining('::default_2_0_0::'),
    });
    expect((await stack.resource('pinned')).id).toBe(id);
  });
});

function nameOf({ urn }: { readonly urn: string }): string {
  return urn.slice(urn.indexOf('pulumi:providers:testprovider::') + 'pulumi:providers:testprovider::'.length);
}
