import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLab, type Lab } from '../support/radiant.ts';

// What scripts and SDKs read of the CLI: JSON, event logs, exit codes. The program makes components only, so that
// nothing but the engine takes part.

let lab: Lab;
let program: string;

beforeAll(async () => {
  lab = await createLab();
  program = await lab.program('machines', {
    'Pulumi.yaml': 'name: machines\nruntime: nodejs\n',
    'package.json': '{"main":"index.ts"}',
    'index.ts': `
      import * as pulumi from '@pulumi/pulumi';
      class Box extends pulumi.ComponentResource {
        constructor(name: string) { super('test:index:Box', name); this.registerOutputs({}); }
      }
      const config = new pulumi.Config();
      for (let i = 0; i < config.getNumber('boxes') ?? 1; i++) new Box('box-' + i);
      console.log('hello from the program');
      export const greeting = 'hello';
      export const list = [1, { two: true }];
      export const token = config.getSecret('token');
    `.replace("config.getNumber('boxes') ?? 1", "(config.getNumber('boxes') ?? 1)"),
  });
  await lab.must(program, 'stack', 'init', 'dev');
  await lab.must(program, 'config', 'set', 'token', '--secret', '--', 's3cret-value');
}, 120_000);

afterAll(async () => {
  await lab.dispose();
});

function lines(text: string): readonly { readonly sequence: number }[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('an update', () => {
  test('is told as engine events, on stdout and in a file, without a secret', async () => {
    const log = path.join(lab.dir, 'events.jsonl');
    const { stdout } = await lab.must(program, 'up', '--yes', '--json', '--event-log', log);
    const events = lines(stdout);
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index));
    expect(events[0]).toHaveProperty('preludeEvent.config', { 'machines:token': '[secret]' });
    expect(events.at(-2)).toMatchObject({
      summaryEvent: { resourceChanges: { create: 2 }, result: 'succeeded', isPreview: false },
    });
    expect(events.at(-1)).toHaveProperty('cancelEvent', {});
    const written = lines(await readFile(log, 'utf8'));
    expect(written.map((event) => Object.keys(event)[2])).toEqual(events.map((event) => Object.keys(event)[2]));
    expect(stdout + (await readFile(log, 'utf8'))).not.toContain('s3cret-value');
  });

  test('is previewed as one object', async () => {
    const { stdout } = await lab.must(program, 'preview', '--json', '-c', 'boxes=2');
    const digest = JSON.parse(stdout);
    expect(digest).toMatchObject({ changeSummary: { create: 1, same: 2 }, config: { 'machines:boxes': '2' } });
    expect(digest.steps.map((step: { op: string }) => step.op)).toEqual(['same', 'create']);
  });

  test('is shown as lines, with what the program says', async () => {
    const { stdout } = await lab.must(program, 'up', '--yes', '--skip-preview');
    expect(stdout).toContain('Updating (dev):');
    expect(stdout).toContain(' +  test:index:Box box-1 created');
    expect(stdout).toContain('hello from the program');
    expect(stdout).toMatch(/Outputs:\n {4}greeting: "hello"\n {4}list {4}: \[/);
    expect(stdout).toMatch(/token {3}: \[secret\]/);
    expect(stdout).toMatch(/Resources:\n {4}\+ 1 created\n {4}2 unchanged\n\nDuration: \d+s\n/);
    expect(stdout).not.toContain('s3cret-value');
  });
});

describe('what is recorded', () => {
  test('is read in the forms that scripts use', async () => {
    const outputs = JSON.parse((await lab.must(program, 'stack', 'output', '--json')).stdout);
    expect(outputs).toEqual({ greeting: 'hello', list: [1, { two: true }], token: '[secret]' });
    const shown = JSON.parse((await lab.must(program, 'stack', 'output', '--json', '--show-secrets')).stdout);
    expect(shown.token).toBe('s3cret-value');
    expect((await lab.must(program, 'stack', 'output', 'greeting')).stdout).toBe('hello\n');
    expect(JSON.parse((await lab.must(program, 'stack', 'ls', '--json')).stdout)).toMatchObject([
      { name: 'dev', current: true },
    ]);
    const config = JSON.parse((await lab.must(program, 'config', '--json', '--show-secrets')).stdout);
    expect(config).toEqual({
      'machines:boxes': { value: '2', secret: false },
      'machines:token': { value: 's3cret-value', secret: true },
    });
    expect((await lab.must(program, 'config', 'get', 'token')).stdout).toBe('s3cret-value\n');
    const { version, deployment } = JSON.parse((await lab.must(program, 'stack', 'export')).stdout);
    expect(version).toBe(3);
    expect(deployment.resources).toHaveLength(3);
  });
});

test('what is recorded is drawn, on stdout and into files', async () => {
  const dot = await lab.must(program, 'graph', '--short-node-name');
  expect(dot.stdout).toContain('Resource1 [label="box-0"];\n    Resource1 -> Resource0 [color="#AA6639"];');
  await lab.must(program, 'stack', 'graph', 'stack.dot', '--short-node-name');
  expect(await readFile(path.join(program, 'stack.dot'), 'utf8')).toBe(dot.stdout);
  const drawn = await lab.must(program, 'graph', 'stack.svg', '--short-node-name');
  expect(drawn.stdout).toBe('Wrote stack dependency graph to `stack.svg`\n');
  expect(await readFile(path.join(program, 'stack.svg'), 'utf8')).toMatch(
    /^<svg [\s\S]*>box-0<\/text>[\s\S]*<\/svg>\n$/,
  );
});

describe('exit codes', () => {
  test.each([
    [['preview', '--stack', 'nope'], 6, "error: no stack named 'nope' found"],
    [['up'], 2, 'error: --yes or --skip-preview must be passed in to proceed when running in non-interactive mode'],
    [['up', '--yes', '--remote'], 1, 'error: --remote: deployments are a service of Pulumi Cloud'],
    [['up', '--yes', '--policy-pack-config', 'x'], 1, 'error: --policy-pack-config is given 1 times'],
    [['config', 'get', 'nope'], 1, "error: configuration key 'nope' not found for stack 'dev'"],
    [['stack', 'init', 'dev'], 1, 'already exists'],
    [['-C', '/nowhere', 'preview'], 1, 'error: there is no folder /nowhere'],
  ])('%j ends with %i', async (args, code, message) => {
    const finished = await lab.radiant(program, ...args);
    expect(finished.stderr).toContain(message);
    expect(finished.code).toBe(code);
    expect(finished.stderr).not.toContain('bug in Radiant');
  });

  test('changes that were not expected end with 7', async () => {
    const { code } = await lab.radiant(program, 'preview', '--expect-no-changes', '-c', 'boxes=3');
    expect(code).toBe(7);
  });
});

test('whoever reads our output may go away: the operation ends all the same', async () => {
  const child = lab.start(program, ['up', '--yes', '--skip-preview']);
  child.stdout!.destroy();
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code).toBe(0);
  await lab.must(program, 'up', '--yes', '--skip-preview', '--expect-no-changes');
});
