import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import {
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  type PulumiFn,
  type Stack,
  StackAlreadyExistsError,
  StackNotFoundError,
} from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLab, type Lab, launcher } from '../support/radiant.ts';

// The stock Automation API, which finds our binary on PATH by the name it knows.

vi.setConfig({ testTimeout: 180_000 });

let lab: Lab;
let envVars: Record<string, string>;

beforeAll(async () => {
  lab = await createLab();
  const bin = path.join(lab.dir, 'bin');
  await mkdir(bin);
  await symlink(launcher, path.join(bin, 'pulumi'));
  // The SDK looks for the command with the environment of its own process.
  vi.stubEnv('PATH', `${bin}${path.delimiter}${process.env.PATH}`);
  envVars = {
    PULUMI_CONFIG_PASSPHRASE: 'words',
    PULUMI_BACKEND_URL: `file://${lab.dir}`,
    RADIANT_HOME: lab.home,
    RADIANT_CLUSTER: 'embedded',
    KUBECONFIG: '',
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await lab.dispose();
});

/** `workDir` keeps the configuration from one program to the next; without it each has a folder of its own. */
const inline = (projectName: string, program: PulumiFn, stackName = 'dev', workDir?: string): Promise<Stack> =>
  LocalWorkspace.createOrSelectStack(
    { stackName, projectName, program },
    { envVars, ...(workDir !== undefined && { workDir }) },
  );

function kindOf(event: EngineEvent): string {
  return Object.keys(event).find((key) => key.endsWith('Event'))!;
}

/** What a resource is by is told: its operation and its name. */
function steps(events: readonly EngineEvent[]): string[] {
  return events.flatMap(({ resourcePreEvent }) =>
    resourcePreEvent === undefined
      ? []
      : [`${resourcePreEvent.metadata.op} ${resourcePreEvent.metadata.urn.split('::').at(-1)}`],
  );
}

describe('an inline program', () => {
  const declare = (size: number) => async () => {
    const config = new pulumi.Config();
    const group = new pulumi.ComponentResource('app:index:Group', 'group');
    for (let index = 0; index < size; index += 1)
      new pulumi.ComponentResource('app:index:Part', `part-${index}`, {}, { parent: group });
    return { name: config.require('name'), token: config.requireSecret('token'), size };
  };

  test('goes through its whole life, and every event of it is heard', async () => {
    const workDir = await lab.program('life', {});
    const life = (size: number) => inline('life', declare(size), 'dev', workDir);
    const stack = await life(1);
    await stack.setAllConfig({ name: { value: 'dawn' }, token: { value: 'hush', secret: true } });
    expect(await stack.getConfig('token')).toEqual({ value: 'hush', secret: true });

    const foreseen: EngineEvent[] = [];
    const preview = await stack.preview({ onEvent: (event) => foreseen.push(event) });
    expect(preview.changeSummary).toEqual({ create: 3 });
    expect(foreseen.map(kindOf).at(0)).toBe('preludeEvent');
    expect(foreseen.map(kindOf).at(-1)).toBe('cancelEvent');
    expect(foreseen.map(({ sequence }) => sequence)).toEqual(foreseen.map((_, index) => index));

    const heard: EngineEvent[] = [];
    let said = '';
    const up = await stack.up({
      message: 'by script',
      onEvent: (event) => heard.push(event),
      onOutput: (text) => {
        said += text;
      },
    });
    expect(up.summary).toMatchObject({
      kind: 'update',
      result: 'succeeded',
      message: 'by script',
      resourceChanges: { create: 3 },
      environment: { 'exec.kind': 'auto.inline' },
    });
    expect(up.outputs).toEqual({
      name: { value: 'dawn', secret: false },
      token: { value: 'hush', secret: true },
      size: { value: 1, secret: false },
    });
    expect(steps(heard)).toEqual(['create life-dev', 'create group', 'create part-0']);
    expect(said).toContain('+ 3 created');
    expect(said + JSON.stringify(heard)).not.toContain('hush');

    const grown = await life(2);
    expect((await grown.up()).summary.resourceChanges).toEqual({ create: 1, same: 3 });
    await expect((await life(3)).preview({ expectNoChanges: true })).rejects.toThrow(/no changes/);
    expect((await grown.refresh()).summary.resourceChanges).toEqual({ same: 4 });

    const exported = await grown.exportStack();
    expect(exported.deployment.resources).toHaveLength(4);
    await grown.importStack(exported);
    expect((await grown.history(3, 1)).map(({ kind }) => kind)).toEqual(['import', 'refresh', 'update']);
    await grown.setTag('team', 'dusk');
    expect((await grown.listTags()).team).toBe('dusk');

    expect((await grown.previewDestroy()).changeSummary).toEqual({ delete: 4 });
    expect((await grown.destroy({ remove: true })).summary).toMatchObject({ resourceChanges: { delete: 4 } });
    await expect(
      LocalWorkspace.selectStack({ stackName: 'dev', projectName: 'life', program: declare(0) }, { envVars }),
    ).rejects.toThrow(StackNotFoundError);
  });

  test('that throws fails the operation with its words, and the next one finds all in order', async () => {
    const stack = await inline('throwing', async () => {
      new pulumi.ComponentResource('app:index:Group', 'group');
      throw new Error('the moon is down');
    });
    const failure = await stack.up().then(String, (error: Error) => error.message);
    expect(failure).toContain('Unhandled exception: Error: the moon is down');
    const told = failure.split('Diagnostics:')[1]!.split(' err?:')[0]!;
    expect(told.match(/the moon is down/g)).toHaveLength(1);
    const mended = await inline('throwing', async () => ({ moon: 'up' }));
    expect((await mended.up()).outputs.moon?.value).toBe('up');
    await mended.destroy({ remove: true });
  });

  test('is run for the refresh and the destruction that ask for it', async () => {
    let runs = 0;
    const stack = await inline('running', async () => {
      runs += 1;
    });
    await stack.up();
    await stack.refresh({ runProgram: true });
    await stack.destroy({ runProgram: true, remove: true });
    expect(runs).toBe(3);
  });

  test('of many stacks in one process is worked on in all of them at once', async () => {
    const names = ['one', 'two', 'three'];
    const results = await Promise.all(
      names.map(async (name) => {
        const stack = await inline('many', async () => ({ stack: pulumi.getStack() }), name);
        const { outputs } = await stack.up();
        await stack.destroy({ remove: true });
        return outputs.stack?.value;
      }),
    );
    expect(results).toEqual(names);
  });

  test('that is aborted ends, and the stack is free', async () => {
    const abort = new AbortController();
    const stack = await inline('aborted', async () => {
      setTimeout(() => abort.abort(), 100);
      await new Promise(() => setTimeout(() => {}, 60_000).unref());
    });
    await expect(stack.up({ signal: abort.signal })).rejects.toThrow();
    const next = await inline('aborted', async () => ({ ended: true }));
    expect((await next.up()).summary.result).toBe('succeeded');
    await next.destroy({ remove: true });
  });
});

describe('a program in a folder', () => {
  test('goes through its life on the embedded cluster, with the workspace of its own', async () => {
    const workDir = await lab.program('shop', {
      'Pulumi.yaml': 'name: shop\nruntime: nodejs\n',
      'package.json': JSON.stringify({ name: 'shop', private: true, main: 'index.js' }),
      'index.js': `const k8s = require('@pulumi/kubernetes');
const config = new (require('@pulumi/pulumi').Config)();
const map = new k8s.core.v1.ConfigMap('shop', { data: { colour: config.require('colour') } });
exports.name = map.metadata.name;
`,
    });
    const stack = await LocalWorkspace.createStack({ stackName: 'dev', workDir }, { envVars });
    await expect(LocalWorkspace.createStack({ stackName: 'dev', workDir }, { envVars })).rejects.toThrow(
      StackAlreadyExistsError,
    );
    await stack.setConfig('colour', { value: 'red' });
    await stack.setConfig('deep.list[0]', { value: 'first' }, true);
    expect(JSON.parse((await stack.getConfig('deep')).value)).toEqual({ list: ['first'] });
    expect((await stack.up()).outputs.name?.value).toMatch(/^shop-/);
    await stack.setConfig('colour', { value: 'blue' });
    const preview = await stack.preview({ diff: true });
    expect(preview.changeSummary).toEqual({ same: 1, replace: 1 });
    expect(preview.stdout).toMatch(/"red" => "blue"/);
    expect((await stack.up({ refresh: true })).summary.resourceChanges).toEqual({ same: 1, replace: 1 });
    expect((await stack.workspace.listStacks()).map(({ name, current }) => [name, current])).toEqual([['dev', true]]);
    expect((await stack.workspace.whoAmI()).user).not.toBe('');
    await stack.rename({ stackName: 'renamed' });
    const renamed = await LocalWorkspace.selectStack({ stackName: 'renamed', workDir }, { envVars });
    expect((await renamed.outputs()).name?.value).toMatch(/^shop-/);
    await lab.kubectl('create', 'configmap', 'adopted', '--from-literal=a=b');
    const adopted = { type: 'kubernetes:core/v1:ConfigMap', name: 'adopted', id: 'default/adopted' };
    const imported = await renamed.import({ resources: [adopted], protect: false });
    expect(imported.generatedCode).toContain('new kubernetes.core.v1.ConfigMap("adopted"');
    expect(imported.summary).toMatchObject({ kind: 'import', resourceChanges: { import: 1 } });
    await renamed.destroy();
    await renamed.workspace.removeStack('renamed');
    expect(await renamed.workspace.listStacks()).toEqual([]);
  });

  test('that another operation is working on is refused as the API expects', async () => {
    let isHeld = () => {};
    let letGo = () => {};
    const holding = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const end = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = await inline('busy', async () => {
      isHeld();
      await end;
    });
    const running = first.up();
    await holding;
    const second = await inline('busy', async () => ({}));
    await expect(second.up()).rejects.toThrow(ConcurrentUpdateError);
    letGo();
    await running;
    await first.destroy({ remove: true });
  });
});
