import { OutcomeUnknownError } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { runUntilCrash } from './harness/crash.ts';
import { type Program, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const cluster: ProgramBody = async (program) => {
  const host = await program.thing('host');
  const inner = await program.component('inner', { dependencies: [host.urn] });
  const beside = await program.thing('beside', {}, { dependencies: [host.urn] });
  await program.thing(
    'with',
    { goesWith: host.id },
    {
      parent: inner.urn,
      deletedWith: host.urn,
      dependencies: [host.urn, beside.urn],
    },
  );
};

async function withCluster(): Promise<TestStack> {
  const stack = new TestStack(new World());
  await stack.up(cluster);
  return stack;
}

test('what goes with another stays recorded, with what it needs, when that other is not deleted after all', async () => {
  const stack = await withCluster();
  stack.world.onCall = (call, id) => {
    if (call === 'delete' && id.startsWith('host')) throw new Error('in use');
  };
  expect((await stack.destroy()).result).toBe('failed');
  expect(stack.records()).toEqual(['host = host-1', 'inner', 'with = with-3']);
  expect(stack.snapshot.resources.at(-1)).toMatchObject({ deletedWith: expect.stringContaining('::host') });
  stack.world.onCall = () => {};
  expect((await stack.destroy()).errors).toEqual([]);
  expect([stack.records(), stack.world.names()]).toEqual([[], []]);
});

test('what goes with a protected resource stays recorded', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const host = await program.thing('host', {}, { protect: true });
    await program.thing('with', { goesWith: host.id }, { deletedWith: host.urn });
  });
  expect((await stack.destroy()).result).toBe('failed');
  expect(stack.records()).toEqual(['host = host-1', 'with = with-2']);
});

test('killed at any write of a destroy, nothing that goes with another is forgotten before that other is gone', async () => {
  for (let write = 0; ; write += 1) {
    const stack = await withCluster();
    const hasDied = await runUntilCrash(stack, { kind: 'destroy' }, { write, moment: 'after' });
    const recorded = stack.snapshot.resources.map(({ id }) => id);
    if (stack.world.names().includes('with-3')) expect(recorded).toContain('with-3');
    if (!hasDied) break;
  }
});

test('killed at any write, what is to be made again does not refer to what went with another', async () => {
  const host = (trigger: string) => (program: Program) =>
    program.thing('host', {}, { replacementTrigger: trigger, deleteBeforeReplace: true });
  for (let write = 0; ; write += 1) {
    const stack = new TestStack(new World());
    const withKind = (kind: number): ProgramBody => {
      return async (program) => {
        const { urn, id } = await host('x')(program);
        const guest = await program.thing('with', { kind, goesWith: id }, { deletedWith: urn, dependencies: [urn] });
        await program.thing('beside', {}, { replaceWith: [guest.urn], dependencies: [guest.urn] });
        if (kind === 1) throw new Error('not now');
      };
    };
    await stack.up(withKind(0));
    await stack.up(withKind(1));
    stack.world.things.delete(
      stack.snapshot.resources.find(({ urn, disposition }) => disposition === 'live' && urn.endsWith('::with'))!.id,
    );
    await stack.refresh();
    expect(stack.records()).toContain('with (superseded) = with-2');
    const body: ProgramBody = async (program) => void (await host('y')(program));
    const hasDied = await runUntilCrash(stack, { kind: 'up', body }, { write, moment: 'after' });
    expect((await stack.up(body)).errors).toEqual([]);
    expect(stack.records()).toEqual([expect.stringContaining('host = ')]);
    if (!hasDied) break;
  }
});

test('what is declared while its host is being replaced waits until it has gone with it, and is made again', async () => {
  const world = new World();
  world.latency = async () => void (await new Promise((resolve) => setImmediate(resolve)));
  const stack = new TestStack(world);
  const host = (kind: number) => (program: Program) => program.thing('host', { kind }, { deleteBeforeReplace: true });
  await stack.up(async (program) => {
    const { urn, id } = await host(0)(program);
    await program.thing('with', { goesWith: id, size: 0 }, { deletedWith: urn, dependencies: [urn] });
  });
  const deleting = Promise.withResolvers<void>();
  world.onCall = (call) => {
    if (call === 'delete') deleting.resolve();
  };
  const run = await stack.up(async (program) => {
    const replaced = host(1)(program);
    await deleting.promise;
    await program.thing('with', { size: 1 });
    await replaced;
  });
  expect(run.errors).toEqual([]);
  expect(stack.records()).toEqual(['host = host-3', 'with = with-4']);
});

describe('while a predecessor of its host is still recorded', () => {
  const hostOf = (kind: number) => (program: Program) => program.thing('host', { kind });

  async function withPredecessor(): Promise<TestStack> {
    const stack = new TestStack(new World());
    await stack.up(async (program) => {
      await hostOf(0)(program);
    });
    await stack.up(async (program) => {
      const host = await hostOf(1)(program);
      await program.thing('with', { goesWith: host.id }, { deletedWith: host.urn });
      throw new Error('not now');
    });
    expect(stack.records()).toEqual(['host (superseded) = host-1', 'host = host-2', 'with = with-3']);
    return stack;
  }

  test('what is let go is deleted by its provider', async () => {
    const stack = await withPredecessor();
    await stack.up(async (program) => {
      await hostOf(1)(program);
    });
    expect([stack.records(), stack.world.names()]).toEqual([['host = host-2'], ['host-2']]);
  });

  test('what is replaced is deleted by its provider', async () => {
    const stack = await withPredecessor();
    await stack.up(async (program) => {
      await hostOf(1)(program);
      await program.thing('with', { kind: 1 });
    });
    expect([stack.records(), stack.world.names()]).toEqual([
      ['host = host-2', 'with = with-4'],
      ['host-2', 'with-4'],
    ]);
  });
});

test('what was made in a predecessor of its host is deleted by its provider, since its record may not say so', async () => {
  const stack = new TestStack(new World());
  const host = (kind: number) => (program: Program) => program.thing('host', { kind });
  await stack.up(async (program) => {
    const { id, urn } = await host(0)(program);
    await program.thing('guest', { goesWith: id }, { deletedWith: urn });
  });
  await stack.up(async (program) => {
    await host(1)(program);
    throw new Error('before the guest could follow');
  });
  stack.world.onCall = (call, id) => {
    if (call === 'delete' && id === 'host-1') throw new Error('in use');
  };
  await stack.up(async (program) => {
    await host(2)(program);
  });
  expect(stack.records()).toEqual(['host (superseded) = host-1', 'host = host-4']);
  expect(stack.world.names()).toEqual(['host-1', 'host-4']);
});

test('what went with a host whose deletion in doubt had happened is made again', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const { id, urn } = await program.thing('host', { name: 'host', kind: 0 });
    await program.thing('guest', { goesWith: id }, { deletedWith: urn });
  });
  stack.world.onDone = (call) => {
    if (call === 'delete') throw new OutcomeUnknownError('connection lost');
  };
  const replaced: ProgramBody = async (program) => {
    await program.thing('host', { name: 'host', kind: 1 });
    await program.thing('guest', { size: 1 });
  };
  await stack.up(replaced);
  expect(stack.world.names()).toEqual([]);
  stack.world.onDone = () => {};
  expect((await stack.up(replaced)).errors).toEqual([]);
  expect(stack.world.names()).toEqual(['guest-2', 'host']);
});

test('what an update in doubt was to take from its host is deleted by its provider', async () => {
  const stack = new TestStack(new World());
  const body =
    (isWith: boolean): ProgramBody =>
    async (program) => {
      const host = await program.thing('host');
      await program.thing('guest', isWith ? { goesWith: host.id } : {}, isWith ? { deletedWith: host.urn } : {});
    };
  await stack.up(body(true));
  stack.world.onDone = (call) => {
    if (call === 'update') throw new OutcomeUnknownError('connection lost');
  };
  await stack.up(body(false));
  stack.world.onDone = () => {};
  expect((await stack.destroy()).errors).toEqual([]);
  expect([stack.records(), stack.world.names()]).toEqual([[], []]);
});

test('what is left alone holds the former host that it would go with', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: number): ProgramBody =>
    async (program) => {
      const host = await program.thing('host', { kind });
      await program.thing('with', { goesWith: host.id }, { deletedWith: host.urn, dependencies: [host.urn] });
    };
  await stack.up(body(1));
  await stack.up(body(2), { request: { options: { targets: ['**::host'] } } });
  expect(stack.records()).toEqual(['host (superseded) = host-1', 'host = host-3', 'with = with-2']);
  expect(stack.world.names()).toEqual(['host-1', 'host-3', 'with-2']);
  expect((await stack.up(body(2))).result).toBe('succeeded');
  expect(stack.world.names()).toEqual(['host-3', 'with-2']);
});

test('what waits to go with another takes the place that its deleted parent leaves it, and that waits for it', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const host = await program.thing('host');
    const group = await program.component('group');
    const parent = await program.thing('parent', {}, { parent: group.urn, dependencies: [host.urn] });
    await program.thing('with', { goesWith: host.id }, { parent: parent.urn, deletedWith: host.urn });
  });
  for (let write = 0; ; write += 1) {
    const copy = new TestStack(stack.world);
    copy.snapshot = stack.snapshot;
    if (!(await runUntilCrash(copy, { kind: 'destroy' }, { write, moment: 'after' }))) break;
  }
});
