import { childUrn, type EngineEvent, type ResourceState, type StepInfo, stackUrn, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { parseImportFile } from './import-file.ts';
import { plannedImports } from './planned-imports.ts';

const root = stackUrn('dev', 'proj');
const defaultProvider = childUrn('dev', 'proj', undefined, 'pulumi:providers:shelf', 'default_1_2_3');

interface Sketch {
  readonly type: string;
  readonly name: string;
  readonly op?: StepInfo['op'];
  readonly parent?: Urn;
  readonly state?: Partial<ResourceState>;
  readonly isInternal?: boolean;
}

function step({ type, name, op = 'create', parent = root, state, isInternal = false }: Sketch): StepInfo {
  const urn = childUrn('dev', 'proj', parent, type, name);
  const bare = { urn, type, parent, id: '', inputs: {}, ownership: 'managed', provider: `${defaultProvider}::id` };
  return { op, urn, type, provider: '', isLogical: true, isInternal, new: { ...bare, ...state } as ResourceState };
}

const started = (...steps: readonly StepInfo[]): EngineEvent[] =>
  steps.map((each) => ({ kind: 'step-started', timeMs: 0, step: each, isPlanning: true }));

const provider = step({
  type: 'pulumi:providers:shelf',
  name: 'default_1_2_3',
  parent: undefined,
  isInternal: true,
  state: { urn: defaultProvider, inputs: { version: '1.2.3' }, provider: '' },
});
const internal = { ...provider, urn: defaultProvider };
const component = { ownership: 'component', provider: '' } as const;

test('everything that would be created is there, with its parent, its plugin and the id that its provider foresees', () => {
  const shop = step({ type: 'shop:index:Shop', name: 'shop', state: component });
  const book = step({ type: 'shelf:index:Book', name: 'book', parent: shop.urn });
  const known = step({ type: 'shelf:index:Book', name: 'known' });
  const ended = { ...known, new: { ...known.new!, id: 'b/7' } };
  const metadata = { annotations: { 'pulumi.com/autonamed': 'true' } };
  const named = step({ type: 'shelf:index:Book', name: 'named', state: { id: 'named-5f2a', inputs: { metadata } } });
  const stack = step({ type: 'pulumi:pulumi:Stack', name: 'proj-dev', state: { ...component, urn: root } });
  const same = step({ type: 'shelf:index:Book', name: 'same', op: 'same' });
  const events = started({ ...stack, urn: root }, internal, shop, book, known, named, same);
  const file = plannedImports([...events, { kind: 'step-succeeded', timeMs: 1, step: ended, isPlanning: true }]);
  expect(file).toEqual({
    resources: [
      { type: 'shop:index:Shop', name: 'shop', component: true },
      { type: 'shelf:index:Book', name: 'book', id: '<PLACEHOLDER>', parent: 'shop', version: '1.2.3' },
      { type: 'shelf:index:Book', name: 'known', id: 'b/7', version: '1.2.3' },
      { type: 'shelf:index:Book', name: 'named', id: '<PLACEHOLDER>', version: '1.2.3' },
    ],
  });
  const filled = JSON.stringify(file).replaceAll('<PLACEHOLDER>', 'b/1');
  const ids = parseImportFile(filled, 'imports.json').resources.map(({ id }) => id);
  expect(ids).toEqual([undefined, 'b/1', 'b/7', 'b/1']);
  expect(() => parseImportFile(JSON.stringify(file), 'imports.json')).toThrow(
    'resources[1] ("book") has a placeholder: put the id of what exists in its place',
  );
});

test('entries of one name get others, and what is recorded already is in the name table', () => {
  const shop = step({ type: 'shop:index:Shop', name: 'web', op: 'same', state: component });
  const own = step({ type: 'pulumi:providers:shelf', name: 'own', op: 'same', state: { provider: '' } });
  const state = { provider: `${own.urn}::id` };
  const books = [
    step({ type: 'shelf:index:Book', name: 'web', parent: shop.urn, state }),
    step({ type: 'shelf:index:book', name: 'web' }),
    step({ type: 'shelf:other:Book', name: 'web' }),
    step({ type: 'shelf:index:Book', name: 'webBook' }),
  ];
  const { nameTable, resources } = plannedImports(started(internal, own, shop, ...books));
  expect(nameTable).toEqual({ webShop: shop.urn, own: own.urn });
  expect(resources.map(({ name, logicalName, parent, provider }) => [name, logicalName, parent, provider])).toEqual([
    ['web', undefined, 'webShop', 'own'],
    ['webBook2', 'web', undefined, undefined],
    ['webBook3', 'web', undefined, undefined],
    ['webBook', undefined, undefined, undefined],
  ]);
});

test('what a provider serves that is yet to be created cannot be imported, and that is said with what mends it', () => {
  const own = step({ type: 'pulumi:providers:shelf', name: 'own', state: { provider: '' } });
  const book = step({ type: 'shelf:index:Book', name: 'book', state: { provider: `${own.urn}::id` } });
  expect(() => plannedImports(started(own, book))).toThrow(
    `cannot import resource "${book.urn}" with a new explicit provider "${own.urn}"`,
  );
});
