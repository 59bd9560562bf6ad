import { Replay, verifySnapshot } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { from, type ProgramBody, type RunSettings, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const running = (program: ProgramBody, options: object = {}) => ({
  program,
  request: { options: { runProgram: true, ...options } } satisfies RunSettings['request'],
});

/** A provider with a token of its own, two things and, when asked for, one that is new. */
const body =
  ({ token = 'old', size = 1, hasNew = false } = {}): ProgramBody =>
  async (program) => {
    const mine = await program.resource('pulumi:providers:test', 'mine', { token });
    const provider = `${mine.urn}::${mine.id}`;
    const group = await program.component('group');
    const base = await program.thing('base', { size }, { provider, parent: group.urn });
    await program.thing('other', { size, of: base.outputs.serial! }, { ...from(base, 'of'), provider });
    if (hasNew) await program.thing('new', {}, { provider });
  };

async function deployed(): Promise<TestStack> {
  const stack = new TestStack(new World());
  await stack.up(body());
  stack.world.calls.length = 0;
  return stack;
}

const changing = (stack: TestStack) => stack.world.calls.filter((call) => /^(create|update|delete|read) /.test(call));
const inputs = (stack: TestStack, name: string) =>
  stack.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`))?.inputs;

function drift(stack: TestStack, id: string, size: number): void {
  const thing = stack.world.things.get(id)!;
  stack.world.things.set(id, { ...thing, props: { ...thing.props, size } });
}

describe('a refresh that runs the program', () => {
  test('reads what is declared with the provider as it is declared now, and changes nothing', async () => {
    const stack = await deployed();
    drift(stack, 'base-1', 5);
    const { result, changes } = await stack.refresh(running(body({ token: 'new', size: 2 })));
    expect(result).toBe('succeeded');
    expect(changes).toMatchObject({ update: 2 });
    expect(inputs(stack, 'base')?.size).toBe(5);
    expect(inputs(stack, 'other')?.size).toBe(1);
    expect(inputs(stack, 'mine')?.token).toBe('new');
    expect(changing(stack)).toEqual(['read base-1', 'read other-2']);
  });

  test('tells of components and providers as if they had been read, and counts them once', async () => {
    const stack = await deployed();
    const { events, changes } = await stack.refresh(running(body({ hasNew: true })));
    expect(events.filter((line) => / (group|mine)$/.test(line))).toEqual([
      'update mine',
      'same mine',
      'update group',
      'same group',
    ]);
    expect(events).toContain('same new');
    expect(changes).toEqual({ same: 6 });
  });

  test('reads what is no longer declared, too, and deletes nothing', async () => {
    const stack = await deployed();
    const { result } = await stack.refresh(running(async () => {}));
    expect(result).toBe('succeeded');
    expect(changing(stack).sort()).toEqual(['read base-1', 'read other-2']);
    expect(stack.world.names()).toHaveLength(2);
  });

  test('makes nothing new, and forgets what is gone', async () => {
    const stack = await deployed();
    stack.world.things.delete('base-1');
    const { result } = await stack.refresh(running(body({ hasNew: true })));
    expect(result).toBe('succeeded');
    expect(stack.records()).toEqual(['group', 'other = other-2']);
    expect(stack.world.names()).toEqual(['other-2']);
  });

  test('reads only targets', async () => {
    const stack = await deployed();
    await stack.refresh(running(body(), { targets: ['**::other'] }));
    expect(changing(stack)).toEqual(['read other-2']);
  });

  test('keeps what it has read when the program fails', async () => {
    const stack = await deployed();
    drift(stack, 'base-1', 5);
    const { result } = await stack.refresh(
      running(async (program) => {
        await body()(program);
        throw new Error('thrown by the program');
      }),
    );
    expect(result).toBe('failed');
    expect(inputs(stack, 'base')?.size).toBe(5);
  });
});

describe('a destruction that runs the program', () => {
  test('deletes everything with the provider as it is declared now', async () => {
    const stack = await deployed();
    const { result, events } = await stack.destroy(running(body({ token: 'new', hasNew: true })));
    expect(result).toBe('succeeded');
    expect(events).toEqual(
      expect.arrayContaining(['same base', 'same other', 'same new', 'delete other', 'delete base']),
    );
    expect(changing(stack)).toEqual(['delete other-2', 'delete base-1']);
    expect(stack.snapshot.resources).toEqual([]);
  });

  test('deletes nothing when the program fails', async () => {
    const stack = await deployed();
    const { result } = await stack.destroy(
      running(async () => {
        throw new Error('thrown by the program');
      }),
    );
    expect(result).toBe('failed');
    expect(stack.world.names()).toHaveLength(2);
  });

  test('deletes targets alone, and starts no provider that is none', async () => {
    const stack = await deployed();
    const program: ProgramBody = async (program) => {
      await body()(program);
      const extra = await program.resource('pulumi:providers:test', 'extra', {});
      await program.thing('new', {}, { provider: `${extra.urn}::${extra.id}` });
    };
    const { result } = await stack.destroy(running(program, { targets: ['**::other'] }));
    expect(result).toBe('succeeded');
    expect(stack.records()).toEqual(['group', 'base = base-1']);
  });
});

describe('an update that refreshes while it runs the program', () => {
  const refreshing = { request: { options: { refresh: true, runProgram: true } } };

  test('compares each resource with what it finds of it', async () => {
    const stack = await deployed();
    drift(stack, 'base-1', 5);
    const { result, changes } = await stack.up(body(), refreshing);
    expect(result).toBe('succeeded');
    expect(changes).toMatchObject({ update: 1 });
    expect(changing(stack)).toEqual(['read base-1', 'update base-1', 'read other-2']);
  });

  test('makes again what it finds gone, and leaves a sound record when that fails', async () => {
    const stack = await deployed();
    stack.world.things.delete('base-1');
    stack.world.onCall = (call) => {
      if (call === 'create') throw new Error('refused');
    };
    expect((await stack.up(body(), refreshing)).result).toBe('failed');
    stack.world.onCall = () => {};
    const { result, events } = await stack.up(body(), refreshing);
    expect(result).toBe('succeeded');
    expect(events.some((line) => /create.* base/.test(line))).toBe(true);
    expect(stack.world.names()).toHaveLength(2);
  });

  test('makes what it finds gone under the name that an alias gives it, which all that refer to it follow', async () => {
    const stack = new TestStack(new World());
    const program =
      (name: string): ProgramBody =>
      async (program) => {
        const base = await program.thing(name, {}, { aliases: [{ kind: 'spec', name: 'base' }] });
        if (name === 'renamed') throw new Error('half way');
        await program.thing('other', {}, { dependencies: [base.urn] });
      };
    await stack.up(program('base'));
    stack.world.things.delete('base-1');
    const run = await stack.up(program('renamed'), refreshing);
    expect(run.errors.join()).not.toContain('bug');
    expect(verifySnapshot(stack.snapshot)).toEqual([]);
    expect(stack.records()).toEqual(['renamed = renamed-3', 'other = other-2']);
  });
});

test('a provider of a program that is merely heard leans on what it was recorded to lean on', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const own = await program.resource('pulumi:providers:test', 'own');
    const served = await program.thing('served', {}, { provider: `${own.urn}::${own.id}` });
    await program.thing('after', {}, { dependencies: [served.urn] });
  });
  const turnedRound: ProgramBody = async (program) => {
    const served = await program.thing('served');
    const after = await program.thing('after', {}, { dependencies: [served.urn] });
    await program.resource('pulumi:providers:test', 'own', {}, { dependencies: [after.urn] });
  };
  expect((await stack.refresh(running(turnedRound))).errors).toEqual([]);
  expect(stack.snapshot.resources.find(({ urn }) => urn.endsWith('::own'))?.dependencies).toEqual([]);
});

test('killed at any write, who refers to a resource that an alias renames while he is read names it as it is recorded', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const base = await program.thing('base');
    await program.thing('user', {}, { dependencies: [base.urn] });
  });
  stack.world.things.delete('user-2');
  const renamed = Promise.withResolvers<void>();
  stack.world.onCall = async (call, id) => {
    if (call === 'read' && id === 'user-2') await renamed.promise;
  };
  const replayed = new Replay(stack.snapshot);
  const broken: string[] = [];
  await stack.up(
    async (program) => {
      const user = program.thing('user');
      await program.thing('renamed', {}, { aliases: [{ kind: 'spec', name: 'base' }] });
      renamed.resolve();
      await user;
    },
    {
      request: { options: { refresh: true, runProgram: true } },
      journal: (entry) => {
        replayed.apply(entry);
        broken.push(...verifySnapshot(replayed.snapshot()).map(({ message }) => message));
      },
    },
  );
  expect(broken).toEqual([]);
});

test('a destruction that leaves out what is protected leaves it what it works with, though the program gives that up', async () => {
  const world = new World();
  world.things.set('elsewhere', { id: 'elsewhere', type: 'test:index:Thing', props: { name: 'elsewhere' } });
  const stack = new TestStack(world);
  await stack.up(async (program) => {
    const base = await program.thing('base');
    await program.thing('guarded', { fixedTo: base.outputs.serial! }, { ...from(base, 'fixedTo'), protect: true });
  });
  const reading: ProgramBody = async (program) => void (await program.read('base', 'elsewhere'));
  await stack.destroy(running(reading, { excludeProtected: true }));
  expect(stack.world.names()).toEqual(['base-1', 'elsewhere', 'guarded-2']);
});
