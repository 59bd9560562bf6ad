import { expect, test } from 'vitest';
import { type JournalEntry, replay } from './journal.ts';
import { emptyMap } from './property-value.ts';
import type { ResourceState } from './resource-state.ts';
import { verifySnapshot } from './snapshot-integrity.ts';
import { childUrn, type Urn } from './urn.ts';

function component(name: string, dependencies: readonly Urn[] = []): ResourceState {
  return {
    urn: urn(name),
    type: 'a:b:C',
    ownership: 'component',
    disposition: 'live',
    id: '',
    inputs: emptyMap,
    outputs: emptyMap,
    provider: '',
    dependencies,
    propertyDependencies: {},
    replaceWith: [],
    isProtected: false,
    isTainted: false,
    refreshBeforeUpdate: false,
    retainOnDelete: false,
    initErrors: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    hideDiffs: [],
    customTimeouts: {},
    stackTrace: [],
  };
}

function urn(name: string): Urn {
  return childUrn('s', 'p', undefined, 'a:b:C', name);
}

const names = (entries: readonly JournalEntry[], base: readonly ResourceState[] = []) =>
  replay({ resources: base, pendingOperations: [] }, entries).resources.map((state) => state.urn.split('::').at(-1));

test('an update keeps its place, a new resource is appended, a dropped one goes', () => {
  const base = [component('a'), component('b'), component('c')];
  const entries: JournalEntry[] = [
    { kind: 'change', changes: [{ kind: 'put', key: 'b1', state: component('b') }] },
    { kind: 'change', changes: [{ kind: 'put', key: 'n0', state: component('d') }] },
    { kind: 'change', changes: [{ kind: 'drop', key: 'b0' }] },
  ];
  expect(names(entries, base)).toEqual(['b', 'c', 'd']);
});

test('a resource that came to depend on a newer one is moved behind it', () => {
  const base = [component('a'), component('b')];
  const entries: JournalEntry[] = [
    { kind: 'change', changes: [{ kind: 'put', key: 'n0', state: component('new') }] },
    { kind: 'change', changes: [{ kind: 'put', key: 'b0', state: component('a', [urn('new')]) }] },
  ];
  const snapshot = replay({ resources: base, pendingOperations: [] }, entries);
  expect(snapshot.resources.map((state) => state.urn)).toEqual([urn('new'), urn('a'), urn('b')]);
  expect(verifySnapshot(snapshot)).toEqual([]);
});

test('what was begun and not ended is in doubt', () => {
  const begin: JournalEntry = { kind: 'begin', step: 1, operation: 'creating', resource: component('a') };
  expect(replay({ resources: [], pendingOperations: [] }, [begin]).pendingOperations).toEqual([
    { kind: 'creating', resource: component('a') },
  ]);
  const failed: JournalEntry = { kind: 'end', step: 1, outcome: 'failed', changes: [] };
  expect(replay({ resources: [], pendingOperations: [] }, [begin, failed]).pendingOperations).toEqual([]);
  const doubtful: JournalEntry = { kind: 'end', step: 1, outcome: 'in-doubt', changes: [] };
  expect(replay({ resources: [], pendingOperations: [] }, [begin, doubtful]).pendingOperations).toHaveLength(1);
});

test('an older operation in doubt is settled by position', () => {
  const pending = ['a', 'b'].map((name) => ({ kind: 'creating' as const, resource: component(name) }));
  const after = replay({ resources: [], pendingOperations: pending }, [{ kind: 'change', changes: [], settles: [0] }]);
  expect(after.pendingOperations.map((operation) => operation.resource.urn)).toEqual([urn('b')]);
});

test('a snapshot that names what it does not hold is reported with the record and the rule', () => {
  const snapshot = { resources: [component('a', [urn('gone')])], pendingOperations: [] };
  expect(verifySnapshot(snapshot)).toMatchObject([{ urn: urn('a'), index: 0, rule: 'dependency-missing' }]);
});

test('a rename is followed by what was recorded before it, and by nothing recorded later', () => {
  const base = [component('old'), component('child', [urn('old')])];
  const entries: JournalEntry[] = [
    {
      kind: 'change',
      changes: [
        { kind: 'put', key: 'b0', state: component('new') },
        { kind: 'rename', from: urn('old'), to: urn('new') },
      ],
    },
    { kind: 'change', changes: [{ kind: 'put', key: 'n0', state: component('old') }] },
    { kind: 'change', changes: [{ kind: 'put', key: 'n1', state: component('late', [urn('old')]) }] },
  ];
  const snapshot = replay({ resources: base, pendingOperations: [] }, entries);
  const dependencies = snapshot.resources.map((state) => [state.urn.split('::').at(-1), state.dependencies]);
  expect(dependencies).toEqual([
    ['new', []],
    ['child', [urn('new')]],
    ['old', []],
    ['late', [urn('old')]],
  ]);
});

test('a resource stands behind the very provider that serves it, while a replaced one of the same URN still waits', () => {
  const providerUrn = childUrn('s', 'p', undefined, 'pulumi:providers:a', 'default');
  const provider = (id: string, disposition: ResourceState['disposition']): ResourceState => ({
    ...component('x'),
    urn: providerUrn,
    type: 'pulumi:providers:a',
    ownership: 'managed',
    id,
    disposition,
  });
  const served: ResourceState = { ...component('a'), ownership: 'managed', id: '1', provider: `${providerUrn}::new` };
  const states = [provider('old', 'superseded'), served, provider('new', 'live')];
  const snapshot = replay({ resources: states, pendingOperations: [] }, []);
  expect(snapshot.resources.map((state) => state.id)).toEqual(['old', 'new', '1']);
  expect(verifySnapshot(snapshot)).toEqual([]);
});
