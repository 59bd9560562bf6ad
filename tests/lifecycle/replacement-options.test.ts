import { type ResourceState, Secret, Unknown } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { type Options, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const one =
  (inputs: object, options: Options = {}): ProgramBody =>
  async (program) => {
    await program.thing('a', { ...inputs }, options);
  };

async function started(body: ProgramBody): Promise<TestStack> {
  const stack = new TestStack(new World());
  expect((await stack.up(body)).result).toBe('succeeded');
  stack.world.calls.length = 0;
  return stack;
}

const recorded = ({ snapshot }: TestStack, id: string) => snapshot.resources.find((state) => state.id === id)!;

function alter(stack: TestStack, id: string, change: Partial<ResourceState>): void {
  const { snapshot } = stack;
  const resources = snapshot.resources.map((state) => (state.id === id ? { ...state, ...change } : state));
  stack.snapshot = { ...snapshot, resources };
}

describe('replaceOnChanges', () => {
  const list = (...images: string[]) => ({ list: images.map((image) => ({ image, port: 1 })) });
  const replaces = async (before: object, after: object, ...replaceOnChanges: string[]) => {
    const stack = await started(one(before, { replaceOnChanges }));
    return (await stack.up(one(after, { replaceOnChanges }))).changes.replace === 1;
  };

  test('reaches into lists, one item or all', async () => {
    expect(await replaces(list('a', 'b'), list('a', 'c'), 'list[1].image')).toBe(true);
    expect(await replaces(list('a', 'b'), list('a', 'c'), 'list[0].image')).toBe(false);
    expect(await replaces(list('a', 'b'), list('a', 'c'), 'list[*].image')).toBe(true);
    expect(await replaces(list('a', 'b'), list('a', 'c'), 'list[*].port')).toBe(false);
    expect(await replaces(list('a'), list('a', 'b'), 'list')).toBe(true);
  });

  test('with a star means every change, and with no change nothing', async () => {
    expect(await replaces({ size: 1 }, { size: 2 }, '*')).toBe(true);
    expect(await replaces({ size: 1 }, { size: 1 }, '*')).toBe(false);
  });

  test('of a quoted key means that key', async () => {
    expect(await replaces({ tags: { 'a.b': 1 } }, { tags: { 'a.b': 2 } }, 'tags["a.b"]')).toBe(true);
    expect(await replaces({ tags: { a: { b: 1 } } }, { tags: { a: { b: 2 } } }, 'tags["a.b"]')).toBe(false);
  });

  test('does not matter for what ignoreChanges holds back', async () => {
    const options = { replaceOnChanges: ['size'], ignoreChanges: ['size'] };
    const stack = await started(one({ size: 1 }, options));
    expect((await stack.up(one({ size: 2 }, options))).changes).toEqual({ same: 2 });
  });
});

describe('what is replaced', () => {
  test('with retainOnDelete is forgotten, and its thing stays', async () => {
    const stack = await started(one({ kind: 'x' }, { retainOnDelete: true }));
    const run = await stack.up(one({ kind: 'y' }, { retainOnDelete: true }));
    expect(run.result).toBe('succeeded');
    expect([stack.records(), stack.world.names()]).toEqual([['a = a-2'], ['a-1', 'a-2']]);
  });

  test('is deleted once neither record nor program says retainOnDelete any more', async () => {
    const stack = await started(one({ kind: 'x' }, { retainOnDelete: true }));
    await stack.up(one({ kind: 'x' }));
    await stack.up(one({ kind: 'y' }));
    expect(stack.world.names()).toEqual(['a-2']);
  });

  test('may be protected no longer in the same update', async () => {
    const stack = await started(one({ kind: 'x' }, { protect: true }));
    const run = await stack.up(one({ kind: 'y' }, { protect: false }));
    expect([run.errors, stack.records()]).toEqual([[], ['a = a-2']]);
  });

  test('may become protected in the same update', async () => {
    const stack = await started(one({ kind: 'x' }));
    const run = await stack.up(one({ kind: 'y' }, { protect: true }));
    expect([run.errors, recorded(stack, 'a-2').isProtected]).toEqual([[], true]);
    expect(stack.world.names()).toEqual(['a-2']);
  });

  test('goes with another that is replaced: the provider is not asked to delete it', async () => {
    const body =
      (kind: string): ProgramBody =>
      async (program) => {
        const base = await program.thing('base', { kind });
        await program.thing('with', { goesWith: base.id }, { deletedWith: base.urn });
      };
    const stack = await started(body('x'));
    expect((await stack.preview(body('y'))).changes).toEqual({ same: 1, replace: 2 });
    expect((await stack.up(body('y'))).changes).toEqual({ same: 1, replace: 2 });
    expect(stack.world.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete base-1']);
    expect(stack.world.names()).toHaveLength(2);
  });

  test('by a trigger that a preview does not know yet is shown as replaced', async () => {
    const stack = await started(one({}, { replacementTrigger: 'one' }));
    const preview = await stack.preview(one({}, { replacementTrigger: new Unknown() }));
    expect(preview.changes).toEqual({ same: 1, replace: 1 });
    expect((await stack.up(one({}, { replacementTrigger: 'one' }))).changes).toEqual({ same: 2 });
  });

  test('because it was tainted is tainted no longer, and what is destroyed leaves no mark', async () => {
    const body = one({});
    const stack = await started(body);
    alter(stack, 'a-1', { isTainted: true });
    await stack.up(body);
    expect(recorded(stack, 'a-2').isTainted).toBe(false);
    alter(stack, 'a-2', { isTainted: true });
    expect((await stack.destroy()).result).toBe('succeeded');
    await stack.up(body);
    expect((await stack.up(body)).changes).toEqual({ same: 2 });
  });

  test('stays tainted when its replacement fails', async () => {
    const stack = await started(one({ name: 'fixed' }));
    alter(stack, 'fixed', { isTainted: true });
    stack.world.onCall = (call) => {
      if (call === 'create' || call === 'delete') throw new Error('not now');
    };
    expect((await stack.up(one({ name: 'fixed' }))).result).toBe('failed');
    expect(recorded(stack, 'fixed').isTainted).toBe(true);
    stack.world.onCall = () => {};
    expect((await stack.up(one({ name: 'fixed' }))).changes).toEqual({ same: 1, replace: 1 });
  });
});

describe('what is recorded of an option', () => {
  test('follows the program, without a call to the provider', async () => {
    const options: Options = { hideDiffs: ['size'], ignoreChanges: ['size'], replaceOnChanges: ['kind'] };
    const stack = await started(one({}, {}));
    await stack.up(one({}, options));
    expect(recorded(stack, 'a-1')).toMatchObject(options);
    expect(stack.world.calls.filter((call) => /^(update|create) /.test(call))).toEqual([]);
    await stack.up(one({}));
    expect(recorded(stack, 'a-1')).toMatchObject({ hideDiffs: [], ignoreChanges: [], replaceOnChanges: [] });
  });

  test('makes outputs secret at once, and keeps them so after an update and a refresh', async () => {
    const options: Options = { additionalSecretOutputs: ['serial'] };
    const stack = await started(one({ size: 1 }));
    const isSecret = () => recorded(stack, 'a-1').outputs.serial instanceof Secret;
    expect(isSecret()).toBe(false);
    await stack.up(one({ size: 1 }, options));
    expect(isSecret()).toBe(true);
    await stack.up(one({ size: 2 }, options));
    expect(isSecret()).toBe(true);
    const { props } = stack.world.things.get('a-1')!;
    stack.world.things.set('a-1', { id: 'a-1', type: 'test:index:Thing', props: { ...props, serial: 'found' } });
    await stack.refresh();
    expect(recorded(stack, 'a-1').outputs.serial).toEqual(new Secret('found'));
  });
});

describe('an adopted thing', () => {
  const found = (stack: TestStack, props: object) =>
    stack.world.things.set('x', { id: 'x', type: 'test:index:Thing', props: { name: 'x', serial: 's', ...props } });

  test('that is replaced at once is not: the update is refused and the thing left alone', async () => {
    const stack = new TestStack(new World());
    found(stack, { kind: 'old' });
    const run = await stack.up(one({ name: 'x', kind: 'new' }, { importId: 'x' }));
    expect(run.result).toBe('failed');
    expect(run.errors[0]).toContain('previously-imported resources that still specify an ID may not be replaced');
    expect(stack.world.things.get('x')?.props.kind).toBe('old');
  });

  test('takes the place of the one there was, which is deleted', async () => {
    const stack = await started(one({ name: 'y' }));
    found(stack, {});
    const run = await stack.up(one({ name: 'x' }, { importId: 'x' }));
    expect(run.errors).toEqual([]);
    expect([stack.records(), stack.world.names()]).toEqual([['a = x'], ['x']]);
  });
});
