import {
  type PolicyFinding,
  type PolicyPack,
  type PolicyResource,
  type PropertyMap,
  Secret,
  type Urn,
} from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const thing = (name: string) => `urn:pulumi:dev::proj::test:index:Thing::${name}` as Urn;

interface Policies {
  readonly analyze?: (resource: PolicyResource) => readonly Partial<PolicyFinding>[];
  readonly analyzeStack?: (resources: readonly PolicyResource[]) => readonly Partial<PolicyFinding>[];
  readonly remediate?: (resource: PolicyResource) => PropertyMap | string | undefined;
}

/** A pack of one policy, `rule`, for each moment. */
function pack({ analyze = () => [], analyzeStack = () => [], remediate = () => undefined }: Policies): PolicyPack {
  const finding = (found: Partial<PolicyFinding>): PolicyFinding => ({
    policy: 'rule',
    description: 'A rule',
    message: 'broken',
    level: 'mandatory',
    severity: undefined,
    urn: undefined,
    ...found,
  });
  return {
    name: 'rules',
    version: '1.0.0',
    place: 'rules',
    policies: [{ name: 'rule', subject: 'unknown', level: 'mandatory' }],
    analyze: async (resource) => ({ results: analyze(resource).map(finding), notApplicable: [] }),
    analyzeStack: async (resources) => ({ results: analyzeStack(resources).map(finding), notApplicable: [] }),
    remediate: async (resource) => {
      const answer = remediate(resource);
      if (answer === undefined) return { results: [], notApplicable: [] };
      const outcome =
        typeof answer === 'string'
          ? ({ kind: 'failed', reason: answer } as const)
          : ({ kind: 'repaired', properties: answer } as const);
      return { results: [{ policy: 'rule', description: 'A rule', outcome }], notApplicable: [] };
    },
    close: async () => {},
  };
}

const isThing = ({ type }: PolicyResource) => type === 'test:index:Thing';

const two: ProgramBody = async (program) => {
  await program.thing('a', { name: 'a', size: 1 });
  await program.thing('b', { name: 'b', size: 2 });
};

test('a mandatory finding stops an update before the resource is touched; a preview shows all of them and fails', async () => {
  const policies = [pack({ analyze: (resource) => (isThing(resource) ? [{}] : []) })];
  const stack = new TestStack(new World());
  const preview = await stack.preview(two, { policies });
  expect(preview.events).toEqual([
    'mandatory rule on a: broken',
    'create a',
    'mandatory rule on b: broken',
    'create b',
    'create proj-dev',
    'error: preview failed',
    'failed: 3 create',
  ]);
  const up = await stack.up(two, { policies });
  expect(up.events.slice(0, 1)).toEqual(['mandatory rule on a: broken']);
  expect([up.result, stack.world.names()]).toEqual(['failed', []]);
});

test('an advisory finding is told, and so is that a repair failed; neither stops anything', async () => {
  const policies = [
    pack({
      analyze: (resource) => (isThing(resource) ? [{ level: 'advisory' }] : []),
      remediate: (resource) => (isThing(resource) ? 'no idea' : undefined),
    }),
  ];
  const stack = new TestStack(new World());
  const { events, result } = await stack.up(async (program) => void (await program.thing('a')), { policies });
  expect(result).toBe('succeeded');
  expect(events.slice(0, 2)).toEqual(['advisory rule on a: no idea', 'advisory rule on a: broken']);
});

test('packs repair what the one before them left, and all look at the result', async () => {
  const seen: unknown[] = [];
  const more = (by: number) =>
    pack({
      remediate: (resource) =>
        isThing(resource) ? { ...resource.properties, size: Number(resource.properties.size) + by } : undefined,
      analyze: (resource) => {
        if (isThing(resource)) seen.push(resource.properties.size);
        return [];
      },
    });
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => void (await program.thing('a', { name: 'a', size: 1 }));
  await stack.up(body, { policies: [more(1), more(10)] });
  expect(seen).toEqual([12, 12]);
  expect(stack.world.things.get('a')?.props.size).toBe(12);
  expect((await stack.up(body, { policies: [more(1), more(10)] })).changes).toEqual({ same: 2 });
});

test('what was to be repaired and is still broken is told, and counts, as mandatory', async () => {
  const policies = [pack({ analyze: (resource) => (isThing(resource) ? [{ level: 'remediate' }] : []) })];
  const stack = new TestStack(new World());
  const { events, result } = await stack.up(two, { policies });
  expect([result, events[0]]).toEqual(['failed', 'mandatory rule on a: broken']);
});

test('what a policy returns keeps its secrets', async () => {
  const policies = [
    pack({
      remediate: (resource) =>
        isThing(resource) ? { ...resource.properties, secret: 'changed', added: 1 } : undefined,
    }),
  ];
  const stack = new TestStack(new World());
  const inputs = { name: 'a', secret: new Secret('s'), other: new Secret('o') };
  await stack.up(async (program) => void (await program.thing('a', inputs)), { policies });
  expect(stack.snapshot.resources.find(({ id }) => id === 'a')?.inputs).toEqual({
    name: 'a',
    secret: new Secret('changed'),
    other: new Secret('o'),
    added: 1,
  });
});

describe('policies see', () => {
  const seenBy = async (stack: TestStack, body: ProgramBody, options: object = {}) => {
    const seen: string[] = [];
    const policies = [
      pack({
        analyze: ({ urn, properties }) => {
          seen.push(`${urn.split('::').at(-1)} ${JSON.stringify(properties.size ?? null)}`);
          return [];
        },
      }),
    ];
    const run = await stack.up(body, { policies, request: { options } });
    expect(run.errors).toEqual([]);
    return seen;
  };

  test('the stack, components, providers and resources alike, but nothing that is only read', async () => {
    const stack = new TestStack(new World());
    stack.world.things.set('x', { id: 'x', type: 'test:index:Thing', props: { name: 'x' } });
    const seen = await seenBy(stack, async (program) => {
      const { urn } = await program.component('group');
      await program.thing('a', {}, { parent: urn });
      await program.read('found', 'x');
    });
    expect(seen).toEqual(['proj-dev null', 'group null', 'default null', 'a null']);
  });

  test('an adopted thing as the program wants it, once', async () => {
    const stack = new TestStack(new World());
    stack.world.things.set('x', { id: 'x', type: 'test:index:Thing', props: { name: 'x', size: 1 } });
    const seen = await seenBy(stack, async (program) => {
      await program.thing('a', { name: 'x', size: 2 }, { importId: 'x' });
    });
    expect(seen.slice(-1)).toEqual(['a 2']);
  });

  test('what is to be replaced once', async () => {
    const stack = new TestStack(new World());
    const body =
      (kind: string): ProgramBody =>
      async (program) =>
        void (await program.thing('a', { kind, size: 1 }));
    await stack.up(body('x'));
    expect(await seenBy(stack, body('y'))).toEqual(['proj-dev null', 'default null', 'a 1']);
  });

  test('nothing that an operation leaves alone', async () => {
    const stack = new TestStack(new World());
    await stack.up(two);
    expect(await seenBy(stack, two, { targets: [thing('b')] })).toEqual(['proj-dev null', 'default null', 'b 2']);
  });
});

describe('a policy of the stack', () => {
  test('sees all that is ours with its outputs, once everything has succeeded', async () => {
    const seen: unknown[] = [];
    const policies = [
      pack({
        analyzeStack: (resources) => {
          seen.push(...resources.map(({ name, properties }) => [name, properties.serial ?? null]));
          return [];
        },
      }),
    ];
    const stack = new TestStack(new World());
    await stack.up(two, { policies });
    expect(seen).toEqual([
      ['proj-dev', null],
      ['a', 'serial-of-a'],
      ['default', null],
      ['b', 'serial-of-b'],
    ]);
    seen.length = 0;
    stack.world.onCall = (call) => {
      if (call === 'update') throw new Error('refused');
    };
    await stack.up(async (program) => void (await program.thing('a', { name: 'a', size: 2 })), { policies });
    expect(seen).toEqual([]);
  });

  test('may name the resource that it is about; what it finds elsewhere is about the stack', async () => {
    const found = [{ urn: thing('b') }, { urn: thing('nobody') }, { level: 'remediate' } as const];
    const stack = new TestStack(new World());
    const { events, result } = await stack.up(two, { policies: [pack({ analyzeStack: () => found })] });
    expect(result).toBe('failed');
    expect(events.slice(-5, -2)).toEqual([
      'mandatory rule on b: broken',
      'mandatory rule on proj-dev: broken',
      'mandatory rule on proj-dev: broken',
    ]);
    expect(stack.world.names()).toEqual(['a', 'b']);
  });
});

test('policies whose pack does not say what they look at are among those that passed', async () => {
  const run = await new TestStack(new World()).up(two, { policies: [pack({})] });
  const summaries = run.raw.flatMap((event) => (event.kind === 'policy-summary' ? [event.summary] : []));
  expect(new Set(summaries.map(({ phase, passed }) => `${phase}: ${passed.join()}`))).toEqual(
    new Set(['remediate: rule', 'analyze: rule', 'analyze-stack: rule']),
  );
});

test.each([
  { parallelAnalyze: 1, most: 1 },
  { parallelAnalyze: 0, most: 3 },
])(
  'at most $most of three packs look at a resource at a time when $parallelAnalyze may',
  async ({ parallelAnalyze, most }) => {
    let [looking, mostLooking] = [0, 0];
    const watched = (): PolicyPack => ({
      ...pack({}),
      analyze: async () => {
        looking += 1;
        mostLooking = Math.max(mostLooking, looking);
        await new Promise((resolve) => setImmediate(resolve));
        looking -= 1;
        return { results: [], notApplicable: [] };
      },
    });
    const policies = [watched(), watched(), watched()];
    const body: ProgramBody = async (program) => void (await program.thing('a', { name: 'a' }));
    const { result } = await new TestStack(new World()).up(body, {
      policies,
      request: { options: { parallelAnalyze } },
    });
    expect([result, mostLooking]).toEqual(['succeeded', most]);
  },
);
