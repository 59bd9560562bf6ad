import { describe, expect, test } from 'vitest';
import { runUntilCrash } from './harness/crash.ts';
import { type Options, type Program, type ProgramBody, type RunResult, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

/** A first update with some inputs of one thing, then a second with others. */
async function twice(
  first: { readonly inputs?: object; readonly options?: Options },
  second: { readonly inputs?: object; readonly options?: Options },
): Promise<{ readonly stack: TestStack; readonly run: RunResult }> {
  const stack = new TestStack(new World());
  const body =
    ({ inputs, options }: typeof first): ProgramBody =>
    async (program) => {
      await program.thing('a', { ...inputs }, options);
    };
  await stack.up(body(first));
  return { stack, run: await stack.up(body(second)) };
}

test('ignoreChanges keeps the recorded value, inside lists too', async () => {
  const options = { ignoreChanges: ['size', 'list[0].image', 'tags["a.b"]'] };
  const { stack, run } = await twice(
    { inputs: { size: 1, list: [{ image: 'one' }], tags: { 'a.b': 1 } }, options },
    { inputs: { size: 2, list: [{ image: 'two' }], tags: { 'a.b': 2 } }, options },
  );
  expect(run.events).toContain('same a');
  expect(stack.world.things.get('a-1')?.props).toMatchObject({ size: 1, list: [{ image: 'one' }] });
});

test.each(['ignoreChanges', 'replaceOnChanges', 'hideDiffs'])(
  'a path of %s that is none is refused with the resource and the option, before anything is made',
  async (option) => {
    const stack = new TestStack(new World());
    const run = await stack.up(async (program) => void (await program.thing('a', {}, { [option]: ['b', 'a[b'] })));
    expect(run.errors).toEqual([
      `the option ${option} of urn:pulumi:dev::proj::test:index:Thing::a names "a[b", which is no property path\n` +
        'Write it like a.b[0].c, a["key.with.dots"], a[*].b or *.',
    ]);
    expect(stack.world.names()).toEqual([]);
  },
);

test('replaceOnChanges turns an update under its path into a replacement', async () => {
  const options = { replaceOnChanges: ['spec.size'] };
  const { run } = await twice(
    { inputs: { spec: { size: 1, other: 1 } }, options },
    { inputs: { spec: { size: 2, other: 1 } }, options },
  );
  expect(run.changes).toEqual({ same: 1, replace: 1 });
  const other = await twice(
    { inputs: { spec: { size: 1, other: 1 } }, options },
    { inputs: { spec: { size: 1, other: 2 } }, options },
  );
  expect(other.run.changes).toEqual({ same: 1, update: 1 });
});

test('a changed replacementTrigger replaces; one that appears or vanishes does not', async () => {
  const trigger = (replacementTrigger: string) => ({ options: { replacementTrigger } });
  expect((await twice(trigger('one'), trigger('two'))).run.changes).toEqual({ same: 1, replace: 1 });
  expect((await twice({}, trigger('two'))).run.changes).toEqual({ same: 2 });
  expect((await twice(trigger('one'), {})).run.changes).toEqual({ same: 2 });
});

test('a resource is replaced with those it names in replaceWith and deletedWith', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { kind });
      await program.thing('follows', {}, { replaceWith: [a.urn] });
      await program.thing('with', {}, { deletedWith: a.urn });
    };
  await stack.up(body('x'));
  stack.world.calls.length = 0;
  expect((await stack.up(body('y'))).events).toMatchInlineSnapshot(`
    [
      "create-replacement a because of kind",
      "replace a because of kind",
      "create-replacement follows because of replaceWith",
      "replace follows because of replaceWith",
      "create-replacement with because of deletedWith",
      "replace with because of deletedWith",
      "delete-replaced with",
      "delete-replaced follows",
      "delete-replaced a",
      "same proj-dev",
      "succeeded: 1 same, 3 replace",
    ]
  `);
  expect(stack.world.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete follows-2', 'delete a-1']);
});

test('what goes with another thing is not deleted by itself', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a');
    await program.thing('with', {}, { deletedWith: a.urn });
  });
  const run = await stack.destroy();
  expect(run.events).toMatchInlineSnapshot(`
    [
      "delete with",
      "delete a",
      "delete proj-dev",
      "succeeded: 3 delete",
    ]
  `);
  expect(stack.world.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete a-1']);
});

test('retainOnDelete takes a resource out of the record and leaves the thing', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const group = await program.component('group', { retainOnDelete: true });
    await program.thing('a', {}, { parent: group.urn });
  });
  await stack.up(async () => {});
  expect(stack.records()).toEqual([]);
  expect(stack.world.names()).toEqual(['a-1']);
});

test('a protected resource is not deleted; the others are, and the operation fails at the end', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const group = await program.component('group', { protect: true });
    await program.thing('kept', {}, { parent: group.urn });
    await program.thing('gone');
  });
  const run = await stack.up(async () => {});
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on kept: resource "urn:pulumi:dev::proj::test:index:Group$test:index:Thing::kept" cannot be deleted
    because it is protected. To unprotect the resource, either remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:
    \`pulumi state unprotect 'urn:pulumi:dev::proj::test:index:Group$test:index:Thing::kept'\`",
      "failed: delete kept",
      "error on group: resource "urn:pulumi:dev::proj::test:index:Group::group" cannot be deleted
    because it is protected. To unprotect the resource, either remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:
    \`pulumi state unprotect 'urn:pulumi:dev::proj::test:index:Group::group'\`",
      "failed: delete group",
      "delete gone",
      "same proj-dev",
      "error: update failed",
      "failed: 1 same, 1 delete",
    ]
  `);
  expect(stack.records()).toEqual(['group', 'kept = kept-1']);
});

test('a changed option that the provider never sees is recorded without a call', async () => {
  const { stack, run } = await twice({ options: { protect: true } }, { options: { protect: false } });
  expect(run.journal).toHaveLength(1);
  expect(stack.snapshot.resources.at(-1)?.isProtected).toBe(false);
  expect(stack.world.calls.filter((call) => call.startsWith('update'))).toEqual([]);
});

test('an alias keeps the thing and renames its record; children follow their parent', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const group = await program.component('old');
    const child = await program.thing('old-child', {}, { parent: group.urn });
    await program.thing('leans', {}, { dependencies: [child.urn] });
  });
  const renamed: ProgramBody = async (program) => {
    const group = await program.component('new', { aliases: [{ kind: 'spec', name: 'old' }] });
    const child = await program.thing('new-child', {}, { parent: group.urn });
    await program.thing('leans', {}, { dependencies: [child.urn] });
  };
  const run = await stack.up(renamed);
  expect(run.events).toMatchInlineSnapshot(`
    [
      "same new-child",
      "same leans",
      "same new",
      "same proj-dev",
      "succeeded: 4 same",
    ]
  `);
  expect(stack.world.names()).toEqual(['leans-2', 'old-child-1']);
  expect(stack.records()).toEqual(['new', 'new-child = old-child-1', 'leans = leans-2']);
  expect((await stack.up(renamed)).journal).toEqual([]);
});

test('an update that stops after a rename leaves nothing that refers to the old name', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a');
    await program.thing('b', {}, { dependencies: [a.urn] });
  });
  const run = await stack.up(async (program) => {
    await program.thing('renamed', {}, { aliases: [{ kind: 'spec', name: 'a' }] });
    throw new Error('program fails');
  });
  expect(run.errors).toEqual(['program fails']);
  expect(stack.records()).toEqual(['renamed = a-1', 'b = b-2']);
});

test('two resources cannot claim one alias, and an alias not what is still declared', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('a');
  });
  const aliases: Options = { aliases: [{ kind: 'spec', name: 'a' }] };
  const two = await stack.preview(async (program) => {
    await program.thing('b', {}, aliases);
    await program.thing('c', {}, aliases);
  });
  expect(two.errors).toMatchInlineSnapshot(`
    [
      "Duplicate resource alias 'urn:pulumi:dev::proj::test:index:Thing::a' applied to resource with URN 'urn:pulumi:dev::proj::test:index:Thing::c' conflicting with resource with URN 'urn:pulumi:dev::proj::test:index:Thing::b'",
    ]
  `);
  const taken = await stack.preview(async (program) => {
    await program.thing('b', {}, aliases);
    await program.thing('a');
  });
  expect(taken.errors).toMatchInlineSnapshot(`
    [
      "Duplicate resource URN 'urn:pulumi:dev::proj::test:index:Thing::a' conflicting with alias on resource with URN 'urn:pulumi:dev::proj::test:index:Thing::b'",
    ]
  `);
});

test('an existing thing is adopted by its id and made what the program declares', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('found', { id: 'found', type: 'test:index:Thing', props: { name: 'found', size: 1 } });
  const adopt =
    (size: number): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'found', size }, { importId: 'found' });
    };
  expect((await stack.preview(adopt(1))).events).toMatchInlineSnapshot(`
    [
      "import a",
      "create proj-dev",
      "succeeded: 1 create, 1 import",
    ]
  `);
  expect((await stack.up(adopt(2))).events).toMatchInlineSnapshot(`
    [
      "import a",
      "update a (size)",
      "create proj-dev",
      "succeeded: 1 create, 1 import, 1 update",
    ]
  `);
  expect(stack.world.things.get('found')?.props).toMatchObject({ size: 2 });
  expect((await stack.up(adopt(2))).journal).toEqual([]);
});

test('an adopted thing must exist, and is not replaced while the option stands', async () => {
  const stack = new TestStack(new World());
  const adopt =
    (kind: string): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'found', kind }, { importId: 'found' });
    };
  expect((await stack.up(adopt('x'))).errors).toMatchInlineSnapshot(`
    [
      "resource 'found' does not exist
    test:index:Thing 'a' is to adopt it by the option \`import\`.",
      "update failed",
    ]
  `);
  stack.world.things.set('found', { id: 'found', type: 'test:index:Thing', props: { name: 'found', kind: 'x' } });
  expect((await stack.up(adopt('x'))).result).toBe('succeeded');
  expect((await stack.up(adopt('y'))).errors).toMatchInlineSnapshot(`
    [
      "previously-imported resources that still specify an ID may not be replaced; please remove the \`import\` declaration from your program",
    ]
  `);
});

describe('a thing that is adopted under another name', () => {
  const named = (name: string, options: Options) => async (program: Program) =>
    void (await program.thing(name, { name: 'x' }, options));

  test('is not deleted with the record it had', async () => {
    const stack = new TestStack(new World());
    await stack.up(named('a', {}));
    const run = await stack.up(named('b', { importId: 'x' }));
    expect(run.events).toContain('discard a');
    expect([stack.records(), stack.world.names()]).toEqual([['b = x'], ['x']]);
  });

  test('is not deleted either by the operation after one that was killed in between', async () => {
    const stack = new TestStack(new World());
    await stack.up(named('a', {}));
    const body = named('b', { importId: 'x' });
    expect(await runUntilCrash(stack, { kind: 'up', body }, { write: 0, moment: 'after' })).toBe(true);
    expect(stack.records()).toEqual(['a = x', 'b = x']);
    await stack.up(body);
    expect([stack.records(), stack.world.names()]).toEqual([['b = x'], ['x']]);
  });

  test('is deleted when both records go', async () => {
    const stack = new TestStack(new World());
    await stack.up(named('a', {}));
    await runUntilCrash(stack, { kind: 'up', body: named('b', { importId: 'x' }) }, { write: 0, moment: 'after' });
    expect((await stack.destroy()).errors).toEqual([]);
    expect([stack.records(), stack.world.names()]).toEqual([[], []]);
  });
});

test('a tainted resource is replaced and no longer tainted', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a');
  };
  await stack.up(body);
  const { snapshot } = stack;
  const resources = snapshot.resources.map((state) => (state.id === 'a-1' ? { ...state, isTainted: true } : state));
  stack.snapshot = { ...snapshot, resources };
  expect((await stack.up(body)).events).toMatchInlineSnapshot(`
    [
      "create-replacement a because of id",
      "replace a because of id",
      "delete-replaced a",
      "same proj-dev",
      "succeeded: 1 same, 1 replace",
    ]
  `);
  expect((await stack.up(body)).journal).toEqual([]);
});

test('a thing that was replaced and still waits for its deletion is not deleted once it is adopted again', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('x', { id: 'x', type: 'test:index:Thing', props: { name: 'x', size: 0 } });
  const adopting: ProgramBody = async (program) => {
    await program.thing('a', { name: 'x', size: 0 }, { importId: 'x' });
  };
  await stack.up(adopting);
  await stack.up(async (program) => {
    await program.thing('a', { name: 'y', size: 0 });
    throw new Error('half way');
  });
  expect(stack.records()).toEqual(['a (superseded) = x', 'a = y']);
  const run = await stack.up(adopting);
  expect(run.errors).toEqual([]);
  expect([stack.records(), stack.world.names()]).toEqual([['a = x'], ['x']]);
});
