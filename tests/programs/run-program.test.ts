import { describe, expect, test } from 'vitest';
import { type ProgramRun, wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

const program = `
const provider = new Provider('mine', { prefix: config.get('prefix') ?? 'a-' });
const hook = new pulumi.ResourceHook('hook', (args) => { console.log('before the end of ' + args.name); });
const base = new Thing('Echo', 'base', { echo: config.get('value') ?? 'one' }, { provider, hooks: { beforeDelete: [hook] } });
new Thing('Echo', 'other', { echo: base.echo }, { provider });
if (config.get('more')) new Thing('Echo', 'new', {}, { provider });
`;

const said = ({ diagnostics }: ProgramRun) => diagnostics.map(({ message }) => message.trim());

describe.each(wires)('over the %s wire', (wire) => {
  test('a refresh that runs the program reads what it declares, makes nothing, and an update so refreshed mends', async () => {
    await using provider = await ProviderStack.create(program, { wire });
    const { stack } = provider;
    await stack.mustUp();
    await provider.drift('base', { echo: 'drifted' });
    await stack.config('more', 'yes');
    await stack.config('value', 'two');
    const refreshed = await stack.refresh({ runProgram: true });
    expect(refreshed.result).toBe('succeeded');
    expect((await stack.resource('base')).outputs).toEqual({ echo: 'drifted' });
    expect(await provider.things()).toEqual(['base', 'other']);
    const { steps } = await stack.mustUp({ refresh: true, runProgram: true });
    expect(steps).toEqual(expect.arrayContaining(['update base', 'create new']));
    expect(await provider.thing('other')).toEqual({ echo: 'two' });
  });

  test('a destruction that runs the program runs its delete hooks; one that does not destroys nothing', async () => {
    await using provider = await ProviderStack.create(program, { wire });
    const { stack } = provider;
    await stack.mustUp();
    expect((await stack.destroy()).errors.join('\n')).toContain('radiant destroy --run-program');
    expect(await provider.things()).toEqual(['base', 'other']);
    const preview = await stack.preview({ of: 'destroy', runProgram: true });
    expect(preview.report.summary.changes.delete).toBe(4);
    expect(said(preview)).not.toContain('before the end of base');
    const destroyed = await stack.destroy({ runProgram: true });
    expect(destroyed.result).toBe('succeeded');
    expect(said(destroyed)).toContain('before the end of base');
    expect(await provider.things()).toEqual([]);
    expect((await stack.exported()).resources).toEqual([]);
  });

  test('a destruction whose program fails deletes nothing', async () => {
    await using provider = await ProviderStack.create(program, { wire });
    const { stack } = provider;
    await stack.mustUp();
    await provider.program(`${program}throw new Error('not today');`);
    const { result, errors } = await stack.destroy({ runProgram: true });
    expect(result).toBe('failed');
    expect(errors.join('\n')).toContain('not today');
    expect(await provider.things()).toEqual(['base', 'other']);
  });
});
