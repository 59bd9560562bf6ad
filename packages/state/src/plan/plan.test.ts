import { readFile } from 'node:fs/promises';
import { type Plan, type ResourcePlan, Secret, Unknown, type Urn } from '@radiant/model';
import { openPassphraseManager } from '@radiant/secrets';
import { describe, expect, it } from 'vitest';
import { createPlainManager } from '../testing/plain-manager.ts';
import { decodePlan } from './decode-plan.ts';
import { encodePlan } from './encode-plan.ts';

const recordings = new URL('../../../../tests/recordings/fixtures/choices/', import.meta.url);
const readJson = async (name: string) => JSON.parse(await readFile(new URL(name, recordings), 'utf8'));

const urn = 'urn:pulumi:dev::choices::a:b:C::c' as Urn;
const manager = createPlainManager();
const own = { source: 'plan.json', project: 'choices', stack: 'dev', secrets: manager };
const encode = (plan: Plan) =>
  encodePlan(plan, { nowMs: 0, toolVersion: 'v3.1.0', config: {}, secrets: async () => manager });

const bare: ResourcePlan = {
  goal: {
    type: 'a:b:C',
    name: 'c',
    isCustom: true,
    inputChanges: { adds: {}, deletes: [], updates: {} },
    outputChanges: { adds: {}, deletes: [], updates: {} },
    isProtected: false,
    dependencies: [],
    propertyDependencies: {},
    ignoreChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    customTimeouts: {},
  },
  steps: ['create'],
};

/** The smallest document with one resource, in which a test puts something wrong. */
function document(change: (plan: Record<string, unknown>, goal: Record<string, unknown>) => void): unknown {
  const goal: Record<string, unknown> = { type: 'a:b:C', name: 'c', inputDiff: {} };
  const plan: Record<string, unknown> = { goal, steps: ['create'] };
  change(plan, goal);
  return { manifest: {}, resourcePlans: { [urn]: plan } };
}

describe('the plans of the established engine', () => {
  it.each(['stage1', 'stage2'])('are read and written back as they were: %s', async (stage) => {
    const recorded = await readJson(`${stage}.plan.json`);
    // Cleaning the recordings has spoiled one seed.
    for (const plan of Object.values<{ seed: string }>(recorded.resourcePlans))
      if (plan.seed.length !== 44) plan.seed = Buffer.alloc(32).toString('base64');
    const { state } = (await readJson(`${stage === 'stage1' ? 'stage0' : 'stage1'}.export.json`)).deployment
      .secrets_providers;
    const secrets = await openPassphraseManager(state, 'correct-horse');
    const file = await decodePlan(structuredClone(recorded), { ...own, secrets });
    expect(file.version).toBe('v3.260.0');
    expect(file.config).toEqual(recorded.config);
    const written = await encodePlan(file.plan, {
      nowMs: Date.parse(file.time!),
      toolVersion: file.version!,
      config: file.config,
      secrets: async () => secrets,
    });
    expect({ ...written, manifest: { ...written.manifest, time: recorded.manifest.time } }).toEqual(recorded);
  });
});

describe('a plan', () => {
  it('comes back from its file as it was', async () => {
    const plan: Plan = {
      resources: new Map([
        [
          urn,
          {
            goal: {
              ...bare.goal!,
              inputChanges: {
                adds: { a: new Unknown(), s: new Secret({ deep: 1 }) },
                deletes: ['b'],
                updates: { c: [Number.NaN, null], ['__proto__']: 'data' },
              },
              parent: 'urn:pulumi:dev::choices::p:q:R::r' as Urn,
              provider: 'urn:pulumi:dev::choices::pulumi:providers:a::default::id',
              deleteBeforeReplace: false,
              propertyDependencies: { a: [urn], s: [] },
              aliases: [
                { kind: 'urn', urn },
                { kind: 'spec', name: 'old', parent: { kind: 'none' } },
                { kind: 'spec', type: 't', parent: { kind: 'urn', urn } },
              ],
              importId: 'there',
              customTimeouts: { create: 5, read: 1 },
            },
            steps: ['import', 'update'],
            outputs: { out: new Secret('put') },
            seed: Buffer.from('seed'),
          },
        ],
        ['urn:pulumi:dev::choices::a:b:C::gone' as Urn, { steps: ['delete'] }],
      ]),
    };
    const json = JSON.stringify(await encode(plan));
    expect((await decodePlan(JSON.parse(json), own)).plan).toEqual(plan);
  });

  it('holds its secrets sealed, and asks for no key without any', async () => {
    const canary = 'canary-in-the-coal-mine';
    const goal = { ...bare.goal!, inputChanges: { adds: {}, deletes: [], updates: { a: [new Secret(canary)] } } };
    const text = JSON.stringify(await encode({ resources: new Map([[urn, { ...bare, goal }]]) }));
    expect(text).not.toContain(canary);
    const refuse = () => {
      throw new Error('asked for a key');
    };
    const options = { nowMs: 0, toolVersion: 'v3.1.0', config: {} };
    await encodePlan({ resources: new Map([[urn, bare]]) }, { ...options, secrets: refuse });
    await decodePlan(JSON.parse(JSON.stringify(await encode({ resources: new Map([[urn, bare]]) }))), {
      ...own,
      secrets: refuse,
    });
  });

  it('that is for nothing at all is a plan, too', async () => {
    expect((await decodePlan({ manifest: { version: 'v3.1.0' } }, own)).plan.resources.size).toBe(0);
  });

  it('may come in an envelope with its version', async () => {
    const plan = await encode({ resources: new Map([[urn, bare]]) });
    expect((await decodePlan({ version: 1, plan }, own)).plan.resources.size).toBe(1);
  });
});

describe('a broken plan is refused by file, field and reason', () => {
  it.each([
    [[], 'the document should be an object, but is a list'],
    [{}, 'manifest is missing: this is no update plan'],
    [{ manifest: {}, resourcePlans: [] }, 'resourcePlans should be an object, but is a list'],
    [{ manifest: {}, resourcePlans: { 'not a urn': {} } }, 'resourcePlans["not a urn"] is not under a URN'],
    [{ manifest: {}, resourcePlans: { [urn]: 1 } }, `resourcePlans["${urn}"] should be an object, but is a number`],
    [
      document((plan) => {
        plan.steps = 'create';
      }),
      `resourcePlans["${urn}"].steps should be a list of texts`,
    ],
    [
      document((plan) => {
        plan.steps = ['same', 'explode'];
      }),
      `resourcePlans["${urn}"].steps[1] is "explode", which is no step`,
    ],
    [
      document((plan) => {
        plan.seed = '%%%';
      }),
      `resourcePlans["${urn}"].seed is not base64`,
    ],
    [
      document((plan) => {
        plan.state = { a: { '4dabf18193072939515e22adb298388d': 'what' } };
      }),
      `resourcePlans["${urn}"].state.a has the unknown signature "what"`,
    ],
    [
      document((_, goal) => {
        delete goal.inputDiff;
      }),
      `resourcePlans["${urn}"].goal.inputDiff is missing: the plan was made by an older version`,
    ],
    [
      document((_, goal) => {
        goal.type = 7;
      }),
      `resourcePlans["${urn}"].goal.type should be a text, but is a number`,
    ],
    [
      document((_, goal) => {
        goal.inputDiff = { adds: [] };
      }),
      `resourcePlans["${urn}"].goal.inputDiff.adds should be an object, but is a list`,
    ],
    [
      document((_, goal) => {
        goal.deleteBeforeReplace = 'no';
      }),
      `resourcePlans["${urn}"].goal.deleteBeforeReplace should be true or false, but is a string`,
    ],
    [
      document((_, goal) => {
        goal.customTimeouts = { create: '5' };
      }),
      `resourcePlans["${urn}"].goal.customTimeouts.create should be a number of seconds`,
    ],
    [
      document((_, goal) => {
        goal.aliases = ['old'];
      }),
      `resourcePlans["${urn}"].goal.aliases[0] should be an object, but is a string`,
    ],
  ])('%#: %j', async (json, problem) => {
    await expect(decodePlan(json, own)).rejects.toMatchObject({
      code: 'PLAN_INVALID',
      summary: `plan.json is not a plan that can be read: ${problem}`,
    });
  });

  it('when it was made for another stack', async () => {
    await expect(
      decodePlan(
        document(() => {}),
        { ...own, stack: 'prod' },
      ),
    ).rejects.toMatchObject({
      code: 'PLAN_FOREIGN',
      summary: "plan.json is a plan of the stack 'dev' of project 'choices', not of 'prod' of 'choices'",
    });
  });

  it('when its format is newer', async () => {
    await expect(decodePlan({ version: 2, plan: {} }, own)).rejects.toMatchObject({ code: 'PLAN_TOO_NEW' });
  });

  it('when its secrets were sealed with another key', async () => {
    const sealed = await encode({ resources: new Map([[urn, { ...bare, outputs: { a: new Secret('x') } }]]) });
    const secrets = createPlainManager({ salt: 'other' });
    await expect(decodePlan(sealed, { ...own, secrets })).rejects.toMatchObject({
      code: 'SECRETS_CIPHERTEXT_REFUSED',
      detail: `It is a secret of ${urn}.`,
    });
  });

  it('when it is nested without end', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`);
    await expect(
      decodePlan(
        document((plan) => {
          plan.state = deep;
        }),
        own,
      ),
    ).rejects.toMatchObject({
      code: 'PLAN_INVALID',
    });
  });
});
