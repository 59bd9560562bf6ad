import type { ResourceState, Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { deletionGraph } from './deletion-graph.ts';

const leansOn = (states: readonly ResourceState[]) => deletionGraph(states).leansOn;

function record(name: string, ...dependencies: string[]): ResourceState {
  return {
    urn: name as Urn,
    provider: '',
    dependencies: dependencies as Urn[],
    propertyDependencies: {},
    replaceWith: [] as Urn[],
  } as unknown as ResourceState;
}

test('a record leans on what it refers to, wherever that stands', () => {
  expect(leansOn([record('a'), record('b', 'a', 'c'), record('c'), record('d', 'elsewhere')])).toEqual([
    [],
    [0, 2],
    [],
    [],
  ]);
});

test('a URN means every generation that has it', () => {
  expect(leansOn([record('a'), record('b', 'a'), record('a')])).toEqual([[], [0, 2], []]);
});

test('generations that lean on each other in a circle go later records first; the rest keeps its order', () => {
  const states = [record('a', 'b'), record('b', 'a'), record('on', 'a'), record('root'), record('a', 'root')];
  expect(deletionGraph(states)).toEqual({ leansOn: [[], [0, 4], [0, 4], [], [3]], outliving: new Map([[0, [1]]]) });
});

test('a long chain is no trouble', () => {
  const states = Array.from({ length: 50_000 }, (_, index) => record(`r${index}`, `r${index - 1}`));
  expect(leansOn(states).at(-1)).toEqual([49_998]);
  states[0] = record('r0', 'r49999');
  expect(leansOn(states)[0]).toEqual([]);
});

test('who depends on a component leans on all that is in it, unless he is in it himself', () => {
  const component = { ...record('shelf'), ownership: 'component' } as ResourceState;
  const inside = (name: string, parent: string, ...dependencies: string[]) =>
    ({ ...record(name, ...dependencies), parent }) as ResourceState;
  const states = [
    component,
    { ...inside('box', 'shelf'), ownership: 'component' } as ResourceState,
    record('user', 'shelf'),
    inside('late', 'box'),
    inside('sibling', 'shelf', 'shelf'),
    inside('needs-user', 'shelf', 'user'),
  ];
  expect(leansOn(states).map((needs) => needs.toSorted())).toEqual([[], [0], [0, 1, 3, 4], [1], [0], [0, 2]]);
});
