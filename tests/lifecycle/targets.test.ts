import { Unknown, type Urn, unknownId } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { from, type Program, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const thing = (name: string) => `urn:pulumi:dev::proj::test:index:Thing::${name}`;

/** `base`, `dependent` that leans on it, and `other`. */
const threeOf =
  (size: number): ProgramBody =>
  async (program) => {
    const base = await program.thing('base', { size });
    await program.thing('dependent', { size, of: base.outputs.serial! }, from(base, 'of'));
    await program.thing('other', { size });
  };

async function deployed(): Promise<TestStack> {
  const stack = new TestStack(new World());
  await stack.up(threeOf(1));
  stack.world.calls.length = 0;
  return stack;
}

const sizes = (stack: TestStack) =>
  Object.fromEntries(stack.snapshot.resources.map(({ urn, inputs }) => [urn.split('::').at(-1), inputs.size]));

const selecting = (options: object) => ({ request: { options } });

describe('an update with targets', () => {
  test('changes the targets alone, and does not ask the provider about anything else', async () => {
    const stack = await deployed();
    const { events } = await stack.up(threeOf(2), selecting({ targets: [thing('base')] }));
    expect(events).toEqual([
      'update base (size)',
      'same dependent',
      'same other',
      'same proj-dev',
      'succeeded: 3 same, 1 update',
    ]);
    expect(sizes(stack)).toMatchObject({ base: 2, dependent: 1, other: 1 });
    expect(stack.world.calls.filter((call) => /check|diff/.test(call))).toEqual([
      'checkConfig provider',
      'check base',
      'diff base-1',
    ]);
  });

  test('reaches what leans on the targets when it is asked to', async () => {
    const stack = await deployed();
    const { changes } = await stack.up(threeOf(2), selecting({ targets: [thing('base')], targetDependents: true }));
    expect(changes).toEqual({ update: 2, same: 2 });
    expect(sizes(stack)).toMatchObject({ base: 2, dependent: 2, other: 1 });
  });

  test('takes globs: one star stops at a colon, two stars do not', async () => {
    const stack = await deployed();
    await stack.up(threeOf(2), selecting({ targets: ['urn:pulumi:*::proj::test:*:Thing::oth*'] }));
    expect(sizes(stack)).toMatchObject({ base: 1, dependent: 1, other: 2 });
    await stack.up(threeOf(3), selecting({ targets: ['urn:*::base'] }));
    expect(sizes(stack)).toMatchObject({ base: 1, dependent: 1, other: 2 });
    await stack.up(threeOf(4), selecting({ targets: ['**::base', '**dep**'] }));
    expect(sizes(stack)).toMatchObject({ base: 4, dependent: 4, other: 2 });
  });

  test('does not make what is new and no target, whose outputs are unknown to the program', async () => {
    const stack = new TestStack(new World());
    let reply: unknown;
    const { events, result } = await stack.up(
      async (program) => {
        reply = await program.thing('other');
        await program.thing('base');
      },
      selecting({ targets: [thing('base')] }),
    );
    expect(reply).toMatchObject({ urn: thing('other'), id: '', outputs: {}, outcome: 'succeeded', isUnknown: true });
    expect(result).toBe('succeeded');
    expect(events.filter((line) => line.includes('other'))).toEqual(['same other']);
    expect(stack.records()).toEqual(['base = base-1']);
  });

  test('refuses a target that leans on something new that is none', async () => {
    const stack = new TestStack(new World());
    const options = selecting({ targets: [thing('dependent')] });
    const text = `Resource '${thing('dependent')}' depends on '${thing('base')}' which was was not specified in --target list.`;
    expect((await stack.preview(threeOf(1), options)).errors).toEqual([text]);
    const { errors, result } = await stack.up(threeOf(1), options);
    expect({ errors, result }).toEqual({ errors: [text], result: 'failed' });
    expect(stack.world.names()).toEqual([]);
  });

  describe('is served by providers as the program declares them', () => {
    const served =
      (base: object, provider: object, parent?: string): ProgramBody =>
      async (program) => {
        const group = parent === undefined ? undefined : await program.component(parent);
        const options = group === undefined ? {} : { parent: group.urn };
        const mine = await program.resource('pulumi:providers:test', 'mine', { ...provider }, options);
        const id = mine.id === '' ? unknownId : mine.id;
        for (const name of ['base', 'other'])
          await program.thing(name, { ...base }, { provider: `${mine.urn}::${id}` });
      };
    const options = selecting({ targets: [thing('base')] });

    test('with changed configuration', async () => {
      const stack = new TestStack(new World());
      await stack.up(served({ size: 1 }, { token: 'old' }));
      const { events } = await stack.up(served({ size: 2 }, { token: 'new' }), options);
      expect(events).toEqual([
        'update mine',
        'update base (size)',
        'same other',
        'same proj-dev',
        'succeeded: 2 same, 2 update',
      ]);
    });

    test('though they are new', async () => {
      const stack = new TestStack(new World());
      expect((await stack.preview(served({}, {}), options)).errors).toEqual([]);
      expect((await stack.up(served({}, {}), options)).errors).toEqual([]);
      expect(stack.world.names()).toEqual(['base-2']);
    });

    test('but for one that leans on something new that is no target, which is told in a preview as that one error', async () => {
      const mine = 'urn:pulumi:dev::proj::test:index:Group$pulumi:providers:test::mine';
      const errors = [`Resource '${thing('base')}' depends on '${mine}' which was was not specified in --target list.`];
      const body = served({}, {}, 'group');
      expect(await new TestStack(new World()).preview(body, options)).toMatchObject({ result: 'failed', errors });
      expect(await new TestStack(new World()).up(body, options)).toMatchObject({ result: 'failed', errors });
    });

    test('which leaves those that no target needs to a destruction of targets', async () => {
      const stack = new TestStack(new World());
      await stack.up(served({}, { token: 'old' }));
      const { result } = await stack.destroy({
        program: served({}, { token: 'new' }),
        request: { options: { runProgram: true, targets: [thing('base')] } },
      });
      expect([result, stack.records()]).toEqual(['succeeded', ['other = other-2']]);
      const mine = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::mine'));
      expect(mine?.inputs.token).toBe('new');
    });
  });

  test('refuses a target whose new parent is none', async () => {
    const stack = new TestStack(new World());
    const child = 'urn:pulumi:dev::proj::test:index:Group$test:index:Thing::child';
    const { errors } = await stack.up(
      async (program) => {
        const group = await program.component('group');
        await program.thing('child', {}, { parent: group.urn });
      },
      selecting({ targets: [child] }),
    );
    expect(errors).toEqual([
      `Resource '${child}' depends on 'urn:pulumi:dev::proj::test:index:Group::group' which was was not specified in --target list.`,
    ]);
  });

  test('lets what was not made lean on each other', async () => {
    const stack = new TestStack(new World());
    const { result } = await stack.up(threeOf(1), selecting({ targets: [thing('other')] }));
    expect(result).toBe('succeeded');
    expect(stack.records()).toEqual(['other = other-1']);
  });

  test('deletes only targets among what is no longer declared', async () => {
    const stack = await deployed();
    const { events } = await stack.up(
      async (program) => void (await program.thing('base', { size: 1 })),
      selecting({ targets: [thing('dependent')] }),
    );
    expect(events).toContain('delete dependent');
    expect(stack.records()).toEqual(['base = base-1', 'other = other-3']);
  });

  test('refuses to delete a target when what leans on it goes too and is no target', async () => {
    const stack = await deployed();
    const onlyOther: ProgramBody = async (program) => void (await program.thing('other', { size: 1 }));
    const targets = [thing('base')];
    const { errors, result } = await stack.up(onlyOther, selecting({ targets }));
    expect(result).toBe('failed');
    expect(errors).toContain(
      `Resource '${thing('dependent')}' will be destroyed but was not specified in --target list.\n` +
        'Either include resource in --target list or pass --target-dependents to proceed.',
    );
    expect(stack.world.names()).toHaveLength(3);
    await stack.up(onlyOther, selecting({ targets, targetDependents: true }));
    expect(stack.world.names()).toEqual(['other-3']);
  });

  test('keeps what a resource that was left alone leans on, declared or not', async () => {
    const stack = await deployed();
    const { result, events } = await stack.up(
      async (program) => {
        await program.thing('dependent', { size: 1, of: 'gone' });
        await program.thing('other', { size: 1 });
      },
      selecting({ targets: [thing('base'), thing('other')] }),
    );
    expect(result).toBe('succeeded');
    expect(events).toContain('same base');
    expect(stack.records()).toEqual(['base = base-1', 'dependent = dependent-2', 'other = other-3']);
  });

  test('refuses targets that nobody has recorded or declared', async () => {
    const stack = await deployed();
    const { errors, result } = await stack.up(threeOf(1), selecting({ targets: [thing('none'), 'a$b', '**none'] }));
    expect(result).toBe('failed');
    expect(errors.slice(0, 3)).toEqual([
      `Target '${thing('none')}' could not be found in the stack. Did you forget to escape $ in your shell?`,
      "Target 'a$b' could not be found in the stack.",
      'one or more targets could not be found in the stack',
    ]);
  });

  test('leaves a resource under its old URN when an alias would rename it', async () => {
    const stack = await deployed();
    let urn: string | undefined;
    const { result } = await stack.up(
      async (program) => {
        await program.thing('base', { size: 2 });
        const moved = await program.thing('moved', { size: 2 }, { aliases: [{ kind: 'spec', name: 'other' }] });
        urn = moved.urn;
        await program.thing('child', {}, { parent: moved.urn });
      },
      selecting({ targets: [thing('base'), thing('dependent')] }),
    );
    expect(result).toBe('succeeded');
    expect(urn).toBe(thing('other'));
    expect(stack.records()).toEqual(['base = base-1', 'other = other-3']);
  });

  test('keeps the outputs that the program cannot know, and exports the others', async () => {
    const stack = await deployed();
    const body =
      (hasNew: boolean): ProgramBody =>
      async (program) => {
        await threeOf(1)(program);
        const extra = hasNew ? await program.thing('extra') : undefined;
        await program.export({ size: hasNew ? 2 : 1, serial: extra?.isUnknown ? new Unknown() : 'old' });
      };
    await stack.up(body(false));
    const { result, outcome } = await stack.up(body(true), selecting({ targets: [thing('base')] }));
    expect(result).toBe('succeeded');
    expect(outcome.stackOutputs).toEqual({ size: 2, serial: 'old' });
  });

  test('refuses to leave a resource behind with a provider that is replaced', async () => {
    const stack = new TestStack(new World());
    const body =
      (region: string): ProgramBody =>
      async (program) => {
        const provider = await program.resource('pulumi:providers:test', 'mine', { region });
        await program.thing('base', {}, { provider: `${provider.urn}::${provider.id}` });
      };
    await stack.up(body('here'));
    const { errors, result } = await stack.up(
      body('there'),
      selecting({ targets: ['urn:pulumi:dev::proj::pulumi:providers:test::mine'] }),
    );
    expect(result).toBe('failed');
    expect(errors[0]).toContain(
      'has not been registered yet, this is due to a change of providers mixed with --target. ' +
        'Change your program back to the original providers',
    );
  });

  test('refuses to make again what had to go with a target by a new provider that is not made', async () => {
    const stack = new TestStack(new World());
    const body =
      (kind: number, hasOwn: boolean): ProgramBody =>
      async (program) => {
        const parent = hasOwn ? (await program.component('group')).urn : program.stackUrn;
        const mine = hasOwn ? await program.resource('pulumi:providers:test', 'mine', {}, { parent }) : undefined;
        const served = mine === undefined ? {} : { provider: `${mine.urn}::${mine.id === '' ? unknownId : mine.id}` };
        const base = await program.thing('base', { name: 'base', kind });
        await program.thing('fixed', { fixedTo: base.outputs.serial! }, { ...from(base, 'fixedTo'), ...served });
      };
    await stack.up(body(1, false));
    const { errors } = await stack.up(body(2, true), selecting({ targets: [thing('base')] }));
    expect(errors).toEqual([
      `Resource '${thing('fixed')}' depends on 'urn:pulumi:dev::proj::test:index:Group$pulumi:providers:test::mine' which was was not specified in --target list.`,
    ]);
  });

  test('makes again what had to go with a target, whoever it is', async () => {
    const stack = new TestStack(new World());
    const body =
      (kind: number): ProgramBody =>
      async (program) => {
        const base = await program.thing('base', { name: 'base', kind });
        await program.thing('fixed', { fixedTo: base.outputs.serial! }, from(base, 'fixedTo'));
      };
    await stack.up(body(1));
    const { events, result } = await stack.up(body(2), selecting({ targets: [thing('base')] }));
    expect(result).toBe('succeeded');
    expect(events).toContain('create-replacement fixed because of fixedTo');
    expect(stack.world.names()).toHaveLength(2);
  });
});

describe('an update with excludes', () => {
  test('changes everything else', async () => {
    const stack = await deployed();
    await stack.up(threeOf(2), selecting({ excludes: [thing('base')] }));
    expect(sizes(stack)).toMatchObject({ base: 1, dependent: 2, other: 2 });
  });

  test('leaves out what leans on them when it is asked to', async () => {
    const stack = await deployed();
    await stack.up(threeOf(2), selecting({ excludes: [thing('base')], excludeDependents: true }));
    expect(sizes(stack)).toMatchObject({ base: 1, dependent: 1, other: 2 });
  });

  test('leaves out what leans on one that keeps the URN it is recorded with', async () => {
    const stack = await deployed();
    const { result } = await stack.up(
      async (program) => {
        const moved = await program.thing('moved', { size: 2 }, { aliases: [{ kind: 'spec', name: 'base' }] });
        await program.thing('dependent', { size: 2, of: moved.outputs.serial! }, from(moved, 'of'));
        await program.thing('other', { size: 2 });
      },
      selecting({ excludes: [thing('moved')], excludeDependents: true }),
    );
    expect(result).toBe('succeeded');
    expect(sizes(stack)).toMatchObject({ base: 1, dependent: 1, other: 2 });
  });

  test('does not delete one first that an excluded one cannot do without', async () => {
    const stack = new TestStack(new World());
    const body =
      (kind: number): ProgramBody =>
      async (program) => {
        const base = await program.thing('base', { name: 'base', kind });
        await program.thing('fixed', { fixedTo: base.outputs.serial! }, from(base, 'fixedTo'));
      };
    await stack.up(body(1));
    const excluding = selecting({ excludes: [thing('fixed')] });
    const preview = await stack.preview(body(2), excluding);
    const { result, errors } = await stack.up(body(2), excluding);
    expect({ result, errors: errors[0] }).toEqual({ result: 'failed', errors: preview.errors[0] });
    expect(errors[0]).toContain(
      `unable to replace resource "${thing('base')}", since "${thing('fixed')}" cannot outlive it`,
    );
    expect(stack.world.names()).toHaveLength(2);
  });

  test('leaves an excluded read to its provider that is not made', async () => {
    const body: ProgramBody = async (program) => {
      const mine = await program.resource('pulumi:providers:test', 'mine');
      await program.monitor.readResource({
        type: 'test:index:Thing',
        name: 'found',
        id: 'x',
        parent: program.stackUrn,
        inputs: {},
        provider: `${mine.urn}::${mine.id === '' ? unknownId : mine.id}`,
        dependencies: [],
        additionalSecretOutputs: [],
        stackTrace: [],
      });
    };
    const stack = new TestStack(new World());
    const excluding = selecting({ excludes: ['**::mine'] });
    expect((await stack.preview(body, excluding)).errors).toEqual([]);
    expect((await stack.up(body, excluding)).errors).toEqual([]);
    expect(stack.records()).toEqual([]);
  });

  test('leaves out what leans on an excluded read when it is asked to', async () => {
    const stack = await deployed();
    const { result } = await stack.up(
      async (program) => {
        const found = await program.read('found', 'other-3');
        await program.thing('follower', {}, { dependencies: [found.urn] });
        await threeOf(1)(program);
      },
      selecting({ excludes: [thing('found')], excludeDependents: true }),
    );
    expect(result).toBe('succeeded');
    expect(stack.records().join()).not.toContain('follower');
  });

  test('keeps the generation of a provider that serves an excluded resource', async () => {
    const stack = new TestStack(new World());
    const body =
      (region: string, hasUser: boolean): ProgramBody =>
      async (program) => {
        const mine = await program.resource('pulumi:providers:test', 'mine', { region });
        if (hasUser) await program.thing('user', {}, { provider: `${mine.urn}::${mine.id}` });
      };
    await stack.up(body('here', true));
    const { result, errors } = await stack.up(body('there', false), selecting({ excludes: [thing('user')] }));
    expect({ result, errors }).toEqual({ result: 'succeeded', errors: [] });
    const providers = stack.snapshot.resources.filter(({ urn }) => urn.endsWith('::mine'));
    expect(providers.map(({ disposition, inputs }) => `${disposition} ${inputs.region}`).sort()).toEqual([
      'live there',
      'superseded here',
    ]);
  });

  test('deletes what an excluded one has only come to through a generation that is replaced', async () => {
    const stack = new TestStack(new World());
    const body =
      (hasOwnProvider: boolean): ProgramBody =>
      async (program) => {
        const mine = hasOwnProvider
          ? await program.resource('pulumi:providers:test', 'mine', { region: 'here' })
          : undefined;
        const served = mine === undefined ? {} : { provider: `${mine.urn}::${mine.id}` };
        const base = await program.thing('base', {}, served);
        await program.thing('dependent', {}, { dependencies: [base.urn] });
      };
    await stack.up(body(true));
    const { result } = await stack.up(body(false), selecting({ excludes: [thing('dependent')] }));
    expect(result).toBe('succeeded');
    expect(stack.snapshot.resources.map(({ urn }) => urn.split('::').at(-1))).not.toContain('mine');
  });

  test('deletes what is no longer declared but for what an excluded one needs', async () => {
    const stack = await deployed();
    const { result } = await stack.up(async () => {}, selecting({ excludes: ['**::dependent'] }));
    expect(result).toBe('succeeded');
    expect(stack.records()).toEqual(['base = base-1', 'dependent = dependent-2']);
  });
});

describe('what is to be replaced', () => {
  test('is, with a fresh name, whatever its provider says', async () => {
    const stack = await deployed();
    const { events } = await stack.up(threeOf(1), selecting({ replaces: [thing('other')] }));
    expect(events).toContain('replace other because of id');
    expect(stack.records()).toContain('other = other-4');
    expect(stack.world.names()).toHaveLength(3);
  });

  test('must be recorded before the program starts', async () => {
    const stack = await deployed();
    let hasStarted = false;
    const { errors } = await stack.up(
      async () => {
        hasStarted = true;
      },
      selecting({ replaces: [thing('none')] }),
    );
    expect(errors).toContain('one or more targets could not be found in the stack');
    expect(hasStarted).toBe(false);
  });
});

describe('a destruction', () => {
  test('of targets names what leans on them and is no target, and deletes nothing then', async () => {
    const stack = await deployed();
    const { errors, result } = await stack.destroy(selecting({ targets: [thing('base')] }));
    expect(result).toBe('failed');
    expect(errors[0]).toBe(
      `Resource '${thing('dependent')}' will be destroyed but was not specified in --target list.\n` +
        'Either include resource in --target list or pass --target-dependents to proceed.',
    );
    expect(stack.world.names()).toHaveLength(3);
  });

  test('of targets and their dependents leaves the others, and says so', async () => {
    const stack = await deployed();
    const { events } = await stack.destroy(selecting({ targets: [thing('base')], targetDependents: true }));
    expect(events).toEqual(['same other', 'delete dependent', 'delete base', 'succeeded: 2 same, 2 delete']);
    expect(stack.records()).toEqual(['other = other-3']);
  });

  test('of a target takes its children, too', async () => {
    const stack = new TestStack(new World());
    await stack.up(async (program) => {
      const group = await program.component('group');
      await program.thing('child', {}, { parent: group.urn });
    });
    const { errors } = await stack.destroy(selecting({ targets: ['**Group::group'] }));
    expect(errors[0]).toContain('::child');
    const { result } = await stack.destroy(selecting({ targets: ['**Group::group', '**::child'] }));
    expect(result).toBe('succeeded');
    expect(stack.records()).toEqual([]);
  });

  test('but for excludes keeps all that those lean on', async () => {
    const stack = await deployed();
    await stack.destroy(selecting({ excludes: [thing('dependent')] }));
    expect(stack.records()).toEqual(['base = base-1', 'dependent = dependent-2']);
    await stack.destroy(selecting({ excludes: [thing('base')] }));
    expect(stack.records()).toEqual(['base = base-1']);
  });

  test('but for what is protected keeps that and all it leans on', async () => {
    const stack = new TestStack(new World());
    await stack.up(async (program) => {
      const base = await program.thing('base');
      await program.thing('guarded', { of: base.outputs.serial! }, { ...from(base, 'of'), protect: true });
      await program.thing('free');
    });
    const { result, errors } = await stack.destroy(selecting({ excludeProtected: true }));
    expect({ result, errors }).toEqual({ result: 'succeeded', errors: [] });
    expect(stack.records()).toEqual(['base = base-1', 'guarded = guarded-2']);
  });

  test('of everything takes what is protected when it is told to', async () => {
    const stack = new TestStack(new World());
    await stack.up(async (program) => void (await program.thing('guarded', {}, { protect: true })));
    expect((await stack.destroy()).result).toBe('failed');
    expect((await stack.destroy(selecting({ ignoreProtect: true }))).result).toBe('succeeded');
    expect(stack.snapshot.resources).toEqual([]);
  });
});

describe('a refresh', () => {
  test('of targets reads no others', async () => {
    const stack = await deployed();
    await stack.refresh(selecting({ targets: [thing('base')] }));
    expect(stack.world.calls.filter((call) => call.startsWith('read'))).toEqual(['read base-1']);
  });

  test('of targets and their dependents, and but for excludes', async () => {
    const stack = await deployed();
    await stack.refresh(selecting({ targets: [thing('base')], targetDependents: true }));
    await stack.refresh(selecting({ excludes: [thing('base')] }));
    const reads = stack.world.calls.filter((call) => call.startsWith('read'));
    expect(reads).toEqual(['read base-1', 'read dependent-2', 'read dependent-2', 'read other-3']);
  });

  test('refuses targets and excludes that are not recorded', async () => {
    const stack = await deployed();
    for (const options of [{ targets: [thing('none')] }, { excludes: [thing('none')] }])
      expect((await stack.refresh(selecting(options))).errors).toContain(
        'one or more targets could not be found in the stack',
      );
    expect(stack.world.calls).toEqual([]);
  });
});

test('protection can be overruled for a replacement', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: number): ProgramBody =>
    async (program) =>
      void (await program.thing('guarded', { kind }, { protect: true }));
  await stack.up(body(1));
  expect((await stack.up(body(2))).result).toBe('failed');
  const { result, events } = await stack.up(body(2), selecting({ ignoreProtect: true }));
  expect(result).toBe('succeeded');
  expect(events).toContain('replace guarded because of kind');
});

test('a target does not come to depend on what is left alone and recorded as depending on it', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const one = await program.thing('one', { name: 'one' });
    const middle = await program.thing('middle', { name: 'middle' }, { dependencies: [one.urn] });
    await program.thing('two', { name: 'two' }, { dependencies: [middle.urn] });
  });
  const before = stack.snapshot;
  const { errors } = await stack.up(
    async (program) => {
      const two = await program.thing('two', { name: 'two' });
      await program.thing('one', { name: 'one' }, { dependencies: [two.urn] });
    },
    { request: { options: { targets: ['**::one'] } } },
  );
  expect(errors[0]).toContain('cannot depend on what is recorded as depending on it');
  expect(stack.snapshot).toEqual(before);
});

describe('a read that would come to depend on what is left alone and recorded as depending on it', () => {
  const readOn = async (program: Program, dependencies: readonly Urn[]) => {
    const request = { type: 'test:index:Thing', name: 'one', id: 'one', parent: program.stackUrn, inputs: {} };
    return program.monitor.readResource({ ...request, dependencies, additionalSecretOutputs: [], stackTrace: [] });
  };
  const turned: ProgramBody = async (program) => {
    const two = await program.thing('two', { name: 'two' });
    await readOn(program, [two.urn]);
  };
  const withRead = async () => {
    const stack = new TestStack(new World());
    stack.world.things.set('one', { id: 'one', type: 'test:index:Thing', props: { name: 'one' } });
    await stack.up(async (program) => {
      const one = await readOn(program, []);
      await program.thing('two', { name: 'two' }, { dependencies: [one.urn] });
    });
    return stack;
  };

  test('is refused', async () => {
    const stack = await withRead();
    const before = stack.snapshot;
    const { errors } = await stack.up(turned, selecting({ excludes: ['**::two'] }));
    expect(errors[0]).toContain('cannot depend on what is recorded as depending on it');
    expect(stack.snapshot).toEqual(before);
  });

  test('depends on what it is recorded to depend on, where the program is merely heard', async () => {
    const stack = await withRead();
    const before = stack.snapshot;
    const run = await stack.refresh({ program: turned, request: { options: { runProgram: true } } });
    expect(run.errors).toEqual([]);
    expect(stack.snapshot).toEqual(before);
  });
});

test('a component does not move into what is recorded as depending on it, where the program is merely heard', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const group = await program.component('group');
    await program.thing('user', {}, { dependencies: [group.urn] });
  });
  const before = stack.snapshot;
  const run = await stack.destroy({
    program: async (program) => {
      const user = await program.thing('user');
      const aliases = [{ kind: 'spec', parent: { kind: 'urn', urn: program.stackUrn } }] as const;
      await program.component('group', { parent: user.urn, aliases });
    },
    request: { options: { runProgram: true } },
  });
  expect(run.errors[0]).toContain('cannot depend on what is recorded as depending on it');
  expect(stack.snapshot).toEqual(before);
});

test('a circle with what is left alone is refused, whoever else leans on that', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('other', { name: 'other' });
    const one = await program.thing('one', { name: 'one' });
    await program.thing('two', { name: 'two' }, { dependencies: [one.urn] });
  });
  const { errors } = await stack.up(
    async (program) => {
      const { urn } = await program.thing('two', { name: 'two' });
      await Promise.all(['other', 'one'].map((name) => program.thing(name, { name }, { dependencies: [urn] })));
    },
    selecting({ excludes: ['**::two'] }),
  );
  expect(errors[0]).toContain('cannot depend on what is recorded as depending on it');
});
