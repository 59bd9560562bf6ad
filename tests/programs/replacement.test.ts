import { describe, expect, test } from 'vitest';
import { wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

describe.each(wires)('replacement over the %s wire', (wire) => {
  test('spreads to what goes with, follows, is triggered, and minds its changes; the others stay', async () => {
    await using provider = await ProviderStack.create(
      `const value = config.get('value') ?? 'one';
       const host = new Thing('Named', 'host', { name: 'host-' + value });
       new Thing('Echo', 'guest', {}, { deletedWith: host });
       new Thing('Echo', 'follower', {}, { replaceWith: [host] });
       new Thing('Echo', 'triggered', {}, { replacementTrigger: value });
       new Thing('Echo', 'minding', { echo: { deep: value }, other: 'x' }, { replaceOnChanges: ['echo'] });
       new Thing('Echo', 'calm', { echo: value });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    await stack.config('value', 'two');
    const preview = await stack.preview();
    const { steps, report } = await stack.mustUp();
    expect(report.summary.changes).toEqual({ replace: 5, update: 1, same: 1 });
    expect(preview.report.summary.changes).toEqual(report.summary.changes);
    expect(steps).toEqual(expect.arrayContaining(['update calm', 'replace guest', 'replace follower']));
    // The former guest went with its host: nobody had to delete it.
    expect((await provider.things()).filter((name) => name === 'guest')).toHaveLength(2);
    expect((await provider.things()).filter((name) => name !== 'guest')).toEqual([
      'calm',
      'follower',
      'host',
      'minding',
      'triggered',
    ]);
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 7 });
  });

  test('that must delete first takes along the dependents that cannot outlive it, in order', async () => {
    await using provider = await ProviderStack.create(
      `const base = new Thing('Named', 'base', { name: 'fixed', kind: config.get('kind') ?? 'a', echo: 'x' });
       new Thing('Named', 'dependent', { name: 'dependent', kind: base.echo });
       new Thing('Echo', 'loose', { echo: base.echo });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    await stack.config('kind', 'b');
    const { steps } = await stack.mustUp();
    const order = ['delete-replaced dependent', 'delete-replaced base', 'create-replacement base'];
    expect(steps.filter((step) => order.includes(step))).toEqual(order);
    expect(steps.indexOf('create-replacement dependent')).toBeGreaterThan(steps.indexOf('create-replacement base'));
    expect(steps.filter((step) => step.endsWith(' loose'))).toEqual(['same loose']);
    expect(await provider.things()).toEqual(['base', 'dependent', 'loose']);
  });

  test('that is interrupted between deletion and creation goes on with the next update', async () => {
    await using provider = await ProviderStack.create(
      `const base = new Thing('Named', 'base', { name: 'fixed', kind: config.get('kind') ?? 'a', echo: 'x' });
       new Thing('Echo', 'dependent', { echo: base.echo });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    await stack.config('kind', 'b');
    provider.behave({ mischief: { create: 'crashes' } });
    expect((await stack.up()).result).toBe('failed');
    expect(await provider.things()).toEqual(['dependent']);
    expect(await stack.resource('base')).toMatchObject({ pendingReplacement: true });
    provider.behave({});
    await stack.mustUp();
    expect(await provider.thing('base')).toMatchObject({ kind: 'b' });
    expect(await stack.resource('base')).not.toHaveProperty('pendingReplacement');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
  });

  test('leaves several former ones of a resource behind when they cannot be deleted, and all go when they can', async () => {
    await using provider = await ProviderStack.create(
      `new Thing('Sticky', 'sticky', { echo: config.get('value') ?? 'one' }, { replaceOnChanges: ['echo'] });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    await provider.ask('stuck');
    for (const value of ['two', 'three']) {
      await stack.config('value', value);
      expect((await stack.up()).errors.join('\n')).toContain('it is stuck');
    }
    const { resources } = await stack.exported();
    const sticky = resources.filter(({ urn }) => urn.endsWith('::sticky'));
    expect(sticky.filter((record) => record.delete === true).map(({ inputs }) => inputs?.echo)).toHaveLength(2);
    expect(new Set(sticky.map(({ id }) => id)).size).toBe(3);
    await provider.ask('stuck', false);
    const { steps } = await stack.mustUp();
    expect(steps.filter((step) => step === 'delete-replaced sticky')).toHaveLength(2);
    expect(await provider.thing('sticky')).toEqual({ echo: 'three' });
  });
});
