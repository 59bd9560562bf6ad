import { type ResourceState, replay, Secret, type Snapshot, type Urn, verifySnapshot } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { testStackUrn, testState, testUrn } from '../testing/states.ts';
import { provider, stack, thing } from '../testing/things.ts';
import { journalOf, settled } from './edited-state.ts';
import { planSurgery, type Surgery } from './surgery.ts';

const a = thing('a');
const b = thing('b', { dependencies: [a.urn], propertyDependencies: { url: [a.urn] }, replaceWith: [a.urn] });
const c = thing('c', { parent: b.urn, deletedWith: a.urn });
const sound: Snapshot = { resources: [stack, provider, a, b, c], pendingOperations: [] };

function plan(resources: readonly ResourceState[], surgery: Surgery, pending: Snapshot['pendingOperations'] = []) {
  const snapshot = { resources, pendingOperations: pending };
  const violations = verifySnapshot(snapshot);
  const planned = planSurgery({ snapshot, violations, secretsProvider: undefined }, surgery);
  const after = replay(snapshot, journalOf(snapshot, planned.edited));
  expect(after).toEqual(settled(planned.edited));
  return { ...planned, after, names: after.resources.map(({ urn }) => urn.split('::').at(-1)) };
}

describe('delete', () => {
  const remove = (name: string, more: Partial<Extract<Surgery, { kind: 'delete' }>> = {}): Surgery => ({
    kind: 'delete',
    record: { urn: testUrn(name) },
    withDependents: false,
    evenProtected: false,
    ...more,
  });

  test('takes a record out that nothing refers to', () => {
    const { names, effects } = plan(sound.resources, remove('c'));
    expect(names).toEqual(['proj-dev', 'default_1_2_3', 'a', 'b']);
    expect(effects).toEqual([{ kind: 'removed', urn: c.urn, id: 'id-c', isPending: false }]);
  });

  test('refuses what others need, naming all of them, in Pulumi’s words', () => {
    expect(() => plan(sound.resources, remove('a'))).toThrow(
      `${a.urn} can't be safely deleted because the following resources depend on it:\n` +
        ` * "b" (${b.urn})\n * "c" (${c.urn})\nDelete those resources first or pass --target-dependents.`,
    );
  });

  test('takes dependents along when it is told to', () => {
    expect(plan(sound.resources, remove('a', { withDependents: true })).names).toEqual(['proj-dev', 'default_1_2_3']);
  });

  test('takes a provider along with everything that it serves', () => {
    const surgery = remove('', { record: { urn: provider.urn }, withDependents: true });
    expect(plan(sound.resources, surgery).names).toEqual(['proj-dev']);
  });

  test('refuses what is protected, also among the dependents, unless it is forced', () => {
    const guarded = [stack, provider, a, b, { ...c, isProtected: true }];
    const surgery = remove('a', { withDependents: true });
    expect(() => plan(guarded, surgery)).toThrow(
      `${c.urn} can't be safely deleted because it is protected. Re-run this command with --force to force deletion`,
    );
    expect(plan(guarded, { ...surgery, evenProtected: true } as Surgery).names).toEqual(['proj-dev', 'default_1_2_3']);
  });

  test('of everything leaves nothing', () => {
    expect(plan(sound.resources, remove('', { record: undefined })).names).toEqual([]);
  });

  test('says what is not there, and what of it is only in doubt', () => {
    expect(() => plan(sound.resources, remove('x'))).toThrow(
      `No such resource "${testUrn('x')}" exists in the current state`,
    );
    const pending = [{ kind: 'creating' as const, resource: thing('x') }];
    expect(() => plan(sound.resources, remove('x'), pending)).toThrow('radiant refresh --clear-pending-creates');
  });

  test('of one that shares its URN asks which, and takes the other’s dependents for the other’s', () => {
    const old = thing('a', { id: 'old', disposition: 'superseded' });
    const both = [stack, provider, a, old, b];
    expect(() => plan(both, remove('a'))).toThrow(
      /^Resource URN ambiguously referred to multiple resources\. Did you mean:\n {2}id-a\n {2}old \(Pending Deletion\)/,
    );
    const { after } = plan(both, remove('a', { record: { urn: a.urn, id: 'old' } }));
    expect(after.resources).toEqual([stack, provider, a, b]);
    expect(() => plan(both, remove('a', { record: { urn: a.urn, id: 'id-a' } }))).toThrow('"b"');
  });
});

describe('rename', () => {
  test('renames the record, whatever refers to it, and what is in doubt about it', () => {
    const pending = [{ kind: 'updating' as const, resource: a }];
    const { after, effects } = plan(sound.resources, { kind: 'rename', urn: a.urn, name: 'z' }, pending);
    const z = testUrn('z');
    expect(after.resources.slice(2)).toEqual([
      { ...a, urn: z },
      { ...b, dependencies: [z], propertyDependencies: { url: [z] }, replaceWith: [z] },
      { ...c, deletedWith: z },
    ]);
    expect(after.pendingOperations).toEqual([{ kind: 'updating', resource: { ...a, urn: z } }]);
    expect(effects).toContainEqual({ kind: 'changed', urn: a.urn, fields: [{ path: 'urn', from: a.urn, to: z }] });
    expect(verifySnapshot(after)).toEqual([]);
  });

  test('of a provider reaches the references of what it serves', () => {
    const { after } = plan(sound.resources, { kind: 'rename', urn: provider.urn, name: 'mine' });
    expect(after.resources[2]!.provider).toBe(`${testUrn('mine', 'pulumi:providers:test')}::p1`);
    expect(verifySnapshot(after)).toEqual([]);
  });

  test.each([
    ['b', 'The chosen new urn for the state corresponds to an already existing resource'],
    [' ', 'the new name is empty'],
  ])('to %j is refused', (name, message) => {
    expect(() => plan(sound.resources, { kind: 'rename', urn: a.urn, name })).toThrow(message);
  });
});

describe('protect, unprotect, taint and untaint', () => {
  const old = thing('a', { id: 'old', disposition: 'superseded', isProtected: true });
  const resources = [stack, provider, { ...a, isProtected: true }, { ...b, isTainted: true }, old];

  test.each([
    ['protect', [b.urn], [{ path: 'protect', to: 'true' }]],
    ['unprotect', [a.urn], [{ path: 'protect', from: 'true' }]],
    ['taint', [a.urn], [{ path: 'taint', to: 'true' }]],
    ['untaint', [b.urn], [{ path: 'taint', from: 'true' }]],
  ] as const)('%s changes what it names, and nothing else', (kind, urns, fields) => {
    expect(plan(resources, { kind, urns }).effects).toEqual([{ kind: 'changed', urn: urns[0], fields }]);
  });

  test('leave alone what waits for deletion, and change nothing twice', () => {
    const { after } = plan(resources, { kind: 'unprotect', urns: undefined });
    expect(after.resources.map(({ isProtected }) => isProtected)).toEqual([false, false, false, false, true]);
    expect(plan(after.resources, { kind: 'unprotect', urns: undefined }).effects).toEqual([]);
  });

  test('name everything that is not there', () => {
    const urns = [testUrn('x'), a.urn, testUrn('y')];
    expect(() => plan(resources, { kind: 'taint', urns })).toThrow(
      `No such resource "${urns[0]}" exists in the current state\nNo such resource "${urns[2]}" exists`,
    );
  });
});

describe('repair', () => {
  const repair = (resources: readonly ResourceState[], pending: Snapshot['pendingOperations'] = []) => {
    const repaired = plan(resources, { kind: 'repair' }, pending);
    return { ...repaired, broken: verifySnapshot(repaired.after).map(({ rule }) => rule) };
  };

  test('changes nothing about a sound state', () => {
    expect(repair(sound.resources)).toMatchObject({ effects: [], mended: [], left: [] });
  });

  test('puts what is out of order in order, and says what moved', () => {
    const { names, effects, broken, mended } = repair([b, c, stack, a, provider]);
    expect(broken).toEqual([]);
    expect(names.indexOf('a')).toBeLessThan(names.indexOf('b'));
    expect(effects.every(({ kind }) => kind === 'moved')).toBe(true);
    expect(effects.map(({ urn }) => urn)).toContain(a.urn);
    expect(mended).not.toEqual([]);
  });

  test('takes out references to what is not recorded, and gives orphans to the stack', () => {
    const gone = testUrn('gone');
    const orphan = thing('orphan', { parent: gone, dependencies: [gone, a.urn], deletedWith: gone });
    const { after, effects, broken } = repair([stack, provider, a, orphan]);
    expect(broken).toEqual([]);
    expect(after.resources[3]).toMatchObject({ urn: orphan.urn, parent: testStackUrn, dependencies: [a.urn] });
    expect(effects).toEqual([
      {
        kind: 'changed',
        urn: orphan.urn,
        fields: [
          { path: 'parent', from: gone, to: testStackUrn },
          { path: 'dependencies', from: gone },
          { path: 'deletedWith', from: gone },
        ],
      },
    ]);
  });

  test('cuts circles, and itself out of what refers to itself', () => {
    const one = thing('one', { dependencies: [testUrn('two')] });
    const two = thing('two', { dependencies: [testUrn('one')] });
    const self = thing('self', { dependencies: [testUrn('self')] });
    const { after, broken } = repair([stack, provider, one, two, self]);
    expect(broken).toEqual([]);
    expect(after.resources.flatMap(({ dependencies }) => dependencies)).toHaveLength(1);
  });

  test('puts a provider back that is missing, under the reference that others have', () => {
    const { after, broken } = repair([stack, a, b]);
    expect(broken).toEqual([]);
    expect(after.resources.find(({ urn }) => urn === provider.urn)).toMatchObject({
      id: 'p1',
      inputs: { version: '1.2.3' },
    });
  });

  test('means the provider that is there under another id', () => {
    const { after, broken, effects } = repair([stack, { ...provider, id: 'p2' }, a]);
    expect(broken).toEqual([]);
    expect(after.resources[2]!.provider).toBe(`${provider.urn}::p2`);
    expect(effects).toHaveLength(1);
  });

  test('forgets the record that is there twice, and leaves another thing of that name to be deleted', () => {
    const older = thing('a', { id: 'older', modified: '2026-01-01T00:00:00Z' });
    const newer = thing('a', { modified: '2026-02-01T00:00:00Z' });
    const { after, broken } = repair([stack, provider, newer, older, { ...newer, modified: '2026-01-15T00:00:00Z' }]);
    expect(broken).toEqual([]);
    expect(after.resources.slice(2).map(({ id, disposition }) => [id, disposition])).toEqual([
      ['id-a', 'live'],
      ['older', 'superseded'],
    ]);
  });

  test('takes the id off a component, and asks about a resource that has none', () => {
    const group = testState('group', { id: 'x', type: 'test:index:Group' });
    const unmade = thing('unmade', { id: '' });
    const { after, broken, effects } = repair([stack, provider, group, unmade]);
    expect(broken).toEqual([]);
    expect(after.pendingOperations).toEqual([{ kind: 'creating', resource: unmade }]);
    expect(effects).toContainEqual({ kind: 'doubt-added', urn: unmade.urn, operation: 'creating' });
  });

  test('says what it cannot mend, and mends the rest', () => {
    const strange = testState('strange', { urn: 'nonsense' as Urn });
    const { left, mended } = repair([strange, { ...a, dependencies: [testUrn('gone')] }, provider, stack]);
    expect(left.map(({ rule }) => rule)).toEqual(['urn-malformed']);
    expect(mended.length).toBeGreaterThan(0);
  });
});

describe('edit', () => {
  const edit = (resources: readonly ResourceState[], before: readonly ResourceState[] = sound.resources) =>
    plan(before, { kind: 'edit', edited: { resources, pendingOperations: [] } });

  test('is told as what differs, record by record and field by field', () => {
    const changed = { ...a, inputs: { size: 2, tags: { team: 'x' } }, outputs: { password: new Secret('new') } };
    const before = [stack, provider, { ...a, inputs: { size: 1 }, outputs: { password: new Secret('old') } }];
    const { effects } = edit([stack, provider, changed, thing('new')], before);
    expect(effects).toEqual([
      {
        kind: 'changed',
        urn: a.urn,
        fields: [
          { path: 'inputs.size', from: '1', to: '2' },
          { path: 'inputs.tags.team', to: 'x' },
          { path: 'outputs.password', from: '[secret]', to: '[secret]' },
        ],
      },
      { kind: 'added', urn: testUrn('new'), id: 'id-new' },
    ]);
    expect(JSON.stringify(effects)).not.toMatch(/"(old|new)"/);
  });

  test('finds a record that was given another URN by its id', () => {
    const renamed = { ...c, urn: testUrn('renamed') };
    expect(edit([stack, provider, a, b, renamed]).effects).toEqual([
      { kind: 'changed', urn: c.urn, fields: [{ path: 'urn', from: c.urn, to: renamed.urn }] },
    ]);
  });

  test('that would break a rule is refused with the record and the rule', () => {
    expect(() => edit([stack, provider, b, c])).toThrow(
      `${b.urn} depends on ${a.urn}, which is not recorded before it (dependency-missing)`,
    );
  });

  test('of nothing is no change', () => {
    expect(edit(structuredClone(sound.resources) as readonly ResourceState[]).effects).toEqual([]);
  });
});
