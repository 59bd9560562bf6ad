import {
  type CallRequest,
  InvalidInputsError,
  type MonitorCallRequest,
  OutputValue,
  ResourceReference,
  Secret,
  Unknown,
  type Urn,
} from '@radiant/model';
import { expect, test } from 'vitest';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const token = 'test:index:Thing/measure';

/** A stack whose things can be measured, and what the method was asked. */
function measured(): { readonly stack: TestStack; readonly asked: CallRequest[] } {
  const world = new World();
  const asked: CallRequest[] = [];
  world.methods.set(token, async (request) => {
    asked.push(request);
    return { result: { length: 3 }, resultDependencies: {}, failures: [] };
  });
  return { stack: new TestStack(world), asked };
}

function call(args: MonitorCallRequest['args'], fields: Partial<MonitorCallRequest> = {}): MonitorCallRequest {
  return { token, args, argDependencies: {}, ...fields };
}

const providersOf = ({ snapshot }: TestStack) =>
  snapshot.resources.filter(({ type }) => type.startsWith('pulumi:providers:')).map(({ urn }) => urn.split('::')[3]);

test('a method is served by the provider of its resource', async () => {
  const { stack, asked } = measured();
  await stack.up(async (program) => {
    const provider = await program.resource('pulumi:providers:test', 'mine');
    const made = await program.thing('a', {}, { provider: `${provider.urn}::${provider.id}` });
    const answer = await program.monitor.call(call({ __self__: new ResourceReference(made.urn, made.id) }));
    expect(answer).toEqual({ result: { length: 3 }, resultDependencies: { length: [] }, failures: [] });
  });
  expect(asked).toHaveLength(1);
  expect(providersOf(stack)).toEqual(['mine']);
});

test('without a resource it is served by the default provider of its package', async () => {
  const { stack } = measured();
  await stack.up(async (program) => {
    await program.monitor.call(call({ text: 'x' }));
  });
  expect(providersOf(stack)).toEqual(['default']);
});

test('a method of a component is served by the provider that the component was given', async () => {
  const { stack } = measured();
  await stack.up(async (program) => {
    const provider = await program.resource('pulumi:providers:test', 'mine');
    const group = await program.component('group', { providers: { test: `${provider.urn}::${provider.id}` } });
    await program.monitor.call(call({ __self__: new ResourceReference(group.urn, undefined) }));
  });
  expect(providersOf(stack)).toEqual(['mine']);
});

test('a method of a provider is served by that provider itself, planned ones included', async () => {
  const { stack } = measured();
  stack.world.methods.set('pulumi:providers:test/whoami', async () => ({
    result: { name: 'mine' },
    resultDependencies: {},
    failures: [],
  }));
  const answers: unknown[] = [];
  const body: ProgramBody = async (program) => {
    const { urn, id } = await program.resource('pulumi:providers:test', 'mine');
    const known = program.monitor.info.isDryRun ? new Unknown({ urn }) : id;
    const self = new ResourceReference(urn, known);
    const { result } = await program.monitor.call(call({ __self__: self }, { token: 'pulumi:providers:test/whoami' }));
    answers.push(result);
  };
  expect((await stack.preview(body)).errors).toEqual([]);
  expect((await stack.up(body)).errors).toEqual([]);
  expect(answers).toEqual([{ name: 'mine' }, { name: 'mine' }]);
  expect(providersOf(stack)).toEqual(['mine']);
});

test('a method of a provider without the provider is a fault of the SDK', async () => {
  const { stack } = measured();
  const { errors } = await stack.up(async (program) => {
    await program.monitor.call(call({}, { token: 'pulumi:providers:test/whoami' }));
  });
  expect(errors[0]).toContain("missing __self__ argument for provider method call 'pulumi:providers:test/whoami'");
});

test('the provider hears secrets and unknowns as output values, and what every argument came by', async () => {
  const { stack, asked } = measured();
  await stack.preview(async (program) => {
    const a = await program.thing('a');
    const b = await program.thing('b');
    await program.monitor.call(
      call(
        { secret: new Secret('s3cret'), unknown: new Unknown(), of: new OutputValue('x', false, [a.urn]), plain: 1 },
        { argDependencies: { of: [b.urn] } },
      ),
    );
  });
  const urn = (name: string) => `urn:pulumi:dev::proj::test:index:Thing::${name}` as Urn;
  expect(asked[0]?.args).toEqual({
    secret: new OutputValue('s3cret', true, []),
    unknown: new OutputValue(undefined, false, []),
    of: new OutputValue('x', false, [urn('a')]),
    plain: 1,
  });
  expect(asked[0]?.argDependencies).toEqual({ secret: [], unknown: [], of: [urn('b'), urn('a')], plain: [] });
});

test('what comes back as output values is told as secrets, unknowns and dependencies', async () => {
  const { stack } = measured();
  await stack.preview(async (program) => {
    const a = await program.thing('a');
    stack.world.methods.set(token, async () => ({
      result: { key: new OutputValue('canary', true, [a.urn]), later: new OutputValue(undefined, false, []) },
      resultDependencies: { later: [a.urn] },
      failures: [],
    }));
    const { result, resultDependencies } = await program.monitor.call(call({}));
    expect(result).toEqual({ key: new Secret('canary'), later: new Unknown() });
    expect(resultDependencies).toEqual({ key: [a.urn], later: [a.urn] });
  });
});

test('failures that the method reports itself are the program`s to judge', async () => {
  const { stack } = measured();
  const failures = [{ property: 'text', reason: 'not today' }];
  stack.world.methods.set(token, async () => ({ result: {}, resultDependencies: {}, failures }));
  const run = await stack.up(async (program) => {
    expect((await program.monitor.call(call({}))).failures).toEqual(failures);
  });
  expect(run.result).toBe('succeeded');
});

test.each(['preview', 'up'] as const)(
  'a method that fails ends the %s, named, and nothing is deleted',
  async (kind) => {
    const { stack } = measured();
    await stack.up(async (program) => {
      await program.thing('a', { name: 'a' });
    });
    stack.world.methods.set(token, async () => {
      throw new InvalidInputsError('bad measure', [{ property: 'text', reason: 'no number' }]);
    });
    const run = await stack[kind](async (program) => {
      await program.monitor.call(call({ text: 'x' }));
    });
    expect(run.result).toBe('failed');
    expect(run.errors).toEqual([
      `call to function '${token}' failed: bad measure\n\t\t- property text with value '{x}' has a problem: no number`,
    ]);
    expect(run.changes.delete).toBeUndefined();
    expect(stack.world.names()).toEqual(['a']);
  },
);

test('where the provider cannot be configured yet, a preview has nothing to answer', async () => {
  const { stack, asked } = measured();
  await stack.preview(async (program) => {
    const a = await program.thing('a');
    const region = { region: a.outputs.serial! };
    const provider = await program.resource('pulumi:providers:test', 'mine', region, from(a, 'region'));
    const answer = await program.monitor.call(call({}, { provider: `${provider.urn}::${provider.id}` }));
    expect(answer).toEqual({ result: {}, resultDependencies: {}, failures: [] });
  });
  expect(asked).toEqual([]);
});
