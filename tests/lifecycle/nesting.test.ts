import { type PropertyMap, type PropertyValue, Secret } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World, worldWith } from './harness/world.ts';

function nested(levels: number, around: (value: PropertyValue) => PropertyValue): PropertyValue {
  let value: PropertyValue = 'core';
  for (let level = 0; level < levels; level += 1) value = around(value);
  return value;
}

const cyclic: Record<string, PropertyValue> = {};
cyclic.self = cyclic;

/** What no walk over a value must ever be given. */
const endless: readonly (readonly [string, PropertyValue])[] = [
  ['maps', nested(20_000, (value) => ({ value }))],
  ['lists', nested(20_000, (value) => [value])],
  ['secrets', nested(20_000, (value) => new Secret(value))],
  ['a circle', cyclic],
];

const keeper: ProgramBody = async (program) => {
  await program.thing('kept', { name: 'kept' });
};

async function stackWithKept(): Promise<TestStack> {
  const stack = new TestStack(new World());
  await stack.up(keeper);
  return stack;
}

test.each(endless)('an input of endless %s is refused by name, and nothing is lost', async (_, value) => {
  const stack = await stackWithKept();
  const body: ProgramBody = async (program) => {
    await program.thing('deep', { name: 'deep', config: value });
  };
  const message =
    "input 'config' of test:index:Thing 'deep' is nested deeper than 256 levels, or holds itself\nA value like that can be neither sent nor recorded.";
  expect((await stack.preview(body)).errors).toContain(message);
  expect((await stack.up(body)).errors).toContain(message);
  expect(stack.records()).toEqual(['kept = kept']);
  expect(stack.world.names()).toEqual(['kept']);
});

test.each(endless)('outputs of endless %s are refused by the name of the component', async (_, value) => {
  const stack = await stackWithKept();
  const run = await stack.up(async (program) => {
    await keeper(program);
    const { urn } = await program.component('group');
    await program.monitor.registerResourceOutputs(urn, { config: value });
  });
  expect(run.result).toBe('failed');
  expect(run.errors[0]).toContain("output 'config' of test:index:Group 'group' is nested deeper than 256 levels");
  expect(stack.world.names()).toEqual(['kept']);
});

test.each(endless)('what a transform makes of endless %s is refused like what a program declares', async (_, value) => {
  const stack = await stackWithKept();
  const run = await stack.up(async (program) => {
    program.monitor.registerStackTransform(async ({ inputs, options }) => ({
      inputs: { ...inputs, config: value },
      options,
    }));
    await program.thing('deep', { name: 'deep' });
  });
  expect(run.errors[0]).toContain("input 'config' of test:index:Thing 'deep' is nested deeper than 256 levels");
  expect(stack.world.names()).toEqual(['kept']);
});

test.each(endless)('arguments of endless %s are refused by the name of the function', async (_, value) => {
  const stack = await stackWithKept();
  const run = await stack.up(async ({ monitor }) => {
    await monitor.invoke({ token: 'test:index:echo', args: { text: value }, dependsOn: [] });
  });
  expect(run.errors[0]).toContain("argument 'text' of test:index:echo is nested deeper than 256 levels");
  expect(stack.world.names()).toEqual(['kept']);
});

/** What a provider answers, with `value` in the property `config`. */
function withConfig(value: PropertyValue): (values: PropertyMap) => PropertyMap {
  return (values) => ({ ...values, config: value });
}

const one =
  (size: number): ProgramBody =>
  async (program) => {
    await program.thing('one', { name: 'one', size });
  };

test.each(endless)('a provider that answers Check with endless %s is told apart from the program', async (_, value) => {
  const marred = withConfig(value);
  const world = worldWith(({ check }) => ({
    check: async (request) => {
      const answer = await check(request);
      return { ...answer, inputs: marred(answer.inputs) };
    },
  }));
  const run = await new TestStack(world).up(one(1));
  expect(run.errors[0]).toContain(
    "the provider of test:index:Thing answered Check with inputs whose 'config' is nested deeper than 256 levels",
  );
});

test.each(endless)('what a provider has made is recorded, whatever endless %s it answers', async (_, value) => {
  const marred = withConfig(value);
  const world = worldWith(({ create, update }) => ({
    create: async (request, context) => {
      const answer = await create(request, context);
      return request.isPreview ? answer : { ...answer, outputs: marred(answer.outputs) };
    },
    update: async (request, context) => {
      const answer = await update(request, context);
      return request.isPreview ? answer : { ...answer, outputs: marred(answer.outputs) };
    },
  }));
  const stack = new TestStack(world);
  const reason = "the provider answered with an output 'config' that is nested deeper than 256 levels";
  for (const size of [1, 2]) {
    const run = await stack.up(one(size));
    expect(run.result).toBe('failed');
    expect(run.errors[0]).toContain(reason);
    expect(stack.records()).toEqual(['one = one']);
    expect(stack.snapshot.pendingOperations).toEqual([]);
    expect(stack.snapshot.resources.at(-1)?.outputs).toEqual({ name: 'one', size, serial: 'serial-of-one' });
  }
});

test.each(endless)('a refresh that finds endless %s fails and keeps the record', async (_, value) => {
  const marred = withConfig(value);
  const world = worldWith(({ read }) => ({
    read: async (request, context) => {
      const answer = await read(request, context);
      return answer === undefined ? undefined : { ...answer, outputs: marred(answer.outputs) };
    },
  }));
  const stack = new TestStack(world);
  await stack.up(one(1));
  const before = stack.snapshot;
  const run = await stack.refresh();
  expect(run.errors[0]).toContain("answered Read with outputs whose 'config' is nested deeper than 256 levels");
  expect(stack.snapshot.resources).toEqual(before.resources);
});
