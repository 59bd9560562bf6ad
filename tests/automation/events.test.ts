import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EngineEvent, LocalWorkspace, PulumiCommand } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type Lab, launcher } from '../support/radiant.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await createLab();
});

afterAll(() => lab.dispose());

const program = `import * as pulumi from '@pulumi/pulumi';
class Group extends pulumi.ComponentResource {
  constructor(name: string) { super('test:index:Group', name); this.registerOutputs({}); }
}
new Group('group');
export const size = new pulumi.Config().getNumber('size') ?? 1;
export const secret = pulumi.secret('canary');
`;

/** The Automation API's own way to find the command line. */
async function command(): Promise<PulumiCommand> {
  const root = path.join(lab.dir, 'pulumi');
  await mkdir(path.join(root, 'bin'), { recursive: true });
  const file = path.join(root, 'bin/pulumi');
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`);
  await chmod(file, 0o755);
  return PulumiCommand.get({ root });
}

test('the Automation API takes a program in a folder through its life, and hears its events', async () => {
  const workDir = await lab.program('automation', {
    'Pulumi.yaml': 'name: proj\nruntime: nodejs\n',
    'index.ts': program,
  });
  const envVars = Object.fromEntries(Object.entries(lab.env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: 'dev', workDir },
    { pulumiCommand: await command(), envVars },
  );
  await stack.setConfig('size', { value: '3' });
  const events: EngineEvent[] = [];
  const preview = await stack.preview({ onEvent: (event) => events.push(event) });
  expect(preview.changeSummary).toEqual({ create: 2 });
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
  expect(events.at(-1)?.cancelEvent).toEqual({});
  const up = await stack.up({ onEvent: (event) => events.push(event) });
  expect(up.outputs).toEqual({ size: { value: 3, secret: false }, secret: { value: 'canary', secret: true } });
  expect(up.summary).toMatchObject({ kind: 'update', result: 'succeeded', resourceChanges: { create: 2 } });
  expect(JSON.stringify(events)).not.toContain('canary');
  expect((await stack.refresh()).summary.result).toBe('succeeded');
  expect((await stack.destroy({ remove: true })).summary.result).toBe('succeeded');
  expect(await stack.workspace.listStacks()).toEqual([]);
});
