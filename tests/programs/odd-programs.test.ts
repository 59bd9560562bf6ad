import { cp } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const repository = path.resolve(import.meta.dirname, '../..');

const head = `import * as pulumi from '@pulumi/pulumi';
import { Worker } from 'node:worker_threads';
class Group extends pulumi.ComponentResource {
  constructor(name: string, inputs: object = {}) { super('test:index:Group', name, inputs); }
}
class Slow implements pulumi.dynamic.ResourceProvider {
  async create(inputs: any) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { id: 'slow', outs: inputs };
  }
}
class Thing extends pulumi.dynamic.Resource {
  constructor(name: string, inputs: object = {}) { super(new Slow(), name, inputs); }
}
`;

/** Programs that fail in ways of their own, on a stack that holds `kept`, which they do not declare. */
const failing = [
  [
    'exits while a resource is made',
    `new Thing('made'); setTimeout(() => process.exit(0), 100);`,
    'non-zero exit code: 1',
  ],
  [
    'throws outside of any call',
    `new Thing('made'); setTimeout(() => { throw new Error('too late'); }, 10);`,
    'too late',
  ],
  ['leaves a rejection to nobody', `new Thing('made'); Promise.reject(new Error('nobody cares'));`, 'nobody cares'],
  ['throws in an apply', `new Group('made').urn.apply(() => { throw new Error('in vain'); });`, 'in vain'],
  ['waits for what never comes', `new Thing('kept', { text: new Promise(() => {}) });`, 'non-zero exit code: 1'],
  [
    'waits itself for what never comes',
    `export = async () => { await new Promise(() => {}); new Thing('kept'); };`,
    'it waits for something that never comes',
  ],
  [
    'has a value with no bottom',
    `let deep: object = {}; for (let depth = 0; depth < 300; depth += 1) deep = { deep }; new Group('made', { deep });`,
    'property "deep.deep.deep.deep.deep.deep.deep.deep": is nested deeper than 256 levels',
  ],
  [
    'has a value that holds itself',
    `const own: any = {}; own.own = own; new Group('made', { own });`,
    'Maximum call stack',
  ],
] as const;

describe.each(wires)('over the %s wire', (wire) => {
  test('whatever way a program fails in, the reason is told and nothing is deleted', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': `${head}new Thing('kept');` }, { wire });
    await stack.mustUp();
    for (const [way, body, reason] of failing) {
      await stack.write({ 'index.ts': head + body });
      const { result, errors, report } = await stack.up();
      expect([way, result]).toEqual([way, 'failed']);
      expect([way, errors.join('\n')]).toEqual([way, expect.stringContaining(reason)]);
      expect([way, report.summary.changes.delete]).toEqual([way, undefined]);
      expect((await stack.resource('kept')).id).toBe('slow');
    }
  }, 120_000);

  test('a resource whose input never comes is named', async () => {
    const body = `new Thing('waiting', { text: new Promise(() => {}) });`;
    await using stack = await ProgramStack.create({ 'index.ts': head + body }, { wire });
    const said = (await stack.preview()).diagnostics.map(({ message }) => message).join('\n');
    expect(said).toContain('"waiting" [pulumi-nodejs:dynamic:Resource] was waiting for the value of its input');
  });

  test('values as deep as they may be arrive', async () => {
    const body = `let deep: any = 'bottom'; for (let depth = 0; depth < 200; depth += 1) deep = [deep]; new Group('deep', { deep });`;
    await using stack = await ProgramStack.create({ 'index.ts': head + body }, { wire });
    await stack.mustUp();
    const { inputs } = await stack.resource('deep');
    expect((inputs?.deep as unknown[] | undefined)?.flat(Number.POSITIVE_INFINITY)).toEqual(['bottom']);
  });

  test('a worker thread may load the SDK, read the configuration, log and declare resources', async () => {
    const worker = `const { parentPort } = require('node:worker_threads');
const pulumi = require('@pulumi/pulumi');
class Group extends pulumi.ComponentResource { constructor(name) { super('test:index:Group', name, {}); } }
pulumi.log.info('hello from afar');
new Group('of-worker').urn.apply((urn) => parentPort.postMessage({ urn, key: new pulumi.Config().get('key') }));
`;
    const body = `export const answer = new Promise((resolve, reject) => {
  new Worker(__dirname + '/worker.js').on('message', resolve).on('error', reject);
});`;
    await using stack = await ProgramStack.create({ 'index.ts': head + body, 'worker.js': worker }, { wire });
    await stack.config('key', 'value');
    const { diagnostics } = await stack.mustUp();
    expect(diagnostics.map(({ message }) => message)).toContain('hello from afar');
    const { urn } = await stack.resource('of-worker');
    expect(await (await stack.stack()).outputs()).toEqual({ answer: { urn, key: 'value' } });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 });
  });

  test('a library with a copy of the SDK of its own works beside the program`s', async () => {
    const library = `const pulumi = require('@pulumi/pulumi');
class Inner extends pulumi.ComponentResource {
  constructor(name, opts) { super('lib:index:Inner', name, {}, opts); }
}
class Note extends pulumi.dynamic.Resource {
  constructor(name, inputs, opts) {
    super({ async create(given) { return { id: 'of-library', outs: { ...given, echo: 'echo of ' + given.text } }; } }, name, { echo: undefined, ...inputs }, opts);
  }
}
exports.where = require.resolve('@pulumi/pulumi');
exports.make = (text, opts) => {
  const inner = new Inner('inner', opts);
  const hook = new pulumi.ResourceHook('hook', (args) => { console.log('hooked ' + args.name); });
  return new Note('theirs', { text, key: new pulumi.Config().requireSecret('key') }, {
    parent: inner,
    hooks: { afterCreate: [hook] },
    transforms: [async ({ props, opts }) => ({ props: { ...props, more: 'transformed' }, opts })],
  });
};
`;
    const body = `import { createRequire } from 'node:module';
const library = require('./lib');
const group = new Group('group');
const theirs = library.make(pulumi.interpolate\`the \${group.urn.apply(() => 'group')}\`, { parent: group });
new Thing('ours', { text: theirs.echo, key: theirs.key });
export const isOther = library.where !== require.resolve('@pulumi/pulumi');
export const echo = theirs.echo;
`;
    await using stack = await ProgramStack.create({ 'index.ts': head + body, 'lib/index.js': library }, { wire });
    const copy = path.join(stack.dir, 'lib/node_modules/@pulumi/pulumi');
    await cp(path.join(repository, 'node_modules/@pulumi/pulumi'), copy, { recursive: true });
    await stack.config('key', 'canary-in-a-copy', { secret: true });
    const preview = await stack.preview();
    expect(preview.errors).toEqual([]);
    const { diagnostics } = await stack.mustUp();
    expect(diagnostics.map(({ message }) => message)).toContain('hooked theirs');
    expect(await (await stack.stack()).outputs()).toEqual({ isOther: true, echo: 'echo of the group' });
    expect(await stack.resource('theirs')).toMatchObject({
      parent: expect.stringContaining('test:index:Group$lib:index:Inner::inner'),
      inputs: { text: 'the group', more: 'transformed' },
    });
    expect((await stack.resource('ours')).dependencies).toContain((await stack.resource('theirs')).urn);
    expect(JSON.stringify(await stack.exported())).not.toContain('canary');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 5 });
  });
});

test('a program with a loader of its own that waits for what never comes has nothing deleted either', async () => {
  const program = (text: string) => `const pulumi = require('@pulumi/pulumi');
class Note extends pulumi.dynamic.Resource {
  constructor(name, inputs) { super({ async create(outs) { return { id: 'note', outs }; } }, name, inputs); }
}
new Note('kept', { text: ${text} });
`;
  await using stack = await ProgramStack.create({
    'index.js': program('"known"'),
    'loader.mjs': `import { registerHooks } from 'node:module';\nregisterHooks({ load: (url, context, next) => next(url, context) });\n`,
    'Pulumi.yaml': 'name: proj\nruntime: { name: nodejs, options: { nodeargs: "--import ./loader.mjs" } }\n',
  });
  await stack.mustUp();
  await stack.write({ 'index.js': program('new Promise(() => {})') });
  expect((await stack.up()).result).toBe('failed');
  expect((await stack.resource('kept')).id).toBe('note');
});

test('a configuration that no environment can hold is refused with its size', async () => {
  await using stack = await ProgramStack.create({ 'index.ts': head });
  await stack.config('huge', 'x'.repeat(200_000));
  const { result, errors } = await stack.up();
  expect(result).toBe('failed');
  expect(errors.join('\n')).toMatch(
    /the program cannot be started: its environment is larger[\s\S]*PULUMI_CONFIG: 2000\d\d bytes/,
  );
});
