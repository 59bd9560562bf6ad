import {
  emptySnapshot,
  type JournalEntry,
  type ResourceState,
  Secret,
  type Snapshot,
  type StepInfo,
} from '@radiant/model';
import { expect, test } from 'vitest';
import type { Thing } from '../../lifecycle/harness/world.ts';
import type { ChangingCall } from '../announcement.ts';
import { canaryOf, foreignId } from '../names.ts';
import type { Observation } from '../observe.ts';
import { type Episode, runScenario } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { invariants, violationsOf } from './index.ts';

/** Two resources that lean on one another, made by an update that all is well with. */
const scenario: Scenario = {
  seed: 1,
  named: [],
  turns: [
    {
      move: 'up',
      program: {
        a: { form: 'custom', hasSecret: true, hooks: ['beforeCreate', 'afterCreate'] },
        b: { form: 'custom', fixedTo: 'a' },
      },
    },
  ],
};

const episodes = () => all(scenario);

async function all(of: Scenario): Promise<readonly Episode[]> {
  const seen: Episode[] = [];
  for await (const episode of runScenario(of)) seen.push(episode);
  return seen;
}

type Change = (observation: Observation) => Partial<Observation>;

/** The names of the invariants that an update breaks once `change` has been made to what was seen of it. */
async function brokenBy(change: Change, of = 0, part: 'observation' | 'preview' | 'again' = 'observation') {
  const episode = (await episodes())[of]!;
  const seen = episode[part]!;
  const changed: Episode = { ...episode, [part]: { ...seen, ...change(seen) } };
  return violationsOf(changed).map((violation) => violation.split(':')[0]);
}

test('nothing is wrong with what was not tampered with', async () => {
  for (const episode of await episodes()) expect(violationsOf(episode)).toEqual([]);
});

const thing = (id: string): Thing => ({ id, type: 'test:index:Seeded', props: { name: id } });
const called =
  (call: Partial<ChangingCall>): Change =>
  ({ calls }) => ({
    calls: [...calls, { call: 'create', id: 'x', pending: [], leaning: [], isLate: false, ...call }],
  });
const lastState = ({ after }: Observation): ResourceState => after.resources.at(-1)!;
const plus = (snapshot: Snapshot, state: ResourceState): Snapshot => ({
  ...snapshot,
  resources: [...snapshot.resources, state],
});
const step = (observation: Observation, info: Partial<StepInfo>): Partial<Observation> => {
  const state = lastState(observation);
  const made: StepInfo = {
    op: 'delete',
    urn: state.urn,
    type: state.type,
    provider: state.provider,
    isLogical: true,
    isInternal: false,
    ...info,
  };
  return { events: [...observation.events, { kind: 'step-succeeded', timeMs: 0, step: made, isPlanning: false }] };
};

const mutations: readonly {
  readonly breaks: string;
  readonly by: string;
  readonly change: Change;
  readonly of?: number;
  readonly part?: 'preview' | 'again';
}[] = [
  {
    breaks: 'an operation ends, and not by a fault of ours',
    by: 'an operation that waits for ever',
    change: () => ({ result: 'hangs' }),
  },
  {
    breaks: 'an operation ends, and not by a fault of ours',
    by: 'a TypeError',
    change: () => ({ result: 'threw', thrown: new TypeError('x') }),
  },
  {
    breaks: 'after every entry of the journal the records hold together',
    by: 'an entry that drops what others lean on',
    change: ({ before, journal }) => ({
      journal: [
        ...journal,
        {
          kind: 'change',
          changes: before === emptySnapshot ? [{ kind: 'drop', key: 'n0' }] : [],
        } satisfies JournalEntry,
      ],
    }),
  },
  {
    breaks: 'the record is what the journal comes to',
    by: 'a record that nobody journaled',
    change: (seen) => ({ after: plus(seen.after, lastState(seen)) }),
  },
  {
    breaks: 'a provider changes nothing before that is durable',
    by: 'a call without a beginning',
    change: called({ call: 'create' }),
  },
  {
    breaks: 'a refresh has nothing changed, and a destruction nothing made',
    by: 'a creation by a destruction',
    of: 2,
    change: called({ call: 'create' }),
  },
  {
    breaks: 'what no step tells of stays as it is recorded',
    by: 'a record that goes in silence',
    of: 1,
    change: () => ({ events: [], after: emptySnapshot }),
  },
  {
    breaks: 'what an operation is not to touch is neither changed nor recorded anew',
    by: 'the creation of what is no target',
    change: () => ({ options: { targets: ['**::nobody'] } }),
  },
  {
    breaks: 'what an operation is not to touch is neither changed nor recorded anew',
    by: 'a record of something excluded that goes',
    of: 1,
    change: () => ({ options: { excludes: ['**::rb'] }, after: emptySnapshot }),
  },
  {
    breaks: 'nothing is made or changed that leans on what has failed',
    by: 'the creation of something that leans on a failed one',
    change: (seen) => ({
      events: seen.events.map((event) =>
        event.kind === 'step-succeeded' && event.step.urn.endsWith('::ra')
          ? { ...event, kind: 'step-failed', outcome: 'not-done', stepsDone: 0 }
          : event,
      ),
    }),
  },
  {
    breaks: 'an update bound by a plan does nothing that the plan does not contain',
    by: 'a plan of nothing',
    change: () => ({ options: { plan: { resources: new Map() } } }),
  },
  {
    breaks: 'after an interrupt nothing is begun, and the operation says that it was cancelled',
    by: 'a call that is begun after it',
    change: called({ isLate: true }),
  },
  {
    breaks: 'after an interrupt nothing is begun, and the operation says that it was cancelled',
    by: 'an operation that succeeds all the same',
    change: () => ({ isInterrupted: true }),
  },
  {
    breaks: 'what a hook forbids is not done',
    by: 'a creation after its hook has failed',
    change: ({ hookCalls }) => ({ hookCalls: hookCalls.map((heard) => ({ ...heard, isFailed: true })) }),
  },
  {
    breaks: 'a provider changes nothing before the hooks that are to hear of it first',
    by: 'a creation that no hook has heard of',
    change: () => ({ hookCalls: [] }),
  },
  {
    breaks: 'hooks hear of what has been done',
    by: 'a creation that no hook heard of afterwards',
    change: () => ({ hookCalls: [] }),
  },
  {
    breaks: 'a step is repeated only when an error hook wants that',
    by: 'a creation that is made twice',
    change: (seen) => called({ call: 'create', id: seen.calls[0]!.id })(seen),
  },
  {
    breaks: 'every thing that was made is recorded or in doubt, unless it was to be kept',
    by: 'a thing nobody knows of',
    change: ({ things }) => ({ things: { ...things, after: new Map([...things.after, ['x', thing('x')]]) } }),
  },
  {
    breaks: 'no thing is recorded twice, unless one of the two has adopted it',
    by: 'two records of a thing',
    change: (seen) => ({
      after: plus(seen.after, { ...lastState(seen), urn: `${lastState(seen).urn}2` as ResourceState['urn'] }),
    }),
  },
  {
    breaks: 'nothing is deleted before what cannot outlive it',
    by: 'a deletion under something that leans on it',
    change: (seen) => called({ call: 'delete', leaning: [lastState(seen)] })(seen),
  },
  {
    breaks: 'what is protected is neither deleted nor replaced',
    by: 'the deletion of a protected resource',
    change: (seen) => step(seen, { old: { ...lastState(seen), isProtected: true } }),
  },
  {
    breaks: 'what is to be kept is not deleted by its provider',
    by: 'the deletion of what was to be kept',
    change: (seen) =>
      called({
        call: 'delete',
        id: 'k',
        pending: [{ kind: 'deleting', resource: { ...lastState(seen), id: 'k', retainOnDelete: true } }],
      })(seen),
  },
  {
    breaks: 'what stays recorded is not deleted',
    by: 'a deletion under the record of another',
    change: (seen) => {
      const state = lastState(seen);
      const { id } = state;
      const things = { ...seen.things, after: new Map([...seen.things.after].filter(([left]) => left !== id)) };
      return { ...called({ call: 'delete', id, pending: [{ kind: 'deleting', resource: state }] })(seen), things };
    },
  },
  {
    breaks: 'what somebody else owns is neither changed nor deleted',
    by: 'the deletion of a foreign thing',
    change: called({ call: 'delete', id: foreignId('a') }),
  },
  {
    breaks: 'no secret is told in the clear',
    by: 'a secret in an error',
    change: () => ({ errors: [`failed near ${canaryOf('a')}`] }),
  },
  {
    breaks: 'no secret is told in the clear',
    by: 'a secret in the written record',
    change: ({ written }) => ({ written: written.replace('{', `{"x":"${canaryOf('a')}",`) }),
  },
  {
    breaks: 'no secret is told in the clear',
    by: 'a secret that lost its wrapping in the record',
    change: (seen) => ({
      after: plus(seen.after, { ...lastState(seen), outputs: { password: canaryOf('a'), other: new Secret('fine') } }),
    }),
  },
  {
    breaks: 'a preview changes neither the record nor the world',
    by: 'a preview that journals',
    part: 'preview',
    change: () => ({ journal: [{ kind: 'change', changes: [] }] }),
  },
  {
    breaks: 'an update does what its preview said, wherever everything was known',
    by: 'a step that no preview showed',
    change: (seen) => step(seen, { op: 'update', urn: seen.after.resources[1]!.urn }),
  },
  {
    breaks: 'an operation that nothing disturbs succeeds, or fails for a reason of the program',
    by: 'a failure without a reason',
    change: () => ({ result: 'failed', errors: ['nonsense'] }),
  },
  {
    breaks: 'the same program once more changes nothing and records nothing',
    by: 'an update that is never done',
    part: 'again',
    change: (seen) => step(seen, { op: 'update' }),
  },
  {
    breaks: 'the same program once more changes nothing and records nothing',
    by: 'a record of nothing',
    part: 'again',
    change: () => ({ journal: [{ kind: 'change', changes: [] }] }),
  },
  {
    breaks: 'whatever came before, an update ends in exactly what the program declares',
    by: 'a thing that is not as declared',
    of: 1,
    change: ({ things }) => ({
      things: {
        ...things,
        after: new Map(
          Array.from(things.after, ([id, { type, props }]) => [id, { id, type, props: { ...props, size: 9 } }]),
        ),
      },
    }),
  },
  {
    breaks: 'a destroy that succeeds leaves nothing in the record, unless it was told to',
    by: 'a record that is left',
    of: 2,
    change: ({ before }) => ({ after: before }),
  },
];

for (const { breaks, by, change, of, part } of mutations)
  test(`"${breaks}" is broken by ${by}`, async () => {
    expect(await brokenBy(change, of, part)).toContain(breaks);
  });

test('every invariant has something that breaks it', () => {
  const shown = new Set(mutations.map(({ breaks }) => breaks));
  // A plan needs a scenario of its own; see below.
  expect(invariants.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([
    'an update is not refused for a plan that its own preview made',
  ]);
});

test('"an update is not refused for a plan that its own preview made" is broken by such a refusal', async () => {
  const planned: Scenario = { ...scenario, turns: [{ ...scenario.turns[0]!, move: 'up --plan' }] };
  const [episode] = await all(planned);
  expect(violationsOf(episode!)).toEqual([]);
  const diagnostic = { severity: 'error', message: 'resource x violates plan: nonsense' } as const;
  const events = [...episode!.observation.events, { kind: 'diagnostic', diagnostic, timeMs: 0 } as const];
  const refused: Episode = { ...episode!, observation: { ...episode!.observation, result: 'failed', events } };
  expect(violationsOf(refused).join('\n')).toContain('an update is not refused for a plan');
});

test('who leaned on a thing that is gone does not lean on another that has its name', async () => {
  const episodes = await all({
    seed: 0,
    named: ['a'],
    turns: [
      { move: 'up', program: { a: { form: 'custom' }, b: { form: 'custom', fixedOn: 'a' } } },
      { move: 'up', program: { a: { form: 'component' }, b: { form: 'custom' } }, flags: { targets: ['a'] } },
      { move: 'up', program: { a: { form: 'remote' }, b: { form: 'custom' } }, fault: { kind: 'crash-after', at: 3 } },
      { move: 'up', program: {} },
    ],
  });
  expect(episodes.flatMap(violationsOf)).toEqual([]);
});
