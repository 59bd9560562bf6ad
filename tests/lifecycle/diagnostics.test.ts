import type { Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const urn = (name: string) => `urn:pulumi:dev::proj::test:index:Thing::${name}` as Urn;

/** The errors of an update, and of its preview; nothing may have been created. */
async function refusals(body: ProgramBody): Promise<readonly string[]> {
  const stack = new TestStack(new World());
  const preview = await stack.preview(body);
  const run = await stack.up(body);
  expect(run.result).toBe('failed');
  expect(stack.world.names()).toEqual([]);
  expect(preview.errors).toEqual(run.errors);
  return run.errors;
}

test('a reference that is no reference to a provider is named (2006)', async () => {
  const errors = await refusals(async (program) => {
    await program.thing('a', {}, { provider: 'what' });
  });
  expect(errors).toEqual([
    `bad provider reference 'what' for resource '${urn('a')}': it is not the URN and id of a provider`,
  ]);
});

test('a provider that nobody has declared is named (2007)', async () => {
  const provider = 'urn:pulumi:dev::proj::pulumi:providers:test::nobody::id';
  const errors = await refusals(async (program) => {
    await program.thing('a', {}, { provider });
  });
  expect(errors).toEqual([`unknown provider '${provider}' for resource '${urn('a')}'`]);
});

test('a step that a preview sees fail says that it is a preview (2005), one of an update does not (2000)', async () => {
  const stack = new TestStack(new World());
  const provider = stack.world.provider.bind(stack.world);
  stack.world.provider = () => ({
    ...provider(),
    create: async () => {
      throw new Error('no room');
    },
  });
  const body: ProgramBody = async (program) => {
    await program.thing('a');
  };
  expect((await stack.preview(body)).errors).toEqual(['Preview failed: no room', 'preview failed']);
  expect((await stack.up(body)).errors).toEqual(['no room', 'update failed']);
});

const circles: readonly (readonly [string, string, string, string | undefined, ProgramBody])[] = [
  [
    'itself',
    'dependency',
    'a',
    'It depends on itself.',
    async (program) => {
      await program.thing('a', {}, { dependencies: [urn('a')] });
    },
  ],
  [
    'nothing',
    'dependency',
    'none',
    undefined,
    async (program) => {
      await program.thing('a', {}, { dependencies: [urn('none')] });
    },
  ],
  [
    'what comes later',
    'dependency',
    'b',
    undefined,
    async (program) => {
      await program.thing('a', {}, { dependencies: [urn('b')] });
      await program.thing('b', {}, { dependencies: [urn('a')] });
    },
  ],
  [
    'nothing by a property',
    'dependency (of size)',
    'none',
    undefined,
    async (program) => {
      await program.thing('a', { size: 1 }, { propertyDependencies: { size: [urn('none')] } });
    },
  ],
  [
    'nothing that it is deleted with',
    'deletedWith',
    'none',
    undefined,
    async (program) => {
      await program.thing('a', {}, { deletedWith: urn('none') });
    },
  ],
  [
    'nothing that it is replaced with',
    'replaceWith',
    'none',
    undefined,
    async (program) => {
      await program.thing('a', {}, { replaceWith: [urn('none')] });
    },
  ],
];

test.each(circles)(
  'a resource that depends on %s is refused before it is created',
  async (_, what, name, cause, body) => {
    expect(await refusals(body)).toEqual([
      `resource ${urn('a')} ${what} ${urn(name)} refers to missing resource\n` +
        (cause ?? 'The program has not declared that one, or not before this one.'),
    ]);
  },
);

test('what is read cannot depend on nothing either', async () => {
  const errors = await refusals(async ({ monitor, stackUrn }) => {
    const base = { parent: stackUrn, inputs: {}, additionalSecretOutputs: [], stackTrace: [] };
    await monitor.readResource({ ...base, type: 'test:index:Thing', name: 'r', id: 'x', dependencies: [urn('none')] });
  });
  expect(errors[0]).toContain(`resource ${urn('r')} dependency ${urn('none')} refers to missing resource`);
});

test.each(['constructor:x:Y', '__proto__:x:Y', 'toString:x:Y'])(
  'a package may be called anything: %s',
  async (type) => {
    const errors = await refusals(async (program) => {
      await program.resource(type, 'a');
    });
    expect(errors).toEqual([`nobody serves package ${type.split(':')[0]}`]);
  },
);
