import type { ResourceState } from '@radiant/model';
import { expect, test } from 'vitest';
import { runUntilCrash } from './harness/crash.ts';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World, worldWith } from './harness/world.ts';

test('an auto-named resource is created anew, its dependents follow, and the old one goes last', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { kind });
      await program.thing('b', { of: a.outputs.serial! }, from(a, 'of'));
    };
  await stack.up(body('x'));
  const run = await stack.up(body('y'));
  expect(run.events).toMatchInlineSnapshot(`
    [
      "create-replacement a because of kind",
      "replace a because of kind",
      "update b (of)",
      "delete-replaced a",
      "same proj-dev",
      "succeeded: 1 same, 1 replace, 1 update",
    ]
  `);
  expect(run.journal.map(({ kind }) => kind)).toMatchInlineSnapshot(`
    [
      "begin",
      "end",
      "begin",
      "end",
      "begin",
      "end",
    ]
  `);
  expect(stack.records()).toMatchInlineSnapshot(`
    [
      "a = a-3",
      "b = b-2",
    ]
  `);
});

test('a resource with a fixed name is deleted first, and before it the dependents that cannot outlive it', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { name: 'a', kind });
      const b = await program.thing('b', { name: 'b', fixedTo: a.outputs.serial! }, from(a, 'fixedTo'));
      await program.thing('c', { name: 'c', fixedTo: b.outputs.serial! }, from(b, 'fixedTo'));
      await program.thing('looks', { name: 'looks', of: a.outputs.serial! }, from(a, 'of'));
      await program.thing('ordered', { name: 'ordered' }, { dependencies: [a.urn] });
    };
  await stack.up(body('x'));
  stack.world.calls.length = 0;
  const run = await stack.up(body('y'));
  expect(run.events).toMatchInlineSnapshot(`
    [
      "delete-replaced c",
      "delete-replaced b",
      "delete-replaced a",
      "replace a because of kind",
      "create-replacement a because of kind",
      "replace b because of fixedTo",
      "create-replacement b because of fixedTo",
      "replace c because of fixedTo",
      "create-replacement c because of fixedTo",
      "same looks",
      "same ordered",
      "same proj-dev",
      "succeeded: 3 same, 3 replace",
    ]
  `);
  expect(stack.world.calls.filter((call) => /^(create|update|delete) /.test(call))).toMatchInlineSnapshot(`
    [
      "delete c",
      "delete b",
      "delete a",
      "create a",
      "create b",
      "create c",
    ]
  `);
  expect(stack.world.names()).toEqual(['a', 'b', 'c', 'looks', 'ordered']);
  expect((await stack.up(body('y'))).journal).toEqual([]);
});

test('a preview of a cascade shows the same steps as the update', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { name: 'a', kind });
      await program.thing('b', { name: 'b', fixedTo: a.outputs.serial! }, from(a, 'fixedTo'));
    };
  await stack.up(body('x'));
  const preview = await stack.preview(body('y'));
  expect(preview.events).toMatchInlineSnapshot(`
    [
      "delete-replaced b",
      "delete-replaced a",
      "replace a because of kind",
      "create-replacement a because of kind",
      "replace b because of fixedTo",
      "create-replacement b because of fixedTo",
      "same proj-dev",
      "succeeded: 1 same, 2 replace",
    ]
  `);
  expect(stack.world.names()).toEqual(['a', 'b']);
  expect((await stack.up(body('y'))).events).toEqual(preview.events);
});

test('a dependent that left the program is deleted in the cascade and not made again', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a', { name: 'a', kind: 'x' });
    await program.thing('b', { name: 'b', fixedTo: a.outputs.serial! }, from(a, 'fixedTo'));
  });
  const run = await stack.up(async (program) => {
    await program.thing('a', { name: 'a', kind: 'y' });
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "delete-replaced b",
      "delete-replaced a",
      "replace a because of kind",
      "create-replacement a because of kind",
      "same proj-dev",
      "succeeded: 1 same, 1 replace",
    ]
  `);
  expect(stack.records()).toEqual(['a = a']);
});

test('a protected dependent stops the replacement of what it depends on', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { name: 'a', kind });
      await program.thing('b', { name: 'b', fixedTo: a.outputs.serial! }, { ...from(a, 'fixedTo'), protect: true });
    };
  await stack.up(body('x'));
  const run = await stack.up(body('y'));
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: unable to replace resource "urn:pulumi:dev::proj::test:index:Thing::b" as part of replacing "urn:pulumi:dev::proj::test:index:Thing::a"
    as it is currently marked for protection, and it cannot outlive what it depends on.
    To unprotect it, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:
    \`pulumi state unprotect 'urn:pulumi:dev::proj::test:index:Thing::b'\`",
      "failed: 1 same",
    ]
  `);
  expect(stack.world.names()).toEqual(['a', 'b']);
});

test('the option deleteBeforeReplace decides over the provider', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      await program.thing('first', { kind }, { deleteBeforeReplace: true });
    };
  await stack.up(body('x'));
  expect((await stack.up(body('y'))).events).toMatchInlineSnapshot(`
    [
      "delete-replaced first",
      "replace first because of kind",
      "create-replacement first because of kind",
      "same proj-dev",
      "succeeded: 1 same, 1 replace",
    ]
  `);
});

test('a protected resource is not replaced, and a preview shows what would follow', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string, protect: boolean): ProgramBody =>
    async (program) => {
      await program.thing('a', { kind }, { protect });
      await program.thing('b');
    };
  await stack.up(body('x', true));
  expect((await stack.preview(body('y', true))).events).toMatchInlineSnapshot(`
    [
      "error on a: unable to replace resource "urn:pulumi:dev::proj::test:index:Thing::a"
    as it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`",
      "create-replacement a because of kind",
      "replace a because of kind",
      "same b",
      "delete-replaced a",
      "same proj-dev",
      "error: preview failed",
      "failed: 2 same, 1 replace",
    ]
  `);
  expect((await stack.up(body('y', true))).events).toMatchInlineSnapshot(`
    [
      "error on a: unable to replace resource "urn:pulumi:dev::proj::test:index:Thing::a"
    as it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`",
      "failed: 1 same",
    ]
  `);
  expect((await stack.up(body('y', false))).result).toBe('succeeded');
  expect(stack.records()).toEqual(['b = b-2', 'a = a-4']);
});

test('the old one that could not be deleted is deleted by the next update', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      await program.thing('a', { kind });
    };
  await stack.up(body('x'));
  stack.world.onCall = (call) => {
    if (call === 'delete') throw new Error('stuck');
  };
  expect((await stack.up(body('y'))).events).toMatchInlineSnapshot(`
    [
      "create-replacement a because of kind",
      "replace a because of kind",
      "error on a: stuck",
      "failed: delete-replaced a",
      "same proj-dev",
      "error: update failed",
      "failed: 1 same, 1 replace",
    ]
  `);
  expect(stack.records()).toMatchInlineSnapshot(`
    [
      "a (superseded) = a-1",
      "a = a-2",
    ]
  `);
  stack.world.onCall = () => {};
  expect((await stack.up(body('y'))).events).toMatchInlineSnapshot(`
    [
      "same a",
      "delete-replaced a",
      "same proj-dev",
      "succeeded: 2 same",
    ]
  `);
  expect(stack.world.names()).toEqual(['a-2']);
});

test('several generations that wait for deletion all go', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      await program.thing('a', { kind });
    };
  stack.world.onCall = (call) => {
    if (call === 'delete') throw new Error('stuck');
  };
  for (const kind of ['x', 'y', 'z']) await stack.up(body(kind));
  expect(stack.records()).toMatchInlineSnapshot(`
    [
      "a (superseded) = a-1",
      "a (superseded) = a-2",
      "a = a-3",
    ]
  `);
  stack.world.onCall = () => {};
  await stack.up(body('z'));
  expect(stack.records()).toMatchInlineSnapshot(`
    [
      "a = a-3",
    ]
  `);
});

test('a component that becomes a resource replaces it, and the other way round', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.component('a');
  });
  const custom = await stack.up(async (program) => {
    await program.resource('test:index:Group', 'a');
  });
  expect(custom.events).toMatchInlineSnapshot(`
    [
      "create-replacement a because of provider",
      "replace a because of provider",
      "delete-replaced a",
      "same proj-dev",
      "succeeded: 1 same, 1 replace",
    ]
  `);
  expect(stack.world.names()).toHaveLength(1);
  const component = await stack.up(async (program) => {
    await program.component('a');
  });
  expect(component.events).toMatchInlineSnapshot(`
    [
      "replace a because of provider",
      "create-replacement a because of provider",
      "delete-replaced a",
      "same proj-dev",
      "succeeded: 1 same, 1 replace",
    ]
  `);
  expect(stack.world.names()).toEqual([]);
});

test('a protected dependent that a replaced one left behind stops what it cannot outlive, and is told as any failure', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a', { kind: 'x' });
    const b = await program.thing('b', { fixedTo: a.outputs.serial! }, from(a, 'fixedTo'));
    await program.thing('c', { fixedTo: b.outputs.serial! }, { ...from(b, 'fixedTo'), protect: true });
  });
  const run = await stack.up(async (program) => {
    await Promise.all([program.thing('a', { kind: 'y' }, { deleteBeforeReplace: true }), program.thing('b')]);
  });
  expect(run.result).toBe('failed');
  expect(run.errors.join('\n')).toContain('marked for protection');
  expect(stack.world.names()).toContain('c-3');
});

test('the event of a replacement that deletes first shows the resource as it is declared now', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string, protect: boolean): ProgramBody =>
    async (program) => {
      await program.thing('a', { kind }, { protect, deleteBeforeReplace: true });
    };
  await stack.up(body('x', true));
  const run = await stack.up(body('y', false));
  const step = run.raw
    .flatMap((event) => (event.kind === 'step-succeeded' ? [event.step] : []))
    .find(({ op }) => op === 'replace');
  expect([step?.old?.isProtected, step?.new?.isProtected]).toEqual([true, false]);
});

test('what replaceOnChanges makes a replacement is deleted first when it cannot stand beside its successor', async () => {
  const stack = new TestStack(new World());
  const body =
    (size: number): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'x', size }, { replaceOnChanges: ['size'] });
    };
  await stack.up(body(1));
  const run = await stack.up(body(2));
  expect(run.errors).toEqual([]);
  expect(run.events).toContain('replace a because of size');
  expect(stack.world.calls.slice(-2)).toEqual(['delete x', 'create x']);
});

test('a thing that was lost and comes back by the same name is not deleted as its own predecessor', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: number): ProgramBody =>
    async (program) =>
      void (await program.thing('a', { name: 'a', kind }, { deleteBeforeReplace: false }));
  await stack.up(body(1));
  stack.world.things.delete('a');
  const { result } = await stack.up(body(2));
  expect(result).toBe('succeeded');
  expect(stack.records()).toEqual(['a = a']);
  expect(stack.world.names()).toEqual(['a']);
});

test('a thing that was lost and comes back for another resource is not deleted with the record it had', async () => {
  const stack = new TestStack(new World());
  const body =
    (name: string): ProgramBody =>
    async (program) =>
      void (await program.thing(name, { name: 'x' }));
  await stack.up(body('a'));
  stack.world.things.delete('x');
  const { events } = await stack.up(body('b'));
  expect(events).toContain('discard a');
  expect(stack.records()).toEqual(['b = x']);
  expect(stack.world.names()).toEqual(['x']);
});

test('a lost thing that came back for another resource is not deleted in a cascade', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: number, name: string): ProgramBody =>
    async (program) => {
      const inputs = { name: 'x', fixedTo: 'serial-of-base' };
      const late = name === 'b' ? await program.thing('b', inputs) : undefined;
      const base = await program.thing('base', { name: 'base', kind }, { dependencies: late ? [late.urn] : [] });
      if (late === undefined) await program.thing('a', inputs, from(base, 'fixedTo'));
    };
  await stack.up(body(1, 'a'));
  stack.world.things.delete('x');
  const { result } = await stack.up(body(2, 'b'));
  expect(result).toBe('succeeded');
  expect(stack.records()).toEqual(['b = x', 'base = base']);
  expect(stack.world.names()).toEqual(['base', 'x']);
});

test('a protected record is not given up for a resource that its lost thing came back for', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => void (await program.thing('a', { name: 'x' }, { protect: true })));
  stack.world.things.delete('x');
  const { errors } = await stack.up(async (program) => void (await program.thing('b', { name: 'x' })));
  expect(errors[0]).toMatch(/::a" cannot be deleted\nbecause it is protected/);
  expect(stack.records()).toEqual(['a = x', 'b = x']);
  expect(stack.world.names()).toEqual(['x']);
});

test('of two records of one thing that both go, one goes with the thing, after all that leans on either', async () => {
  const stack = new TestStack(new World());
  const body =
    (...names: string[]): ProgramBody =>
    async (program) => {
      for (const name of names) {
        const one = await program.thing(name, { name: 'x' });
        await program.thing(`on-${name}`, { name: `on-${name}`, fixedTo: one.outputs.serial! }, from(one, 'fixedTo'));
      }
    };
  await stack.up(body('a'));
  stack.world.things.delete('x');
  await stack.up(body('a', 'b'));
  const { events, result } = await stack.destroy();
  expect(result).toBe('succeeded');
  expect(events.filter((event) => /^(delete|discard) [ab]$/.test(event))).toEqual(['discard b', 'delete a']);
  const deletions = stack.world.calls.filter((call) => call.startsWith('delete'));
  expect([deletions.slice(0, 2).sort(), deletions.slice(2)]).toEqual([['delete on-a', 'delete on-b'], ['delete x']]);
});

test('what goes with a record whose thing is another`s is deleted by its provider', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const host = await program.thing('a', { name: 'x' });
    await program.thing('with', { name: 'with', goesWith: host.id }, { deletedWith: host.urn });
  });
  const { x, with: guest } = Object.fromEntries(stack.world.things);
  stack.world.lose('x');
  await stack.up(async (program) => {
    const host = await program.thing('a', { name: 'x' });
    await program.thing('with', { name: 'with', goesWith: host.id }, { deletedWith: host.urn });
    await program.thing('b', { name: 'x' });
  });
  stack.world.things.set('with', guest!).set('x', x!);
  await stack.up(async (program) => void (await program.thing('b', { name: 'x' })));
  expect(stack.world.names()).toEqual(['x']);
  expect(stack.records()).toEqual(['b = x']);
});

test('a provider that gives every thing the same id is told to delete what is not declared any more', async () => {
  const world = worldWith(({ create }) => ({
    create: async (request, context) => ({ ...(await create(request, context)), id: 'always' }),
  }));
  world.capabilities = { acceptsSecrets: true, acceptsResources: true, supportsPreview: true };
  const stack = new TestStack(world);
  await stack.up(async (program) => {
    await program.thing('a');
    await program.thing('b');
  });
  await stack.up(async (program) => void (await program.thing('b')));
  expect(world.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete always']);
});

test('a provider that gives every thing the same id is told to delete what was replaced all the same', async () => {
  const world = worldWith(({ create }) => ({
    create: async (request, context) => ({ ...(await create(request, context)), id: 'always' }),
  }));
  world.capabilities = { acceptsSecrets: true, acceptsResources: true, supportsPreview: true };
  const stack = new TestStack(world);
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      await program.thing('a', { kind });
    };
  await stack.up(body('one'));
  const run = await stack.up(body('two'));
  expect(run.events).toContain('delete-replaced a');
  expect(world.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete always']);
});

test('nothing is deleted for a replacement that something left alone keeps from happening', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const base = await program.thing('base', { name: 'base', kind: 1 });
    await program.thing('declared', { fixedTo: base.outputs.serial! }, from(base, 'fixedTo'));
    await program.thing('undeclared', { fixedTo: base.outputs.serial! }, from(base, 'fixedTo'));
  });
  const before = stack.world.names();
  const run = await stack.up(
    async (program) => {
      await program.thing('declared');
      await program.thing('base', { name: 'base', kind: 2 });
    },
    { request: { options: { targets: ['**::base'] } } },
  );
  expect(run.errors.join()).toContain('cannot outlive it');
  expect(stack.world.names()).toEqual(before);
  expect(run.journal).toEqual([]);
});

test('killed at any write, nobody refers to a generation that had to go early and whose successor was gone', async () => {
  const withFormer = async () => {
    const stack = new TestStack(new World());
    await stack.up(async (program) => {
      const base = await program.thing('base', { name: 'base', kind: 1 });
      const user = await program.thing('user', { fixedTo: base.outputs.serial! }, from(base, 'fixedTo'));
      await program.component('group', { dependencies: [user.urn] });
    });
    const { resources } = stack.snapshot;
    const index = resources.findIndex(({ id }) => id === 'user-1');
    const former: ResourceState = { ...resources[index]!, id: 'former', disposition: 'superseded' };
    stack.world.things.set('former', { ...stack.world.things.get('user-1')!, id: 'former' });
    stack.world.things.delete('user-1');
    stack.snapshot = { ...stack.snapshot, resources: resources.toSpliced(index, 0, former) };
    return stack;
  };
  const body: ProgramBody = async (program) => void (await program.thing('base', { name: 'base', kind: 2 }));
  const move = { kind: 'up', body, request: { options: { refresh: true } } } as const;
  for (let write = 0; ; write += 1) {
    const stack = await withFormer();
    if (await runUntilCrash(stack, move, { write, moment: 'after' })) continue;
    expect(stack.records()).toEqual(['base = base']);
    break;
  }
});
