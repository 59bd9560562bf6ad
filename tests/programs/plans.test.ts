import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

/** Components with an input, and an output that is secret. */
const program = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Group extends pulumi.ComponentResource {
  constructor(name: string, args: { size: pulumi.Input<number> }) {
    super('test:index:Group', name, args);
    this.registerOutputs({ size: args.size });
  }
}
const group = new Group('group', { size: config.requireNumber('size') });
if (config.get('extra')) new Group('extra', { size: 1 });
export const token = config.requireSecret('token');
`;

const canary = 'canary-in-the-coal-mine';

async function create(wire: (typeof wires)[number]): Promise<ProgramStack> {
  const stack = await ProgramStack.create({ 'index.ts': program }, { wire });
  await stack.config('proj:size', '1');
  await stack.config('proj:token', canary, { secret: true });
  return stack;
}

/** What `preview --save-plan` and `up --plan` do. */
async function savedPlan(program: ProgramStack): Promise<string> {
  const file = path.join(program.dir, 'plan.json');
  const { report } = await program.preview({ makesPlan: true });
  await (await program.stack()).writePlan(file, report.plan!);
  return file;
}

async function upBy(program: ProgramStack, file: string) {
  return program.up({ plan: await (await program.stack()).readPlan(file) });
}

describe.each(wires)('over the %s wire', (wire) => {
  test('a plan in a file lets the update do what it says, and holds no secret in the clear', async () => {
    await using program = await create(wire);
    const file = await savedPlan(program);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(canary);
    expect(Object.keys(JSON.parse(text).resourcePlans)).toEqual([
      'urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev',
      'urn:pulumi:dev::proj::test:index:Group::group',
    ]);
    expect((await upBy(program, file)).errors).toEqual([]);
    expect(program.notices).toEqual([]);
  });

  test('changed configuration is named, and what it changes is refused', async () => {
    await using program = await create(wire);
    const file = await savedPlan(program);
    await program.config('proj:size', '2');
    await program.config('proj:extra', 'yes');
    const run = await upBy(program, file);
    expect(program.notices).toEqual([
      `the plan ${file} was made with another configuration: proj:extra was not set, proj:size was "1" and is "2"`,
    ]);
    expect(run.result).toBe('failed');
    expect(run.errors).toContain(
      'resource urn:pulumi:dev::proj::test:index:Group::group violates plan: properties changed: ++size[{1}!={2}]',
    );
    expect((await program.exported()).resources.map(({ urn }) => urn)).not.toContain(
      'urn:pulumi:dev::proj::test:index:Group::group',
    );
  });
});

test('a plan that cannot be read is refused by its name, and why', async () => {
  await using program = await create('grpc');
  const file = path.join(program.dir, 'plan.json');
  const stack = await program.stack();
  await expect(stack.readPlan(file)).rejects.toMatchObject({ summary: `there is no plan ${file}` });
  await writeFile(file, '{ "manifest": {');
  await expect(stack.readPlan(file)).rejects.toMatchObject({
    summary: expect.stringContaining(`${file} is not a plan`),
  });
  await expect(stack.writePlan(path.join(file, 'below'), { resources: new Map() })).rejects.toMatchObject({
    code: 'PLAN_UNWRITABLE',
  });
});
