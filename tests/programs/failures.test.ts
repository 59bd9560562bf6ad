import { readdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually, processesWithEnv } from '../support/processes.ts';
import { type ProgramRun, wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

const said = ({ diagnostics }: ProgramRun) => diagnostics.map(({ message }) => message.trim());

describe.each(wires)('over the %s wire', (wire) => {
  test('after a failure the others go on with their hooks when they are told to, and what depends on it is skipped', async () => {
    await using provider = await ProviderStack.create(
      `const told = new pulumi.ResourceHook('told', (args) => { console.log('made ' + args.name); });
       const refuses = new pulumi.ResourceHook('refuses', () => { throw new Error('not this one'); });
       const flaky = new Thing('Flaky', 'flaky', { echo: 'x' }, { hooks: { afterCreate: [told] } });
       new Thing('Echo', 'dependent', { echo: flaky.echo }, { hooks: { afterCreate: [told] } });
       new Thing('Echo', 'free', {}, { hooks: { afterCreate: [told] } });
       new Thing('Echo', 'refused', {}, { hooks: { beforeCreate: [refuses] } });`,
      { wire },
    );
    const { stack } = provider;
    await provider.ask('busy');
    const run = await stack.up({ continueOnError: true });
    expect(run.result).toBe('failed');
    expect(run.errors).toEqual(expect.arrayContaining(['it is busy', 'before hook "refuses" failed: not this one']));
    expect(said(run).filter((line) => line.startsWith('made '))).toEqual(['made free']);
    expect(await provider.things()).toEqual(['free']);
  });

  test('an error hook has a creation, an update and a deletion tried again', async () => {
    await using provider = await ProviderStack.create(
      `const again = new pulumi.ErrorHook('again', async ({ failedOperation, name, errors }) => {
         console.log(failedOperation + ' of ' + name + ': ' + errors.length);
         return true;
       });
       new Thing('Flaky', 'flaky', { echo: config.get('value') ?? 'one' }, { hooks: { onError: [again] } });`,
      { wire },
    );
    const { stack } = provider;
    const told = async (run: Promise<ProgramRun>) => {
      const ended = await run;
      expect(ended.result).toBe('succeeded');
      return said(ended).filter((line) => line.includes(' of flaky: '));
    };
    await provider.ask('busy');
    expect(await told(stack.up())).toEqual(['create of flaky: 1']);
    await stack.config('value', 'two');
    await provider.ask('busy');
    expect(await told(stack.up())).toEqual(['update of flaky: 1']);
    expect(await provider.thing('flaky')).toEqual({ echo: 'two' });
    await provider.ask('busy');
    expect(await told(stack.destroy({ runProgram: true }))).toEqual(['delete of flaky: 1']);
    expect(await provider.things()).toEqual([]);
  });

  test('a thing whose provider wants it read before each update is mended by an unchanged program', async () => {
    await using provider = await ProviderStack.create(`new Thing('Watched', 'watched', { echo: 'one' });`, { wire });
    const { stack } = provider;
    await stack.mustUp();
    expect(await stack.resource('watched')).toMatchObject({ refreshBeforeUpdate: true });
    await provider.drift('watched', { echo: 'drifted' });
    expect((await stack.mustUp()).steps).toContain('update watched');
    expect(await provider.thing('watched')).toEqual({ echo: 'one' });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 });
  });

  const patient = `
const slow = new Thing('Slow', 'slow', { echo: 'x' });
new Thing('Echo', 'next', { echo: slow.echo });
setInterval(() => {}, 1000);
`;

  async function interrupted() {
    const provider = await ProviderStack.create(patient, { wire });
    const [drain, terminate] = [new AbortController(), new AbortController()];
    const run = provider.stack.up({ drain: drain.signal, terminate: terminate.signal });
    expect(await eventually(async () => (await readdir(provider.world)).includes('began%20slow.json'), 30_000)).toBe(
      true,
    );
    drain.abort();
    await nextTurn();
    return { provider, run, terminate };
  }

  test('the first interrupt ends the program and records what was under way; nothing new begins', async () => {
    const { provider, run } = await interrupted();
    await using _ = provider;
    const { stack } = provider;
    await provider.ask('go');
    expect((await run).result).toBe('cancelled');
    expect(await provider.things()).toEqual(['slow']);
    expect((await stack.resource('slow')).outputs).toEqual({ echo: 'x' });
    expect(await stack.exported()).not.toHaveProperty('pending_operations');
    expect(await processesWithEnv(provider.world)).toEqual([]);
    await provider.program(patient.replace('setInterval(() => {}, 1000);', ''));
    expect((await stack.mustUp()).steps).toEqual(expect.arrayContaining(['same slow', 'create next']));
  });

  test('the second interrupt waits for nothing, and leaves in doubt what was under way', async () => {
    const { provider, run, terminate } = await interrupted();
    await using _ = provider;
    terminate.abort();
    expect((await run).result).toBe('cancelled');
    expect(await provider.stack.exported()).toMatchObject({ pending_operations: [{ type: 'creating' }] });
    expect(await eventually(async () => (await processesWithEnv(provider.world)).length === 0, 20_000)).toBe(true);
  });
});
