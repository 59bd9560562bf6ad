import { Unknown } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

function worldWith(...ids: string[]): World {
  const world = new World();
  for (const id of ids) world.things.set(id, { id, type: 'test:index:Thing', props: { name: id, size: 1 } });
  return world;
}

const reading =
  (id: string): ProgramBody =>
  async (program) => {
    await program.read('r', id);
  };

test('what is read is recorded as external, and reading the same again writes nothing', async () => {
  const stack = new TestStack(worldWith('x'));
  const run = await stack.up(reading('x'));
  expect(run.events).toEqual(['read r', 'create proj-dev', 'succeeded: 1 create']);
  expect(stack.snapshot.resources.at(-1)).toMatchObject({ ownership: 'external', id: 'x', outputs: { size: 1 } });
  expect((await stack.up(reading('x'))).journal).toEqual([]);
});

test('what is read again and has changed counts as a change', async () => {
  const stack = new TestStack(worldWith('x'));
  await stack.up(reading('x'));
  stack.world.things.set('x', { id: 'x', type: 'test:index:Thing', props: { name: 'x', size: 2 } });
  expect((await stack.up(reading('x'))).changes).toEqual({ read: 1, same: 1 });
});

test('another thing under the same name takes its place, and the first is only forgotten', async () => {
  const stack = new TestStack(worldWith('x', 'y'));
  await stack.up(reading('x'));
  expect((await stack.up(reading('y'))).events).toMatchInlineSnapshot(`
    [
      "read-replacement r",
      "replace r",
      "discard-replaced r",
      "same proj-dev",
      "succeeded: 1 same, 1 read-replacement, 1 replace",
    ]
  `);
  expect(stack.world.names()).toEqual(['x', 'y']);
  expect(stack.records()).toEqual(['r = y']);
});

test('what is no longer read is forgotten, not deleted', async () => {
  const stack = new TestStack(worldWith('x'));
  await stack.up(reading('x'));
  expect((await stack.up(async () => {})).events).toMatchInlineSnapshot(`
    [
      "discard r",
      "same proj-dev",
      "succeeded: 1 same, 1 discard",
    ]
  `);
  expect(stack.world.names()).toEqual(['x']);
});

test('a thing that does not exist cannot be read', async () => {
  const stack = new TestStack(new World());
  expect((await stack.up(reading('x'))).errors).toMatchInlineSnapshot(`
    [
      "resource 'x' does not exist",
      "update failed",
    ]
  `);
});

test('a resource that was only read becomes ours by a new one of our own', async () => {
  const stack = new TestStack(worldWith('x'));
  await stack.up(reading('x'));
  const run = await stack.up(async (program) => {
    await program.thing('r');
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "create-replacement r",
      "replace r",
      "discard-replaced r",
      "same proj-dev",
      "succeeded: 1 same, 1 replace",
    ]
  `);
  expect(stack.world.names()).toEqual(['r-1', 'x']);
});

test('a resource of ours that the program only reads is given up and deleted', async () => {
  const stack = new TestStack(worldWith('x'));
  await stack.up(async (program) => {
    await program.thing('r');
  });
  expect((await stack.up(reading('x'))).events).toMatchInlineSnapshot(`
    [
      "read-replacement r",
      "replace r",
      "delete-replaced r",
      "same proj-dev",
      "succeeded: 1 same, 1 read-replacement, 1 replace",
    ]
  `);
  expect(stack.world.names()).toEqual(['x']);
});

test('without an id, which only a preview lacks, all about it is unknown', async () => {
  const stack = new TestStack(new World());
  const run = await stack.preview(async (program) => {
    const { outputs } = await program.read('r', undefined, { inputs: { size: 1 } });
    expect(Object.keys(outputs)).toEqual(['size']);
  });
  expect(run.errors).toEqual([]);
});

test('a resource of ours that is now only read by the id it has is let go: it stays, and nothing deletes it', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('r', { name: 'x' });
  });
  const run = await stack.up(reading('x'));
  expect(run.events).toEqual(['read r', 'same proj-dev', 'succeeded: 1 same']);
  expect(stack.snapshot.resources.at(-1)).toMatchObject({ ownership: 'external', id: 'x' });
  await stack.destroy();
  expect(stack.world.names()).toEqual(['x']);
});

test('a program may ask whether a thing exists, which declares nothing', async () => {
  const stack = new TestStack(new World());
  const answers: (boolean | undefined)[] = [];
  const body: ProgramBody = async ({ monitor, thing, resource }) => {
    const made = await thing('a', { name: 'a' });
    const mine = await resource(
      'pulumi:providers:test',
      'mine',
      monitor.info.isDryRun ? { region: new Unknown() } : {},
    );
    const question = { type: 'test:index:Thing', inputs: {} };
    const provider = `${mine.urn}::${mine.id}`;
    answers.push(
      await monitor.existsResource({ ...question, id: made.id || undefined }),
      await monitor.existsResource({ ...question, id: 'nobody' }),
      await monitor.existsResource({ ...question, id: 'a', provider }),
    );
  };
  expect((await stack.preview(body)).errors).toEqual([]);
  expect(answers.splice(0)).toEqual([undefined, false, undefined]);
  expect((await stack.up(body)).changes).toEqual({ create: 3 });
  expect(answers.splice(0)).toEqual([true, false, true]);
  expect((await stack.up(body)).journal).toEqual([]);
});

test.each([
  { what: 'by the id it has', id: 'x' },
  { what: 'by another id', id: 'y' },
])('a resource of ours that is no target is not given up for one that is read $what', async ({ id }) => {
  const stack = new TestStack(new World());
  stack.world.things.set('y', { id: 'y', type: 'test:index:Thing', props: { name: 'y', serial: 'of another' } });
  await stack.up(async (program) => {
    await program.thing('a', { name: 'x' });
    await program.thing('b', { name: 'b' });
  });
  const before = stack.snapshot.resources;
  const serials: unknown[] = [];
  const { result, events } = await stack.up(
    async (program) => {
      serials.push((await program.read('a', id)).outputs.serial);
      await program.thing('b', { name: 'b', size: 2 });
    },
    { request: { options: { targets: ['**::b'] } } },
  );
  expect({ result, serials }).toEqual({ result: 'succeeded', serials: ['serial-of-x'] });
  expect(events).toContain('update b (size)');
  expect(stack.snapshot.resources.filter((state) => state.id === 'x')).toEqual(
    before.filter((state) => state.id === 'x'),
  );
  expect(stack.world.names()).toEqual(['b', 'x', 'y']);
});

test('what is only read is not protected with its parent', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('there', { id: 'there', type: 'test:index:Thing', props: { name: 'there' } });
  await stack.up(async (program) => {
    const group = await program.component('group', { protect: true });
    const asked = { type: 'test:index:Thing', name: 'a', id: 'there', parent: group.urn, inputs: {} };
    await program.monitor.readResource({ ...asked, dependencies: [], additionalSecretOutputs: [], stackTrace: [] });
  });
  expect(stack.snapshot.resources.find(({ ownership }) => ownership === 'external')?.isProtected).toBe(false);
});

test('what is only read under a parent that has moved takes those along that refer to it', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const group = await program.component('group');
    const a = await program.thing('a', { name: 'x' }, { parent: group.urn });
    await program.thing('user', {}, { dependencies: [a.urn] });
  });
  const { result } = await stack.up(
    async (program) => {
      const outer = await program.component('outer');
      const aliases = [{ kind: 'spec', parent: { kind: 'urn', urn: program.stackUrn } }] as const;
      const group = await program.component('group', { parent: outer.urn, aliases });
      const asked = { type: 'test:index:Thing', name: 'a', id: 'x', parent: group.urn, inputs: {} };
      await program.monitor.readResource({ ...asked, dependencies: [], additionalSecretOutputs: [], stackTrace: [] });
    },
    { request: { options: { excludes: ['**::user'] } } },
  );
  expect(result).toBe('succeeded');
  const [user] = stack.snapshot.resources.filter(({ urn }) => urn.endsWith('::user'));
  expect(user?.dependencies).toEqual(['urn:pulumi:dev::proj::test:index:Group$test:index:Group$test:index:Thing::a']);
});
