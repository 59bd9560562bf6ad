import { readFile } from 'node:fs/promises';
import { type OperationRequest, runOperation } from '@radiant/engine';
import {
  type Goal,
  type Plan,
  type ProgramRunner,
  type PropertyMap,
  type Provider,
  type ResourceMonitor,
  Secret,
  type Snapshot,
  stackType,
  Unknown,
  type Urn,
} from '@radiant/model';
import { openPassphraseManager } from '@radiant/secrets';
import { decodeDeployment, decodePlan, encodePlan } from '@radiant/state';
import { describe, expect, test } from 'vitest';
import { simulatedClock, simulatedRandom } from '../lifecycle/harness/simulated.ts';
import { goal, type Options } from '../lifecycle/harness/stack.ts';

const fixtures = new URL('fixtures/choices/', import.meta.url);
const readJson = async (name: string) => JSON.parse(await readFile(new URL(name, fixtures), 'utf8'));
const own = { source: 'recording', project: 'choices', stack: 'dev' };
const urn = (type: string, name: string) => `urn:pulumi:dev::choices::${type}::${name}` as Urn;

/** What the recorded plugin does, in previews without a foresight of its own. */
function shelfProvider(): Provider {
  const nothing = async () => ({ kind: 'none' }) as const;
  return {
    capabilities: { acceptsSecrets: true, acceptsResources: true, supportsPreview: false },
    checkConfig: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diffConfig: nothing,
    configure: async () => ({}),
    check: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diff: async ({ oldInputs, newInputs }) =>
      oldInputs.title === newInputs.title
        ? nothing()
        : { kind: 'some', replaceKeys: [], deleteBeforeReplace: false, diffs: ['title'] },
    create: async ({ inputs }) => ({ id: 'book-1', outputs: { ...inputs, pages: 100 } }),
    update: async ({ newInputs }) => ({ outputs: { ...newInputs, pages: 100 } }),
    read: async ({ id, inputs, outputs }) => ({ id, inputs: inputs ?? {}, outputs: outputs ?? {} }),
    delete: async () => {},
    invoke: async () => ({ result: {}, failures: [] }),
    close: async () => {},
  };
}

/** What the recorded program registers, transforms done, in the recorded order. */
async function declare(monitor: ResourceMonitor, stage: number): Promise<void> {
  const register = (kind: Goal['kind'], type: string, name: string, inputs: PropertyMap, options: Options) =>
    monitor.registerResource(goal(kind, type, name, inputs, options));
  const stack = await register('component', stackType, 'choices-dev', {}, {});
  const parent = stack.urn;
  const titled = { propertyDependencies: { title: [] } };
  const book = (name: string, inputs: PropertyMap, options: Options) =>
    register('custom', 'shelf:index:Book', name, inputs, { parent, ...titled, ...options });
  const read = (type: string, name: string, id: string, inputs: PropertyMap) =>
    monitor.readResource({
      type,
      name,
      id,
      parent,
      inputs,
      dependencies: [],
      additionalSecretOutputs: [],
      stackTrace: [],
    });
  const reference = 'organization/tour/dev';
  await read('pulumi:pulumi:StackReference', reference, reference, { name: reference });
  await read('shelf:index:Book', 'read', 'book-7', { title: 'read' });
  const shelf = await register(
    'component',
    'shelf:index:Shelf',
    'shelf',
    { title: 'Foundation' },
    { parent, ...titled },
  );
  await book('shelf-book', { title: 'Foundation' }, { parent: shelf.urn });
  await monitor.registerResourceOutputs(shelf.urn, { label: 'Foundation on shelf' });
  const title = stage >= 1 ? 'Second' : 'First';
  const plain = await book(
    'plain',
    { tag: 'transformed', title },
    {
      propertyDependencies: { tag: [], title: [] },
      deleteBeforeReplace: false,
    },
  );
  await book('with', { title: 'with' }, { deletedWith: plain.urn, dependencies: [shelf.urn] });
  await book('triggered', { title: 'triggered' }, { replacementTrigger: stage >= 2 ? 'two' : 'one' });
  await book('follows', { title: 'follows' }, { replaceWith: [plain.urn], dependencies: [plain.urn] });
  await monitor.registerResourceOutputs(stack.urn, {
    called: { upper: 'FOUNDATION ON SHELF' },
    invoked: { text: `invoked ${title}` },
    label: 'Foundation on shelf',
    other: 'sum-/plain-2-2',
    otherSecret: new Secret('t0ken-1'),
    pages: plain.outputs.pages ?? new Unknown(),
  });
}

async function recordedState(stage: string): Promise<Snapshot> {
  const json = await readJson(`${stage}.export.json`);
  const secrets = await openPassphraseManager(json.deployment.secrets_providers.state, 'correct-horse');
  return (await decodeDeployment(json, { source: 'recording', stack: 'dev', secrets })).snapshot;
}

async function secretsManager() {
  const { deployment } = await readJson('stage1.export.json');
  return openPassphraseManager(deployment.secrets_providers.state, 'correct-horse');
}

async function recordedPlan(stage: string) {
  const json = await readJson(`${stage}.plan.json`);
  // Cleaning the recordings has spoiled one seed.
  for (const plan of Object.values<{ seed?: string }>(json.resourcePlans))
    if (plan.seed?.length !== 44) delete plan.seed;
  return (await decodePlan(json, { ...own, secrets: await secretsManager() })).plan;
}

function run(snapshot: Snapshot, stage: number, options: OperationRequest['options'], isPreview: boolean) {
  const program: ProgramRunner = {
    run: async (monitor) => {
      await declare(monitor, stage);
      return { kind: 'finished' };
    },
  };
  return runOperation(
    {
      kind: 'up',
      isPreview,
      project: 'choices',
      stack: 'dev',
      organization: 'organization',
      config: {},
      configSecretKeys: [],
      parallel: 8,
      projectRoot: '/project',
      snapshot,
      ...(options === undefined ? {} : { options }),
    },
    {
      providers: { load: async () => shelfProvider() },
      program,
      journal: { append: async () => {} },
      clock: simulatedClock(),
      random: simulatedRandom(1),
      events: () => {},
    },
  );
}

/** A plan as its file has it, without seeds, times and ciphertexts. */
async function comparable(plan: Plan) {
  const secrets = await secretsManager();
  const resources = Array.from(plan.resources, ([urn, { seed: _, ...rest }]) => [urn, rest] as const);
  const json = await encodePlan(
    { resources: new Map(resources) },
    { nowMs: 0, toolVersion: 'v', config: {}, secrets: async () => secrets },
  );
  return JSON.parse(JSON.stringify(json.resourcePlans).replaceAll(/"ciphertext":"[^"]*"/g, '"ciphertext":"…"'));
}

describe('the plans of the recorded previews', () => {
  test.each([
    ['stage1', 1, 'stage0'],
    ['stage2', 2, 'stage1'],
  ])('are ours, field by field: %s', async (name, stage, before) => {
    const plan = await recordedPlan(name);
    const outcome = await run(await recordedState(before), stage, { makesPlan: true }, true);
    expect(outcome.diagnostics).toEqual([]);
    expect(await comparable(outcome.plan!)).toEqual(await comparable(plan));
  });

  test.each([
    ['stage1', 1, 'stage0'],
    ['stage2', 2, 'stage1'],
  ])('let our update do what they say: %s', async (name, stage, before) => {
    const plan = await recordedPlan(name);
    const outcome = await run(await recordedState(before), stage, { plan }, false);
    expect(outcome.diagnostics).toEqual([]);
    expect(outcome.result).toBe('succeeded');
  });

  test('are refused in the recorded words where the program has changed', async () => {
    const plan = await recordedPlan('stage2');
    const outcome = await run(await recordedState('stage2-by-plan'), 0, { plan }, false);
    expect(outcome.result).toBe('failed');
    const events = (await readFile(new URL('plan-refused.events.jsonl', fixtures), 'utf8')).trim().split('\n');
    const recorded = events
      .map((line) => JSON.parse(line).diagnosticEvent)
      .find((event) => event?.severity === 'error' && event.urn === urn('shelf:index:Book', 'plain'));
    expect(outcome.diagnostics.map(({ message, urn }) => ({ message: `${message}\n`, urn }))).toEqual([
      { message: recorded.message, urn: recorded.urn },
    ]);
  });
});
