import { type ResourceState, replay, type Snapshot, verifySnapshot } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { testStack, testStackUrn, testState, testUrn } from '../testing/states.ts';
import { provider, stack, thing } from '../testing/things.ts';
import { inStack } from './between-stacks.ts';
import { journalOf } from './edited-state.ts';
import { planMove } from './move-records.ts';

const to = { project: 'other', stack: 'prod' };

const group = testState('group', { type: 'test:index:Group', parent: testStackUrn });
const a = thing('a', { parent: group.urn });
const b = thing('b', { parent: group.urn, dependencies: [a.urn] });
const user = thing('user', { dependencies: [a.urn], propertyDependencies: { url: [a.urn] }, deletedWith: a.urn });
const resources = [stack, provider, group, a, b, user];

function move(
  urns: readonly string[],
  {
    destination = [] as readonly ResourceState[],
    withParents = false,
    pending = [] as Snapshot['pendingOperations'],
  } = {},
) {
  const found = (list: readonly ResourceState[], pendingOperations: Snapshot['pendingOperations']) => ({
    snapshot: { resources: list, pendingOperations },
    violations: [],
    secretsProvider: undefined,
  });
  const [source, target] = [found(resources, pending), found(destination, [])];
  const plan = planMove({ ref: testStack, found: source }, { ref: to, found: target }, { urns, withParents });
  const [left, arrived] = [
    replay(source.snapshot, journalOf(source.snapshot, plan.source.edited)),
    replay(target.snapshot, journalOf(target.snapshot, plan.destination.edited)),
  ];
  expect([...verifySnapshot(left), ...verifySnapshot(arrived)]).toEqual([]);
  return { plan, left, arrived, names: [left, arrived].map(namesOf) };
}

function namesOf({ resources: list }: Snapshot) {
  return list.map(({ urn }) => urn.split('::').at(-1));
}

describe('a move', () => {
  test('takes what is in a component along, copies its provider, and makes the stack where there is none', () => {
    const { names, arrived } = move([group.urn]);
    expect(names).toEqual([
      ['proj-dev', 'default_1_2_3', 'user'],
      ['other-prod', 'default_1_2_3', 'group', 'a', 'b'],
    ]);
    expect(arrived.resources.every(({ urn }) => urn.startsWith('urn:pulumi:prod::other::'))).toBe(true);
    expect(arrived.resources[4]).toMatchObject({
      parent: inStack(group.urn, to),
      dependencies: [inStack(a.urn, to)],
      provider: `${inStack(provider.urn, to)}::p1`,
    });
  });

  test('ends references between the stacks, and names them', () => {
    const { plan, left } = move([a.urn]);
    expect(plan.cutInSource).toEqual([
      { urn: b.urn, kind: 'dependency', to: a.urn },
      { urn: user.urn, kind: 'dependency', to: a.urn },
      { urn: user.urn, kind: 'property dependency', property: 'url', to: a.urn },
      { urn: user.urn, kind: 'deleted with', to: a.urn },
    ]);
    expect(left.resources.at(-1)).toMatchObject({ dependencies: [], propertyDependencies: { url: [] } });
    expect(move([b.urn]).plan.cutInDestination).toEqual([{ urn: b.urn, kind: 'dependency', to: a.urn }]);
  });

  test('takes parents along when it is told to, else the stack is the parent', () => {
    expect(move([a.urn], { withParents: true }).names[1]).toEqual(['other-prod', 'default_1_2_3', 'group', 'a', 'b']);
    expect(move([a.urn]).arrived.resources.at(-1)!.parent).toBe(
      'urn:pulumi:prod::other::pulumi:pulumi:Stack::other-prod',
    );
  });

  test('of the stack takes everything in it', () => {
    const { names } = move([testStackUrn]);
    expect(names[0]).toEqual(['proj-dev', 'default_1_2_3']);
    expect(names[1]).toEqual(['other-prod', 'default_1_2_3', 'group', 'a', 'b', 'user']);
  });

  test('uses the provider that is there when it is the same, and refuses another', () => {
    const there = { ...provider, urn: inStack(provider.urn, to), id: 'theirs' };
    const { arrived } = move([a.urn], { destination: [there] });
    expect(arrived.resources.at(-1)!.provider).toBe(`${there.urn}::theirs`);
    expect(() => move([a.urn], { destination: [{ ...there, inputs: { region: 'x' } }] })).toThrow(
      `provider ${there.urn} already exists in destination stack`,
    );
  });

  test('refuses what is there as another thing, and carries on where one was interrupted', () => {
    const there = thing('a', { urn: inStack(a.urn, to), id: 'another', ownership: 'external', provider: '' });
    expect(() => move([a.urn], { destination: [{ ...there, parent: undefined } as never] })).toThrow(
      `resource ${there.urn} already exists in destination stack`,
    );
    const first = move([a.urn]);
    const again = move([a.urn], { destination: first.arrived.resources });
    expect(again.arrived).toEqual(first.arrived);
    expect(again.names[0]).not.toContain('a');
  });

  test('takes along what is in doubt', () => {
    const { left, arrived } = move([user.urn], { pending: [{ kind: 'updating', resource: user }] });
    expect(left.pendingOperations).toEqual([]);
    expect(arrived.pendingOperations).toMatchObject([{ kind: 'updating', resource: { urn: inStack(user.urn, to) } }]);
  });

  test.each([
    [
      [provider.urn],
      'cannot move providers. Only resources can be moved, and providers will be included automatically',
    ],
    [[testUrn('x')], 'no resources found to move'],
  ])('of %j is refused', (urns, message) => {
    expect(() => move(urns)).toThrow(message);
  });

  test('says which of several is not there', () => {
    expect(move([a.urn, testUrn('x')]).plan.missing).toEqual([testUrn('x')]);
  });
});
