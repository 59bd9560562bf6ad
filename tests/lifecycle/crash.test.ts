import { OutcomeUnknownError } from '@radiant/model';
import { expect, test } from 'vitest';
import { essence, type Move, run, runUntilCrash } from './harness/crash.ts';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const service =
  (image: string, kind = 'x'): ProgramBody =>
  async (program) => {
    const group = await program.component('group');
    const [config, volume] = await Promise.all([
      program.thing('config', { kind }, { parent: group.urn }),
      program.thing('volume', { name: 'volume', kind }, { parent: group.urn }),
    ]);
    const server = await program.thing(
      'server',
      { name: 'server', image, config: config.outputs.serial! },
      { ...from(config, 'config'), parent: group.urn },
    );
    await program.thing('mount', { name: 'mount', fixedTo: volume.outputs.serial! }, from(volume, 'fixedTo'));
    await program.thing('route', { goesWith: 'server' }, { ...from(server), deletedWith: server.urn });
    await program.monitor.registerResourceOutputs(group.urn, { image });
    await program.export({ image });
  };

const renamed: ProgramBody = async (program) => {
  const group = await program.component('team', { aliases: [{ kind: 'spec', name: 'group' }] });
  const config = await program.thing(
    'settings',
    { kind: 'x' },
    { parent: group.urn, aliases: [{ kind: 'spec', name: 'config' }] },
  );
  await program.thing(
    'server',
    { name: 'server', image: 'two', config: config.outputs.serial! },
    { ...from(config, 'config'), parent: group.urn },
  );
};

const small: ProgramBody = async (program) => {
  const group = await program.component('group');
  await program.thing('config', { kind: 'x' }, { parent: group.urn });
};

const adopting: ProgramBody = async (program) => {
  await program.thing('found', { name: 'found', size: 2 }, { importId: 'found' });
  await program.read('looked', 'other');
};

function worldWithFound(): World {
  const world = new World();
  for (const id of ['found', 'other']) world.things.set(id, { id, type: 'test:index:Thing', props: { name: id } });
  return world;
}

const cases: readonly {
  readonly what: string;
  readonly before?: readonly Move[];
  readonly move: Move;
  readonly world?: () => World;
}[] = [
  { what: 'a first update', move: { kind: 'up', body: service('one') } },
  {
    what: 'updates in place',
    before: [{ kind: 'up', body: service('one') }],
    move: { kind: 'up', body: service('two') },
  },
  {
    what: 'replacements in both orders with their dependents',
    before: [{ kind: 'up', body: service('one', 'x') }],
    move: { kind: 'up', body: service('one', 'y') },
  },
  { what: 'deletions', before: [{ kind: 'up', body: service('one') }], move: { kind: 'up', body: small } },
  { what: 'renames', before: [{ kind: 'up', body: service('one') }], move: { kind: 'up', body: renamed } },
  { what: 'adoptions and reads', move: { kind: 'up', body: adopting }, world: worldWithFound },
  { what: 'a destroy', before: [{ kind: 'up', body: service('one') }], move: { kind: 'destroy' } },
  {
    what: 'an update that reads everything first',
    before: [{ kind: 'up', body: service('one') }],
    move: { kind: 'up', body: service('two', 'y'), request: { options: { refresh: true } } },
  },
];

async function prepared({ before = [], world = () => new World() }: (typeof cases)[number]): Promise<TestStack> {
  const stack = new TestStack(world());
  for (const move of before) expect((await run(stack, move)).result).toBe('succeeded');
  return stack;
}

for (const moment of ['before', 'after'] as const)
  test.each(cases)(
    `killed ${moment} any write of $what, the next run ends where an undisturbed one does`,
    async (scenario) => {
      const undisturbed = await prepared(scenario);
      await run(undisturbed, scenario.move);
      const intended = essence(undisturbed.world);
      let write = 0;
      for (; ; write += 1) {
        const stack = await prepared(scenario);
        const isDead = await runUntilCrash(stack, scenario.move, { write, moment });
        if (!isDead) break;
        const label = `write ${write}`;
        const again = await run(stack, scenario.move);
        expect(again.errors, label).toEqual([]);
        expect(again.result, label).toBe('succeeded');
        expect(essence(stack.world), label).toEqual(intended);
        expect(stack.snapshot.pendingOperations, label).toEqual([]);
        expect((await run(stack, scenario.move)).journal, label).toEqual([]);
        const managed = stack.snapshot.resources.filter(
          ({ ownership, type }) => ownership === 'managed' && type.startsWith('test:'),
        );
        const external = stack.snapshot.resources.filter(({ ownership }) => ownership === 'external');
        expect(new Set([...managed, ...external].map(({ id }) => id)).size, label).toBe(stack.world.things.size);
      }
      expect(write).toBeGreaterThan(3);
    },
  );

test('a creation in doubt does not take what is recorded for another', async () => {
  const stack = new TestStack(new World());
  const owner: ProgramBody = async (program) => {
    await program.thing('owner', { name: 'one' });
  };
  await stack.up(owner);
  stack.world.onCall = (call) => {
    if (call === 'create') throw new OutcomeUnknownError('lost the connection');
  };
  await stack.up(async (program) => {
    await owner(program);
    await program.thing('other', { name: 'one' });
  });
  stack.world.onCall = () => {};
  expect(stack.snapshot.pendingOperations).toHaveLength(1);
  await stack.up(owner);
  expect([stack.records(), stack.snapshot.pendingOperations]).toEqual([['owner = one'], []]);
});

test('who was interrupted is told, with each step in doubt and how it came out', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    for (const name of ['gone', 'there', 'changed']) await program.thing(name, { name, size: 1 });
  });
  const [gone, there, changed] = ['gone', 'there', 'changed'].map(
    (name) => stack.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`))!,
  );
  stack.snapshot = {
    ...stack.snapshot,
    pendingOperations: [
      { kind: 'deleting', resource: gone! },
      { kind: 'deleting', resource: there! },
      { kind: 'updating', resource: changed! },
      {
        kind: 'creating',
        resource: { ...changed!, urn: `${changed!.urn}2` as never, id: '', inputs: { name: 'new' } },
      },
    ],
  };
  stack.world.things.delete('gone');
  const interruption = { operation: 'destroy', startedAtMs: 0, by: { user: 'ada', host: 'here' } };
  const body: ProgramBody = async (program) => {
    await program.thing('there', { name: 'there', size: 1 });
  };
  const told = ({ raw }: Awaited<ReturnType<TestStack['up']>>) =>
    raw.flatMap((event) =>
      event.kind === 'diagnostic' && event.diagnostic.message.startsWith('The destroy')
        ? [event.diagnostic.message]
        : [],
    );
  expect(told(await stack.preview(body, { request: { interruption } }))[0]).toContain(
    `  deleting ${gone!.urn}: the next update finds out how that ended`,
  );
  const run = await stack.up(body, { request: { interruption } });
  expect(told(run)).toEqual([
    'The destroy that ada began on here at 1970-01-01T00:00:00.000Z was interrupted, and left 4 steps in doubt:\n' +
      `  deleting ${gone!.urn}: it is gone\n` +
      `  deleting ${there!.urn}: it is still there\n` +
      `  updating ${changed!.urn}: it is done again\n` +
      `  creating ${changed!.urn}2: it had not been made`,
  ]);
  expect(told(await stack.up(body, { request: { interruption } }))).toEqual([
    'The destroy that ada began on here at 1970-01-01T00:00:00.000Z was interrupted. None of its steps was in doubt; ' +
      'this one carries on from there.',
  ]);
});
