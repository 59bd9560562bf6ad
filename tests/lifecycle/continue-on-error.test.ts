import { unknownId } from '@radiant/model';
import { expect, test } from 'vitest';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const continuing = { request: { options: { continueOnError: true } } };

function failing(...calls: string[]): TestStack {
  const stack = new TestStack(new World());
  fail(stack, ...calls);
  return stack;
}

function fail(stack: TestStack, ...calls: string[]): void {
  stack.world.onCall = (call, subject) => {
    if (calls.includes(`${call} ${subject.replace(/-\d+$/, '')}`)) throw new Error(`${call} refused`);
  };
}

test('after a failure, what does not depend on it goes on, and what does is skipped', async () => {
  const stack = failing('create bad');
  const outcomes: string[] = [];
  const { result, events, errors } = await stack.up(async (program) => {
    const bad = await program.thing('bad');
    const child = await program.thing('child', {}, { parent: bad.urn });
    const dependent = await program.thing('dependent', {}, { dependencies: [bad.urn] });
    const next = await program.thing('next', {}, { dependencies: [dependent.urn] });
    const good = await program.thing('good');
    for (const { outcome } of [bad, child, dependent, next, good]) outcomes.push(outcome);
  }, continuing);
  expect(outcomes).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'succeeded']);
  expect(result).toBe('failed');
  expect(errors).toEqual(['create refused', 'update failed']);
  expect(events).toContain('create good');
  expect(stack.records()).toEqual([expect.stringMatching(/^good = /)]);
});

test('what a provider finds fault with is a failure like any other', async () => {
  const stack = new TestStack(new World());
  const outcomes: string[] = [];
  await stack.up(async (program) => {
    outcomes.push((await program.thing('bad', { size: -1 })).outcome);
    outcomes.push((await program.thing('good')).outcome);
  }, continuing);
  expect(outcomes).toEqual(['failed', 'succeeded']);
});

test('deletions go on, but for what a failed resource leans on', async () => {
  const stack = new TestStack(new World());
  const body =
    (isFirst: boolean): ProgramBody =>
    async (program) => {
      if (isFirst) {
        const base = await program.thing('base');
        await program.thing('unrelated');
        await program.thing('bad', { of: base.outputs.serial! }, from(base, 'of'));
      } else await program.thing('bad', { size: 2 });
    };
  await stack.up(body(true));
  fail(stack, 'update bad');
  const { result, events } = await stack.up(body(false), continuing);
  expect(result).toBe('failed');
  expect(events).toContain('delete unrelated');
  expect(stack.records()).toEqual(['base = base-1', 'bad = bad-3']);
});

test('what was replaced stays while something that failed to follow may still use it', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: number): ProgramBody =>
    async (program) => {
      const base = await program.thing('base', { kind });
      await program.thing('user', { of: base.outputs.serial! }, from(base, 'of'));
    };
  await stack.up(body(1));
  fail(stack, 'update user');
  await stack.up(body(2), continuing);
  expect(stack.records()).toContain('base (superseded) = base-1');
  stack.world.onCall = () => {};
  expect((await stack.up(body(2), continuing)).result).toBe('succeeded');
  expect(stack.world.names()).not.toContain('base-1');
});

test('a resource that was skipped is not deleted, and keeps what it leans on', async () => {
  const stack = new TestStack(new World());
  const body =
    (isFirst: boolean): ProgramBody =>
    async (program) => {
      const extra = isFirst ? [(await program.thing('extra')).urn] : [];
      const bad = await program.thing('bad', { size: isFirst ? 1 : 2 });
      await program.thing('follower', {}, { dependencies: [bad.urn, ...extra] });
    };
  await stack.up(body(true));
  fail(stack, 'update bad');
  await stack.up(body(false), continuing);
  expect(stack.records()).toEqual(['extra = extra-1', 'bad = bad-2', 'follower = follower-3']);
});

test('a resource that failed after it took another URN keeps what it leans on', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const base = await program.component('base');
    await program.thing('old', { name: 'x', kind: 1 }, { dependencies: [base.urn] });
  });
  fail(stack, 'create x');
  const renamed: ProgramBody = async (program) => {
    await program.thing('new', { name: 'x', kind: 2 }, { aliases: [{ kind: 'spec', name: 'old' }] });
  };
  const { result, errors } = await stack.up(renamed, continuing);
  expect({ result, errors }).toEqual({ result: 'failed', errors: ['create refused', 'update failed'] });
  expect(stack.records()).toEqual(['base', 'new (awaiting-recreate) = x']);
});

test('a resource whose provider cannot be had is not deleted under its former name, and keeps the provider it was made by', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const own = await program.resource('pulumi:providers:test', 'own');
    await program.thing('old', {}, { provider: `${own.urn}::${own.id}` });
  });
  const providers = () => stack.snapshot.resources.filter(({ type }) => type === 'pulumi:providers:test').length;
  stack.world.onCall = (call) => {
    if (call === 'load') throw new Error('not to be had');
  };
  const moved: ProgramBody = async (program) => {
    await program.thing('new', {}, { aliases: [{ kind: 'spec', name: 'old' }] });
  };
  expect((await stack.preview(moved, continuing)).events.join()).not.toContain('delete');
  expect((await stack.up(moved, continuing)).result).toBe('failed');
  expect([stack.records(), providers()]).toEqual([['old = old-1'], 1]);
});

test('a resource that leans on what is excluded keeps what it leaned on before', async () => {
  const stack = new TestStack(new World());
  const body =
    (name: string): ProgramBody =>
    async (program) => {
      const base = await program.thing(name);
      await program.thing('user', {}, { dependencies: [base.urn] });
    };
  await stack.up(body('former'));
  const options = { ...continuing.request.options, excludes: ['**::latter'] };
  const { errors } = await stack.up(body('latter'), { request: { options } });
  expect(errors.join()).toContain('which was was not specified');
  expect(stack.records()).toEqual(['former = former-1', 'user = user-2']);
});

test('a component that leans on what failed, or whose provider did, is skipped and not constructed', async () => {
  const stack = failing('create bad');
  stack.world.components.set('test:index:Shelf', () => Promise.reject(new Error('constructed all the same')));
  const outcomes: string[] = [];
  const { errors } = await stack.up(async (program) => {
    const bad = await program.thing('bad');
    const own = await program.resource('pulumi:providers:test', 'own', {}, { dependencies: [bad.urn] });
    const served = await program.remote('served', {}, { provider: `${own.urn}::${own.id || unknownId}` });
    const leaning = await program.remote('leaning', {}, { dependencies: [bad.urn] });
    for (const { outcome } of [own, served, leaning]) outcomes.push(outcome);
  }, continuing);
  expect(outcomes).toEqual(['skipped', 'skipped', 'skipped']);
  expect(errors).toEqual(['create refused', 'update failed']);
});

test('what did not become ready is recorded, and what depends on it is skipped', async () => {
  const stack = new TestStack(new World());
  stack.world.unready.set('slow', ['not ready yet']);
  const outcomes: string[] = [];
  await stack.up(async (program) => {
    const slow = await program.thing('slow', { name: 'slow' });
    const after = await program.thing('after', {}, { dependencies: [slow.urn] });
    outcomes.push(slow.outcome, after.outcome);
  }, continuing);
  expect(outcomes).toEqual(['failed', 'skipped']);
  expect(stack.records()).toEqual(['slow = slow']);
});

test('a read that fails is said to have failed and unknown to the program, and what depends on it is skipped', async () => {
  const stack = new TestStack(new World());
  const outcomes: unknown[] = [];
  await stack.up(async (program) => {
    const found = await program.read('found', 'none');
    const after = await program.thing('after', {}, { dependencies: [found.urn] });
    outcomes.push(found, after.outcome);
  }, continuing);
  expect(outcomes).toMatchObject([{ outputs: {}, isUnknown: true, outcome: 'failed' }, 'skipped']);
  expect(stack.world.names()).toEqual([]);
});

test('a program that fails itself has nothing deleted', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => void (await program.thing('one')));
  const { result } = await stack.up(async () => {
    throw new Error('thrown by the program');
  }, continuing);
  expect(result).toBe('failed');
  expect(stack.records()).toEqual(['one = one-1']);
});

test('without the flag the program hears that the operation ends', async () => {
  const stack = failing('create bad');
  let hasGoneOn = false;
  await stack.up(async (program) => {
    await program.thing('bad');
    hasGoneOn = true;
  });
  expect(hasGoneOn).toBe(false);
});

test('nothing is deleted before its replacement while one that failed cannot outlive it', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const base = await program.thing('base', { name: 'base', kind: 1 });
    await program.thing('user', { fixedTo: base.outputs.serial! }, from(base, 'fixedTo'));
  });
  fail(stack, 'create user', 'update user');
  const { result, errors } = await stack.up(async (program) => {
    await program.thing('user');
    await program.thing('base', { name: 'base', kind: 2 });
  }, continuing);
  expect(result).toBe('failed');
  expect(errors.join()).toContain('cannot outlive it');
  expect(stack.world.names()).toContain('base');
});

test.each([
  { how: 'as it is compared', call: 'diff', name: 'user' },
  { how: 'under another name', call: 'create', name: 'renamed' },
])(
  'nothing is deleted before its replacement while one that cannot outlive it is failing, $how',
  async ({ call: failing, name }) => {
    const stack = new TestStack(new World());
    await stack.up(async (program) => {
      const base = await program.thing('base', { name: 'base', kind: 1 });
      await program.thing('user', { fixedTo: base.outputs.serial! }, from(base, 'fixedTo'));
    });
    let isFailing = true;
    stack.world.onCall = async (call, subject) => {
      if (!isFailing || call !== failing || subject === 'base') return;
      isFailing = false;
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error(`${call} refused`);
    };
    const { errors } = await stack.up(async (program) => {
      await Promise.all([
        program.thing(name, {}, { aliases: [{ kind: 'spec', name: 'user' }] }),
        program.thing('base', { name: 'base', kind: 2 }),
      ]);
    }, continuing);
    expect(errors).toEqual(
      expect.arrayContaining([`${failing} refused`, expect.stringContaining('cannot outlive it')]),
    );
    expect(stack.world.calls).not.toContain('delete base');
  },
);

test('what one cascade could not delete keeps what another is to delete', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const one = await program.thing('one', { name: 'one', kind: 1 });
    const two = await program.thing('two', { name: 'two', kind: 1 });
    const inputs = { name: 'user', fixedTo: one.outputs.serial!, fixedOn: two.outputs.serial! };
    await program.thing('user', inputs, {
      dependencies: [one.urn, two.urn],
      propertyDependencies: { fixedTo: [one.urn], fixedOn: [two.urn] },
    });
  });
  stack.world.onCall = async (call, subject) => {
    if (call !== 'delete' || subject !== 'user') return;
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('delete refused');
  };
  await stack.up(async (program) => {
    await Promise.all(['one', 'two'].map((name) => program.thing(name, { name, kind: 2 })));
  }, continuing);
  expect(stack.world.calls.filter((call) => /^delete (one|two)/.test(call))).toEqual([]);
});

test('what one cascade has left when another comes to it is decided on again', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const one = await program.thing('one', { name: 'one', kind: 1 });
    const two = await program.thing('two', { name: 'two', kind: 1 });
    const link = await program.thing('link', { name: 'link', fixedTo: two.outputs.serial! }, from(two, 'fixedTo'));
    const inputs = { name: 'user', fixedTo: one.outputs.serial!, fixedOn: link.outputs.serial! };
    await program.thing('user', inputs, {
      dependencies: [one.urn, link.urn],
      propertyDependencies: { fixedTo: [one.urn], fixedOn: [link.urn] },
    });
  });
  stack.world.onCall = async (call, subject) => {
    // The cascade of `two` decides on what leans on it while `user` is in the hands of that of `one`.
    if (call === 'diff' && subject === 'link') await new Promise((resolve) => setImmediate(resolve));
    if (call === 'delete' && subject === 'user') throw new Error('delete refused');
  };
  await stack.up(async (program) => {
    await Promise.all(['one', 'two'].map((name) => program.thing(name, { name, kind: 2 })));
  }, continuing);
  expect(stack.world.names()).toEqual(['link', 'one', 'two', 'user']);
});

test('the default provider of one that is skipped stays, though nothing else has asked for it', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('served');
  });
  const isRecorded = () => stack.snapshot.resources.some(({ type }) => type === 'pulumi:providers:test');
  expect(isRecorded()).toBe(true);
  fail(stack, 'create bad');
  const { result } = await stack.up(async (program) => {
    const { urn, id } = await program.resource('pulumi:providers:test', 'own');
    const bad = await program.thing('bad', {}, { provider: `${urn}::${id}` });
    await program.thing('dependent', {}, { dependencies: [bad.urn] });
  }, continuing);
  expect([result, stack.records()]).toEqual(['failed', []]);
  expect(stack.snapshot.resources.filter(({ type }) => type === 'pulumi:providers:test')).toHaveLength(2);
});
