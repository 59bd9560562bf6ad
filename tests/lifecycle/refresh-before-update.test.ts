import { describe, expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const sized =
  (size: number, options = {}): ProgramBody =>
  async (program) => {
    await program.thing('a', { name: 'a', size }, options);
  };

/** A stack with one thing, whose provider wants it read before each update. */
async function startedStack(): Promise<TestStack> {
  const stack = new TestStack(new World());
  stack.world.wantsRefresh = true;
  await stack.up(sized(1));
  stack.world.calls.length = 0;
  return stack;
}

function drift({ world }: TestStack, size: number): void {
  world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a', size, serial: 'serial-of-a' } });
}

const flag = ({ snapshot }: TestStack) => snapshot.resources.find(({ id }) => id === 'a')?.refreshBeforeUpdate;

describe('a provider that wants a resource read before each update', () => {
  test('is asked when it is declared again, and nothing more is done when nothing has changed', async () => {
    const stack = await startedStack();
    const run = await stack.up(sized(1));
    expect(stack.world.calls).toContain('read a');
    expect([run.changes, run.journal]).toEqual([{ same: 2 }, []]);
    expect(run.events.filter((line) => line.endsWith(' a'))).toEqual(['same a', 'same a']);
    expect(flag(stack)).toBe(true);
  });

  test('has what drifted set right, and a preview says so', async () => {
    const stack = await startedStack();
    drift(stack, 7);
    const preview = await stack.preview(sized(1));
    expect(preview.events).toMatchInlineSnapshot(`
      [
        "update a (size)",
        "update a (size)",
        "same proj-dev",
        "succeeded: 1 same, 1 update",
      ]
    `);
    const run = await stack.up(sized(1));
    expect(run.events).toEqual(preview.events);
    expect(stack.world.things.get('a')?.props.size).toBe(1);
  });

  test('has what is gone made again', async () => {
    const stack = await startedStack();
    stack.world.things.delete('a');
    const run = await stack.up(sized(1));
    expect(run.events).toMatchInlineSnapshot(`
      [
        "delete a",
        "create a",
        "same proj-dev",
        "succeeded: 1 same, 1 create",
      ]
    `);
    expect([stack.world.names(), stack.records()]).toEqual([['a'], ['a = a']]);
  });

  test('has another thing adopted in the place of what is gone', async () => {
    const stack = await startedStack();
    stack.world.things.delete('a');
    stack.world.things.set('b', { id: 'b', type: 'test:index:Thing', props: { name: 'b', size: 1 } });
    const run = await stack.up(async (program) => {
      await program.thing('a', { name: 'b', size: 1 }, { importId: 'b' });
    });
    expect(run.errors).toEqual([]);
    expect(stack.records()).toEqual(['a = b']);
  });

  test('is not asked twice by an update that reads everything first', async () => {
    const stack = await startedStack();
    await stack.up(sized(1), { request: { options: { refresh: true } } });
    expect(stack.world.calls.filter((call) => call === 'read a')).toHaveLength(1);
  });

  test('says with each update and each read whether it still wants that', async () => {
    const stack = await startedStack();
    stack.world.wantsRefresh = false;
    await stack.up(sized(2));
    expect(flag(stack)).toBe(false);
    stack.world.calls.length = 0;
    await stack.up(sized(3));
    expect(stack.world.calls).not.toContain('read a');
    stack.world.wantsRefresh = true;
    await stack.refresh();
    expect(flag(stack)).toBe(true);
  });

  test('may say so when it is adopted', async () => {
    const stack = new TestStack(new World());
    stack.world.wantsRefresh = true;
    drift(stack, 1);
    await stack.up(sized(1, { importId: 'a' }));
    expect(flag(stack)).toBe(true);
  });

  test('is asked before it is destroyed, and what is gone is not deleted', async () => {
    const stack = await startedStack();
    stack.world.things.delete('a');
    const preview = await stack.destroy({ isPreview: true });
    expect(preview.changes).toEqual({ delete: 1 });
    const run = await stack.destroy();
    expect(run.events).toEqual(preview.events);
    expect(stack.world.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    expect(stack.snapshot.resources).toEqual([]);
  });

  test('is asked about what drifted before it is destroyed, and deletes what is found', async () => {
    const stack = await startedStack();
    drift(stack, 7);
    const run = await stack.destroy();
    expect(run.events).toMatchInlineSnapshot(`
      [
        "update a (size)",
        "delete a",
        "delete proj-dev",
        "succeeded: 2 delete",
      ]
    `);
    expect(stack.world.names()).toEqual([]);
  });

  test('is asked before what is no longer declared is deleted', async () => {
    const stack = await startedStack();
    stack.world.things.delete('a');
    await stack.up(async () => {});
    expect(stack.world.calls).toContain('read a');
    expect(stack.world.calls).not.toContain('delete a');
    expect(stack.records()).toEqual([]);
  });

  test('is not asked about what a destruction leaves alone', async () => {
    const stack = await startedStack();
    const targets = ['urn:pulumi:dev::proj::test:index:Thing::other'];
    await stack.up(async (program) => {
      await program.thing('a', { name: 'a', size: 1 });
      await program.thing('other', { name: 'other' });
    });
    stack.world.calls.length = 0;
    await stack.destroy({ request: { options: { targets } } });
    expect(stack.world.calls.filter((call) => call.startsWith('read'))).toEqual(['read other']);
  });
});
