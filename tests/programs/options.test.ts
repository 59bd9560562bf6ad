import { describe, expect, test } from 'vitest';
import { wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

describe.each(wires)('options of resources over the %s wire', (wire) => {
  test('what is ignored, hidden, timed and made secret is so in the record and at the provider', async () => {
    await using provider = await ProviderStack.create(
      `const value = config.get('value') ?? 'one';
       new Thing('Echo', 'ignoring', { list: [{ a: value, b: value }, { a: value }], map: { k: value }, other: value }, {
         ignoreChanges: ['list[*].a', 'map.*'],
       });
       new Thing('Echo', 'timed', { echo: value }, { customTimeouts: { create: '5m', update: '90s', delete: '1h' } });
       new Thing('Echo', 'hidden', { echo: value }, { hideDiffs: ['echo'] });
       new Thing('Echo', 'sealed', { echo: value }, { additionalSecretOutputs: ['echo'] });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    expect(await provider.timeout('timed')).toBe(300);
    await stack.config('value', 'two');
    const { out } = await stack.command('preview', '--diff');
    expect(out).toMatch(/::hidden\]\n *~ echo \(hidden\)\n/);
    await stack.mustUp();
    expect(await provider.thing('ignoring')).toEqual({
      list: [{ a: 'one', b: 'two' }, { a: 'one' }],
      map: { k: 'one' },
      other: 'two',
    });
    expect(await provider.timeout('timed')).toBe(90);
    expect(await stack.resource('timed')).toMatchObject({ customTimeouts: { create: 300, update: 90, delete: 3600 } });
    expect(await stack.resource('hidden')).toMatchObject({ hideDiff: ['echo'], inputs: { echo: 'two' } });
    expect((await stack.resource('sealed')).outputs).toEqual({
      echo: expect.objectContaining({ ciphertext: expect.any(String) }),
    });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 5 });
  });

  test('what is protected stays, what is retained is let go, what exists is adopted and then made what it should be', async () => {
    await using provider = await ProviderStack.create(
      `if (!config.get('done')) {
         new Thing('Echo', 'guarded', {}, { protect: true });
         new Thing('Echo', 'kept', {}, { retainOnDelete: true });
         new Thing('Echo', 'gone');
       }
       new Thing('Echo', 'adopted', { echo: 'wanted' }, config.get('done') ? {} : { import: 'foundling' });`,
      { wire },
    );
    const { stack } = provider;
    await provider.make('foundling', { echo: 'found' });
    const { steps } = await stack.mustUp();
    expect(steps.filter((step) => step.endsWith(' adopted'))).toEqual(['import adopted', 'update adopted']);
    expect(await stack.resource('adopted')).toMatchObject({ id: 'foundling', outputs: { echo: 'wanted' } });
    await stack.config('done', 'yes');
    const refused = await stack.up();
    expect(refused.errors.join('\n')).toContain('guarded" cannot be deleted\nbecause it is protected');
    expect(await provider.things()).toEqual(['adopted', 'guarded', 'kept']);
    const names = (await stack.exported()).resources.map(({ urn }) => urn.split('::').at(-1));
    expect(names).toEqual(expect.arrayContaining(['adopted', 'guarded']));
    expect(names).not.toContain('kept');
    expect((await stack.destroy({ ignoreProtect: true })).result).toBe('succeeded');
    expect(await provider.things()).toEqual(['kept']);
  });

  test('what is in a component is found again when the component has another name, type or parent', async () => {
    await using provider = await ProviderStack.create(
      `const isNew = config.get('new') !== undefined;
       class Box extends pulumi.ComponentResource {
         constructor(type: string, name: string, opts?: pulumi.ComponentResourceOptions) {
           super('test:index:' + type, name, {}, opts);
           new Thing('Echo', name + '-thing', {}, { parent: this });
         }
       }
       const shelf = new Box('Box', 'shelf');
       const box = isNew
         ? new Box('Crate', 'crate', { parent: shelf, aliases: [{ name: 'box', type: 'test:index:Box', noParent: true }, { name: 'box', type: 'test:index:Box', parent: pulumi.rootStackResource }] })
         : new Box('Box', 'box');
       new Box('Box', isNew ? 'crate-inner' : 'box-inner', { parent: box });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    const ids = async (...names: string[]) => Promise.all(names.map(async (name) => (await stack.resource(name)).id));
    const before = await ids('box-thing', 'box-inner-thing');
    await stack.config('new', 'yes');
    const { report } = await stack.mustUp();
    expect(report.summary.changes).toEqual({ same: 7 });
    expect(await ids('crate-thing', 'crate-inner-thing')).toEqual(before);
    expect((await stack.resource('crate-inner-thing')).urn).toContain(
      'test:index:Box$test:index:Crate$test:index:Box$testprovider:index:Echo::',
    );
  });

  test('what is only read is recorded as another`s, and forgotten without being deleted', async () => {
    await using provider = await ProviderStack.create(
      `if (!config.get('done')) {
         const read = new Thing('Echo', 'read', { echo: undefined }, { id: 'foundling' } as pulumi.CustomResourceOptions);
         new Thing('Echo', 'reader', { echo: read.echo });
       }`,
      { wire },
    );
    const { stack } = provider;
    await provider.make('foundling', { echo: 'found' });
    expect((await stack.mustUp()).steps).toContain('read read');
    expect(await stack.resource('read')).toMatchObject({ external: true, outputs: { echo: 'found' } });
    expect(await provider.thing('reader')).toEqual({ echo: 'found' });
    await stack.config('done', 'yes');
    expect((await stack.mustUp()).steps).toEqual(expect.arrayContaining(['discard read', 'delete reader']));
    expect(await provider.things()).toEqual(['foundling']);
  });
});
