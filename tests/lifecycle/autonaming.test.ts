import type { OperationRequest } from '@radiant/engine';
import { describe, expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const named: ProgramBody = async (program) => {
  await program.thing('a');
};

function configured(autonaming: unknown, more: { readonly [key: string]: string } = {}): Partial<OperationRequest> {
  return { config: { 'pulumi:autonaming': JSON.stringify(autonaming), ...more } };
}

function createStack(supportsAutonaming = true): TestStack {
  const world = new World();
  world.capabilities = { ...world.capabilities, supportsAutonaming };
  return new TestStack(world);
}

test.each([
  ['verbatim', { mode: 'verbatim' }, 'a'],
  ['a pattern', { pattern: '${project}-${stack}-${name}-${config.region}' }, 'proj-dev-a-eu'],
  ['the provider`s own', { mode: 'disabled', providers: { test: { pattern: 'p-${name}' } } }, 'p-a'],
  [
    'the type`s own',
    { providers: { test: { mode: 'disabled', resources: { 'test:index:Thing': { pattern: 't-${name}' } } } } },
    't-a',
  ],
  [
    'what holds for all, when the provider has a word on another type only',
    { mode: 'verbatim', providers: { test: { resources: { 'test:index:Other': { mode: 'disabled' } } } } },
    'a',
  ],
  ['the default', { mode: 'default' }, 'a-1'],
])('a resource without a name is named by configuration: %s', async (_, autonaming, name) => {
  const stack = createStack();
  const run = await stack.up(named, { request: configured(autonaming, { 'proj:region': 'eu' }) });
  expect(run.errors).toEqual([]);
  expect(stack.world.names()).toEqual([name]);
});

test('a preview foresees the random name, and the update by its plan makes it', async () => {
  const stack = createStack();
  const request = configured({ pattern: '${name}-${hex(8)}-${num(3)}' });
  const preview = await stack.preview(named, { request: { ...request, options: { makesPlan: true } } });
  const plan = preview.outcome.plan!;
  await stack.up(named, { request: { ...request, options: { plan } } });
  const [name] = stack.world.names();
  expect(name).toMatch(/^a-[0-9a-f]{8}-\d{3}$/);
  const foreseen = [...plan.resources].find(([urn]) => urn.endsWith('::a'))![1];
  expect(foreseen.goal!.inputChanges.adds.name).toBe(name);
});

test('where no names are made up, a resource must have one', async () => {
  const stack = createStack();
  const run = await stack.up(named, { request: configured({ mode: 'disabled' }) });
  expect(run.errors).toEqual(["test:index:Thing resource 'a' has a problem: a name must be given"]);
});

test.each([
  ['a fixed name', '${name}-${stack}', ['delete-replaced a', 'replace a', 'create-replacement a']],
  ['a random name', '${name}-${hex(4)}', ['create-replacement a', 'replace a', 'delete-replaced a']],
])('%s decides which comes first when the resource is replaced', async (_, pattern, order) => {
  const stack = createStack();
  const request = configured({ pattern });
  const body =
    (kind: number): ProgramBody =>
    async (program) => {
      await program.resource('test:index:Thing', 'a', { kind });
    };
  await stack.up(body(1), { request });
  const run = await stack.up(body(2), { request });
  expect(run.errors).toEqual([]);
  const steps = run.events.filter((event) => / a\b/.test(event)).map((event) => event.replace(/ because.*/, ''));
  expect(steps).toEqual(order);
});

const warning =
  'warning on a: urn:pulumi:dev::proj::test:index:Thing::a resource has a custom autonaming setting ' +
  'but the provider does not support autonaming configuration, consider upgrading to a newer version';

test.each([
  ['meant for the provider', { providers: { test: { mode: 'verbatim' } } }, true],
  ['enforced', { pattern: '${name}', enforce: true }, true],
  ['for everybody', { mode: 'verbatim' }, false],
  ['proposed', { pattern: '${name}' }, false],
])('a provider that cannot follow a setting is warned about, if that was %s', async (_, autonaming, isTold) => {
  const stack = createStack(false);
  const run = await stack.up(named, { request: configured(autonaming) });
  expect(run.events.includes(warning)).toBe(isTold);
  expect(stack.world.names()).toEqual(['a-1']);
});

describe('wrong configuration ends the operation before it begins, and names the key', () => {
  test.each([
    [
      123,
      'pulumi:autonaming: invalid autonaming config structure: it should be a map of mode, pattern, enforce, providers',
    ],
    [{ mode: 'magic' }, 'pulumi:autonaming.mode: invalid naming mode: magic; there are default, verbatim and disabled'],
    [{ mode: 'verbatim', pattern: 'x' }, 'pulumi:autonaming: cannot specify both mode and pattern/enforce'],
    [{ mode: 'verbatim', enforce: true }, 'pulumi:autonaming: cannot specify both mode and pattern/enforce'],
    [{ enforce: true }, 'pulumi:autonaming.enforce: there is no pattern to enforce'],
    [{ pattern: 'x', enforce: 'maybe' }, 'pulumi:autonaming.enforce: it should be true or false'],
    [{ pattern: 7 }, 'pulumi:autonaming.pattern: it should be a text'],
    [
      { patern: 'x' },
      'pulumi:autonaming.patern: invalid autonaming config structure: there is no such field; there are mode, pattern, enforce, providers',
    ],
    [{ providers: [] }, 'pulumi:autonaming.providers: invalid autonaming config structure: it should be a map'],
    [
      { providers: { aws: { mode: 'magic' } } },
      'pulumi:autonaming.providers.aws.mode: invalid naming mode: magic; there are default, verbatim and disabled',
    ],
    [
      { providers: { aws: { resources: { 'aws:s3/bucket:Bucket': { pattern: '${config.none}' } } } } },
      'pulumi:autonaming.providers.aws.resources["aws:s3/bucket:Bucket"].pattern: no value found for key "none"',
    ],
    [
      { pattern: '${config.token}' },
      'pulumi:autonaming.pattern: "${config.token}" is a secret, and names are no place for one',
    ],
  ])('%j', async (autonaming, problem) => {
    const stack = createStack();
    const request = { ...configured(autonaming, { 'proj:token': 'canary' }), configSecretKeys: ['proj:token'] };
    await expect(stack.up(named, { request })).rejects.toMatchObject({
      code: 'AUTONAMING_INVALID',
      summary: `invalid autonaming config: ${problem}`,
      exitCode: 2,
    });
    expect(stack.world.calls).toEqual([]);
  });
});

test('a wrong setting does not keep anybody from refreshing and destroying', async () => {
  const stack = createStack();
  await stack.up(named);
  const request = configured({ mode: 'magic' });
  expect((await stack.refresh({ request })).errors).toEqual([]);
  expect((await stack.destroy({ request })).errors).toEqual([]);
  expect(stack.world.names()).toEqual([]);
});

test('values inside structured configuration can be part of a name', async () => {
  const stack = createStack();
  const more = { 'proj:place': JSON.stringify({ zone: { letter: 'b' } }) };
  await stack.up(named, { request: configured({ pattern: '${name}-${config.place.zone.letter}' }, more) });
  expect(stack.world.names()).toEqual(['a-b']);
});
