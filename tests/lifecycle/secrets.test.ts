import {
  Asset,
  type JournalEntry,
  OutcomeUnknownError,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  revealSecrets,
  Secret,
  Unknown,
} from '@radiant/model';
import { expect, test } from 'vitest';
import { createEventEncoder } from '../../packages/cli/src/json/engine-event-json.ts';
import { previewDigestDisplay } from '../../packages/cli/src/json/json-displays.ts';
import { stepsDiffLines } from '../../packages/cli/src/render/diff-body.ts';
import { encodeDeployment } from '../../packages/state/src/deployment/deployment.ts';
import { encodeEntry } from '../../packages/state/src/journal/journal-format.ts';
import { createPlainManager } from '../../packages/state/src/testing/plain-manager.ts';
import { type ProgramBody, type RunResult, TestStack } from './harness/stack.ts';
import { World, worldWith } from './harness/world.ts';

function worldWithoutSecrets(): World {
  const world = new World();
  world.capabilities = { ...world.capabilities, acceptsSecrets: false };
  return world;
}

async function outputsOf(world: World, inputs: PropertyMap): Promise<PropertyMap> {
  const stack = new TestStack(world);
  let outputs: PropertyMap = {};
  await stack.up(async (program) => {
    outputs = (await program.thing('a', { name: 'a', ...inputs })).outputs;
  });
  expect(stack.snapshot.resources.at(-1)?.outputs).toEqual(outputs);
  return outputs;
}

test('secrets and what was made of them stay secret with a provider that knows no secrets', async () => {
  const world = new World();
  world.capabilities = { acceptsSecrets: false, acceptsResources: true, supportsPreview: true };
  const stack = new TestStack(world);
  let seen: unknown;
  await stack.up(async (program) => {
    seen = (await program.thing('a', { name: 'a', token: new Secret('hush'), deep: { x: new Secret(1) } })).outputs;
  });
  expect(world.things.get('a')?.props).toEqual({ name: 'a', token: 'hush', deep: { x: 1 }, serial: 'serial-of-a' });
  expect(seen).toEqual({ name: 'a', token: new Secret('hush'), deep: { x: new Secret(1) }, serial: 'serial-of-a' });
});

test('the secrets an operation has met are masked in what it says', async () => {
  const stack = new TestStack(new World());
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('login with hush-hush and p4ss+word failed');
  };
  const run = await stack.up(
    async (program) => {
      program.monitor.log({ severity: 'info', message: 'using p4ss+word' });
      await program.thing('a', { token: new Secret({ inner: ['hush-hush'] }) });
    },
    { request: { config: { 'proj:password': 'p4ss+word' }, configSecretKeys: ['proj:password'] } },
  );
  expect(run.events).toMatchInlineSnapshot(`
    [
      "info: using [secret]",
      "error on a: login with [secret] and [secret] failed",
      "failed: create a",
      "error: update failed",
      "failed: 1 create",
    ]
  `);
  expect(run.raw[0]).toMatchObject({ kind: 'prelude', config: { 'proj:password': '[secret]' } });
});

test('outputs that the program calls secret are recorded and returned as secrets', async () => {
  const stack = new TestStack(new World());
  let answered: unknown;
  await stack.up(async (program) => {
    const a = await program.thing('a', {}, { additionalSecretOutputs: ['serial'] });
    answered = a.outputs.serial;
  });
  expect(answered).toEqual(new Secret('serial-of-a-1'));
  expect(stack.snapshot.resources.at(-1)?.outputs.serial).toEqual(new Secret('serial-of-a-1'));
});

test('a secret does not make its neighbours in a map secret, but what cannot be told apart', async () => {
  const inputs = { map: { open: 1, shut: new Secret(2) }, list: [1, new Secret(2)], open: { a: 1 } };
  const outputs = await outputsOf(worldWithoutSecrets(), inputs);
  expect(outputs).toMatchObject({
    map: { open: 1, shut: new Secret(2) },
    list: new Secret([1, 2]),
    open: { a: 1 },
  });
});

test('what mirrors a secret input is secret, even if the provider knows secrets and forgot', async () => {
  const world = new World();
  const provider = world.provider.bind(world);
  world.provider = () => ({
    ...provider(),
    create: async ({ inputs }) => ({ id: 'a', outputs: { ...inputs, token: 'hush', other: 'heard' } }),
  });
  const outputs = await outputsOf(world, { token: new Secret('hush') });
  expect(outputs).toMatchObject({ token: new Secret('hush'), other: 'heard' });
});

test('an input that becomes secret takes its output with it, without a call to the provider', async () => {
  const stack = new TestStack(new World());
  const body =
    (token: string | Secret): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'a', token });
    };
  await stack.up(body('hush'));
  const run = await stack.up(body(new Secret('hush')));
  expect(run.changes).toEqual({ same: 2 });
  expect(stack.snapshot.resources.at(-1)).toMatchObject({
    inputs: { token: new Secret('hush') },
    outputs: { token: new Secret('hush') },
  });
});

test('an id cannot be made secret, and whoever wants it is told', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    await program.thing('a', {}, { additionalSecretOutputs: ['id'] });
  });
  expect(run.events).toContain(
    'warning on a: The "id" property cannot be made secret. See pulumi/pulumi#2717 for more details.',
  );
});

const canary = 'canary-in-the-coal-mine';

/** Everything that leaves an operation, as text. */
async function everythingSaid(stack: TestStack, run: RunResult): Promise<string> {
  const secrets = createPlainManager();
  const encoder = createEventEncoder();
  let digest = '';
  const display = previewDigestDisplay(
    (text) => {
      digest += text;
    },
    () => {},
    'masked',
  );
  for (const event of run.raw) display.event(event);
  const { summary } = run.outcome;
  display.finish({ result: run.result, summary, outputs: {}, oldOutputs: {}, resourceCount: 0, exitCode: 0 });
  const steps = run.raw.flatMap((event) => ('step' in event ? [event.step] : []));
  const entries = await Promise.all(run.journal.map((entry: JournalEntry) => encodeEntry(entry, { secrets })));
  const deployment = await encodeDeployment(stack.snapshot, {
    mode: 'encrypted',
    nowMs: 0,
    toolVersion: 'v1',
    secrets,
  });
  return [
    ...run.raw.map((event) => JSON.stringify(encoder.encode(event))),
    digest,
    ...stepsDiffLines(steps, { showSecrets: false, showFull: true }, (_, text) => text),
    ...entries,
    JSON.stringify(deployment),
    JSON.stringify(run.outcome),
    ...run.events,
  ].join('\n');
}

const leaky: ProgramBody = async (program) => {
  const { monitor } = program;
  const provider = await program.resource('pulumi:providers:test', 'mine', { password: new Secret(canary) });
  const reference = { provider: `${provider.urn}::${provider.id}` };
  monitor.log({ severity: 'info', message: `the program knows ${canary}` });
  monitor.startDebugging({ config: { args: ['--token', canary] }, message: `with ${canary}` });
  await monitor.invoke({
    token: 'test:index:echo',
    args: { text: new OutputValue(`${canary}-of-a-function`, true, []) },
    dependsOn: [],
  });
  const group = await program.component('group', {}, { token: new Secret([canary]) });
  await monitor.registerResourceOutputs(group.urn, { token: new Secret({ deep: canary }) });
  const inputs = {
    plain: 'open',
    token: new Secret(canary),
    map: { list: [new Secret({ deep: [canary] })] },
    file: new Secret(new Asset({ kind: 'text', text: `${canary}\nof two lines` }, 'hash')),
  };
  await program.export({ token: new Secret(canary), deep: { token: new Secret(`${canary}"quoted"`) } });
  await Promise.all([
    program.thing('kept', { name: 'kept', ...inputs }, reference),
    program.thing('unready', { name: 'unready', ...inputs }, reference),
    program.thing('fails', { name: 'fails', ...inputs }, { ...reference, replacementTrigger: new Secret(canary) }),
  ]);
};

/** A provider that tells everything it hears. */
function gossip(world: World): void {
  world.unready.set('unready', [`it waits for ${canary}`, `and for ${canary}-of-a-function`]);
  world.onCall = (call, subject) => {
    if (call === 'create' && subject === 'fails') throw new Error(`no ${canary}\nof two lines, no ${canary}"quoted"`);
    if (call === 'update') throw new OutcomeUnknownError(`was it ${JSON.stringify(`${canary}"quoted"`)}?`);
  };
}

test.each([
  ['knows secrets', true],
  ['knows none', false],
])('no secret leaves an operation in the clear, with a provider that %s', async (_, acceptsSecrets) => {
  const world = new World();
  world.capabilities = { ...world.capabilities, acceptsSecrets };
  const stack = new TestStack(world);
  const request = {
    config: { 'proj:token': canary, 'proj:deep': JSON.stringify({ token: `${canary}-in-a-structure`, open: 'eu' }) },
    configSecretKeys: ['proj:token', 'proj:deep'],
    secretTexts: [`${canary}-in-a-structure`],
  };
  gossip(world);
  const preview = await stack.preview(leaky, { request });
  expect(await everythingSaid(stack, preview)).not.toContain('canary');
  const up = await stack.up(leaky, { request });
  expect(up.result).toBe('failed');
  const said = await everythingSaid(stack, up);
  expect(said).not.toContain('canary');
  expect(said).toContain('it waits for [secret]');
  // The world has heard them all.
  expect(JSON.stringify(Array.from(world.things.values(), ({ props }) => props))).toContain(
    acceptsSecrets ? '[secret]' : canary,
  );
  const again = await stack.up(leaky, { request });
  expect(await everythingSaid(stack, again)).not.toContain('canary');
  const refresh = await stack.refresh({ request });
  expect(await everythingSaid(stack, refresh)).not.toContain('canary');
  world.onCall = (call) => {
    if (call === 'delete') throw new Error(`I will not forget ${canary}`);
  };
  expect(await everythingSaid(stack, await stack.destroy({ request }))).not.toContain('canary');
});

test('what an update in doubt was to make secret is recorded as secret when a refresh finds it', async () => {
  const stack = new TestStack(worldWithoutSecrets());
  const body =
    (inputs: PropertyMap): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'a', ...inputs });
    };
  await stack.up(body({ token: 'plain' }));
  stack.world.onDone = () => {
    throw new OutcomeUnknownError('lost the connection');
  };
  await stack.up(body({ token: new Secret('hush'), deep: { inner: new Secret('canary') } }));
  stack.world.onDone = () => {};
  const preview = await stack.refresh({ isPreview: true });
  expect(JSON.stringify(preview.raw)).not.toMatch(/hush|canary/);
  expect((await stack.refresh()).result).toBe('succeeded');
  const { inputs, outputs } = stack.snapshot.resources.at(-1)!;
  for (const found of [inputs, outputs]) {
    expect(found).toMatchObject({ token: new Secret('hush'), deep: new Secret({ inner: 'canary' }) });
  }
});

test('what a refresh finds under the id of a predecessor is as secret as its successor made it', async () => {
  const stack = new TestStack(worldWithoutSecrets());
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a', token: new Secret('hush') });
  });
  const successor = stack.snapshot.resources.at(-1)!;
  const predecessor = {
    ...successor,
    disposition: 'superseded',
    inputs: { name: 'a' },
    outputs: { name: 'a' },
  } as const;
  stack.snapshot = { ...stack.snapshot, resources: [...stack.snapshot.resources, predecessor] };
  const { raw, result } = await stack.refresh();
  expect(result).toBe('succeeded');
  expect(JSON.stringify([raw, stack.snapshot])).not.toContain('hush');
});

test('what a refresh finds under another id than that of a predecessor keeps no secrets of that one', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: string, token: PropertyValue): ProgramBody =>
    async (program) => {
      await program.thing('a', { kind, token });
    };
  await stack.up(body('x', new Secret('hush')));
  stack.world.onCall = (call) => {
    if (call === 'delete') throw new Error('not now');
  };
  await stack.up(body('y', 'told'));
  expect(stack.snapshot.resources.map(({ disposition }) => disposition)).toContain('superseded');
  const { journal } = await stack.refresh();
  expect(journal).toEqual([]);
  expect(stack.snapshot.resources.find(({ inputs }) => inputs.kind === 'y')?.outputs.token).toBe('told');
});

test('what a refresh finds is as secret as another resource made it that is recorded with the same thing', async () => {
  const stack = new TestStack(worldWithoutSecrets());
  const body =
    (...names: string[]): ProgramBody =>
    async (program) => {
      for (const name of names)
        await program.thing(name, { name: 'x', ...(name === 'b' ? { token: new Secret('hush') } : {}) });
    };
  await stack.up(body('a'));
  stack.world.things.delete('x');
  await stack.up(body('a', 'b'));
  expect(stack.records()).toEqual(['a = x', 'b = x']);
  const { raw } = await stack.refresh();
  expect(JSON.stringify([raw, stack.snapshot])).not.toContain('hush');
});

test('what is adopted is as secret as the program declares it, or another resource has made it', async () => {
  const stack = new TestStack(worldWithoutSecrets());
  const { raw } = await stack.up(async (program) => {
    await program.thing('a', { name: 'x', token: new Secret('hush') });
    await program.thing('b', { name: 'x', token: new Secret('hush') }, { importId: 'x' });
    await program.thing('c', { name: 'x' }, { importId: 'x' });
  });
  expect(stack.records()).toEqual(['a = x', 'b = x', 'c = x']);
  expect(JSON.stringify([raw, stack.snapshot])).not.toContain('hush');
});

test('what a creation in doubt turns out to be is as secret as its predecessor made it', async () => {
  const stack = new TestStack(worldWithoutSecrets());
  const body =
    (name: string, inputs: PropertyMap): ProgramBody =>
    async (program) => {
      await program.thing('a', { name, ...inputs });
    };
  await stack.up(body('first', { token: new Secret('hush') }));
  // The provider fills in what the program leaves out, and nobody hears of it.
  stack.world.onDone = (call, id) => {
    const thing = stack.world.things.get(id);
    if (call !== 'create' || thing === undefined) return;
    stack.world.things.set(id, { ...thing, props: { ...thing.props, token: 'hush' } });
    throw new OutcomeUnknownError('lost the connection');
  };
  await stack.up(body('second', {}));
  expect(stack.snapshot.pendingOperations).toHaveLength(1);
  stack.world.onDone = () => {};
  const { raw } = await stack.up(body('second', {}));
  expect(stack.records()).toEqual(['a = second']);
  expect(JSON.stringify(raw)).toContain('"token":"[secret]"');
  expect(JSON.stringify([raw, stack.snapshot])).not.toContain('hush');
});

test('outputs of a component that are to be secret are so in its record, and stay so without a change', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    const group = await program.component('group', { additionalSecretOutputs: ['token'] });
    await program.monitor.registerResourceOutputs(group.urn, { token: 's3cret' });
  };
  await stack.up(body);
  expect(stack.snapshot.resources.find(({ urn }) => urn.endsWith('::group'))?.outputs).toEqual({
    token: new Secret('s3cret'),
  });
  expect((await stack.up(body)).journal).toEqual([]);
});

test('a provider that is checked in plain values keeps the secrets of its configuration', async () => {
  const checksPlain = worldWith(() => ({
    checkConfig: async ({ newInputs }) => ({ inputs: revealSecrets(newInputs), failures: [] }),
  }));
  const stack = new TestStack(checksPlain);
  const config = { config: { 'test:token': 'sesame' }, configSecretKeys: ['test:token'] };
  await stack.up(async (program) => void (await program.thing('a')), { request: config });
  const provider = stack.snapshot.resources.find(({ type }) => type === 'pulumi:providers:test');
  expect(provider?.inputs.token).toEqual(new Secret('sesame'));
});

test('what a function makes of a secret is secret with a provider that knows no secrets', async () => {
  const stack = new TestStack(worldWithoutSecrets());
  const results: unknown[] = [];
  await stack.up(async (program) => {
    for (const text of [new Secret('sesame'), 'hello']) {
      const answer = await program.monitor.invoke({ token: 'test:index:echo', args: { text }, dependsOn: [] });
      if (answer.kind === 'known') results.push(answer.result.echo);
    }
  });
  expect(results).toEqual([new Secret('sesame'), 'hello']);
});

test('a function that answers with something unknown in an update is the fault of its provider', async () => {
  const vague = worldWith(() => ({ invoke: async () => ({ result: { echo: new Unknown() }, failures: [] }) }));
  const stack = new TestStack(vague);
  const ask: ProgramBody = async (program) => {
    await program.monitor.invoke({ token: 'test:index:echo', args: {}, dependsOn: [] });
  };
  expect((await stack.preview(ask)).errors).toEqual([]);
  expect((await stack.up(ask)).errors[0]).toContain("test:index:echo answered with an unknown value for 'echo'");
});
