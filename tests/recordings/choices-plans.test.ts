import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openWorkspace, type Stack } from '@radiant/toolkit';
import { expect, test } from 'vitest';
import { ProgramStack } from '../programs/harness/program-stack.ts';

const fixtures = path.join(import.meta.dirname, 'fixtures');
const readText = (file: string) => readFile(path.join(fixtures, file), 'utf8');

/** The recorded program on the recorded state, with the stack beside it that it refers to. */
async function recordedProgram(state: string): Promise<{ readonly program: ProgramStack; readonly stack: Stack }> {
  const program = await ProgramStack.create(
    {},
    { project: 'choices', copyOf: path.join(fixtures, 'choices/program'), wire: 'grpc' },
  );
  program.env.PULUMI_CONFIG_PASSPHRASE = 'correct-horse';
  const tour = path.join(program.dir, '../tour');
  await mkdir(tour);
  await writeFile(path.join(tour, 'Pulumi.yaml'), 'name: tour\nruntime: nodejs\n');
  const interaction = { isInteractive: false, notice: () => {}, warn: () => {}, askSecret: refuse, ask: refuse };
  const workspace = openWorkspace({
    cwd: tour,
    env: program.env,
    interaction,
    relaunch: { command: 'false', args: [] },
  });
  const other = await workspace.createStack('dev');
  // Of that one only the outputs matter; the secrets of the others were shortened when it was recorded.
  const recorded = JSON.parse(await readText('tour/stage5.export.json'));
  const { deployment } = recorded;
  deployment.resources = deployment.resources.filter(({ type }: { type: string }) => type === 'pulumi:pulumi:Stack');
  await other.importDeployment(JSON.stringify(recorded));
  const stack = await program.stack();
  await stack.importDeployment(await readText(`choices/${state}.export.json`));
  return { program, stack };
}

async function refuse(): Promise<never> {
  throw new Error('nobody is there');
}

/** The recorded plan as a file of the program. Cleaning the recordings has spoiled one seed. */
async function recordedPlan(program: ProgramStack, stage: string): Promise<string> {
  const json = JSON.parse(await readText(`choices/${stage}.plan.json`));
  for (const plan of Object.values<{ seed: string }>(json.resourcePlans)) if (plan.seed.length !== 44) plan.seed = '';
  const file = path.join(program.dir, 'recorded.json');
  await writeFile(file, JSON.stringify(json));
  return file;
}

/** The resource plans of a file, without chance and ciphertexts. */
async function comparable(file: string): Promise<unknown> {
  const { resourcePlans } = JSON.parse(await readFile(file, 'utf8'));
  for (const plan of Object.values<{ seed?: string }>(resourcePlans)) delete plan.seed;
  return JSON.parse(JSON.stringify(resourcePlans).replaceAll(/"ciphertext":"[^"]*"/g, '"ciphertext":"…"'));
}

test.each([
  ['stage1', '1', 'stage0'],
  ['stage2', '2', 'stage1'],
])(
  'the recorded program gives the recorded plan, and follows it: %s',
  async (name, stage, before) => {
    const { program, stack } = await recordedProgram(before);
    await using _ = program;
    await program.config('choices:stage', stage);
    const preview = await program.preview({ makesPlan: true });
    expect(preview.errors).toEqual([]);
    const own = path.join(program.dir, 'own.json');
    await stack.writePlan(own, preview.report.plan!);
    const recorded = await recordedPlan(program, name);
    expect(await comparable(own)).toEqual(await comparable(recorded));
    const run = await program.up({ plan: await stack.readPlan(recorded) });
    expect(run.errors).toEqual([]);
    expect(run.result).toBe('succeeded');
  },
  60_000,
);

test('the recorded program is refused in the recorded words where it has changed since its plan', async () => {
  const { program, stack } = await recordedProgram('stage2-by-plan');
  await using _ = program;
  await program.config('choices:stage', '0');
  const run = await program.up({ plan: await stack.readPlan(await recordedPlan(program, 'stage2')) });
  expect(run.result).toBe('failed');
  const recorded = (await readText('choices/plan-refused.events.jsonl'))
    .split('\n')
    .filter((line) => line.includes('violates plan'))
    .map((line) => JSON.parse(line).diagnosticEvent.message.trimEnd());
  expect(run.errors.filter((message) => message.includes('violates plan'))).toEqual(recorded);
  expect(run.steps.filter((step) => !/^(same|read) /.test(step))).toEqual([]);
}, 60_000);
