import { describe, expect, test } from 'vitest';
import { type ProgramRun, ProgramStack, type Wire, wires } from './harness/program-stack.ts';

/** Notes made by a dynamic provider that says what it does, and is busy as often as the resource says. */
const notes = `import * as pulumi from '@pulumi/pulumi';
import * as fs from 'node:fs';
const config = new pulumi.Config();
class Notes implements pulumi.dynamic.ResourceProvider {
  async check(_olds: any, news: any) { return { inputs: news }; }
  async diff(_id: string, olds: any, news: any) {
    return { changes: olds.text !== news.text || olds.kind !== news.kind, replaces: olds.kind !== news.kind ? ['kind'] : [] };
  }
  async create(inputs: any) {
    const failures = fs.existsSync(inputs.failures ?? '') ? fs.readFileSync(inputs.failures, 'utf8').length : 0;
    if (inputs.failures !== undefined && failures < 2) {
      fs.appendFileSync(inputs.failures, 'x');
      throw new Error('busy ' + failures);
    }
    console.log('create ' + inputs.text);
    return { id: 'note-' + inputs.kind, outs: { ...inputs, sum: 'sum of ' + inputs.text } };
  }
  async update(_id: string, _olds: any, news: any) {
    console.log('update ' + news.text);
    return { outs: { ...news, sum: 'sum of ' + news.text } };
  }
  async delete(_id: string, props: any) { console.log('delete ' + props.text); }
}
class Note extends pulumi.dynamic.Resource {
  declare readonly sum: pulumi.Output<string>;
  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super(new Notes(), name, { sum: undefined, ...args }, opts);
  }
}
const tell = (moment: string) => (args: pulumi.ResourceHookArgs) => { console.log(\`\${moment} \${args.name}\`); };
`;

function create(wire: Wire, body: string): Promise<ProgramStack> {
  return ProgramStack.create({ 'index.ts': notes + body }, { wire });
}

/** What hooks and the provider have said, in order. */
function said(run: ProgramRun): readonly string[] {
  return run.diagnostics.flatMap(({ message }) =>
    /^(before|after|create|update|delete|told)/.test(message) ? [message.trim()] : [],
  );
}

describe.each(wires)('over the %s wire', (wire) => {
  test('hooks run around creation, update, replacement and, while the program waits, deletion', async () => {
    await using program = await create(
      wire,
      `const before = new pulumi.ResourceHook('before', tell('before'));
const after = new pulumi.ResourceHook('after', tell('after'));
const hooks = { beforeCreate: [before], afterCreate: [after], beforeUpdate: [before], afterUpdate: [after], beforeDelete: [before], afterDelete: [after] };
if (config.get('text')) new Note('note', { text: config.get('text'), kind: config.get('kind') ?? 'a' }, { hooks });
`,
    );
    await program.config('text', 'one');
    expect(said(await program.mustUp())).toEqual(['before note', 'create one', 'after note']);
    await program.config('text', 'two');
    expect(said(await program.mustUp())).toEqual(['before note', 'update two', 'after note']);
    await program.config('kind', 'b');
    expect(said(await program.mustUp())).toEqual([
      'before note',
      'create two',
      'after note',
      'before note',
      'delete two',
      'after note',
    ]);
    await program.config('text', '');
    expect(said(await program.mustUp())).toEqual(['before note', 'delete two', 'after note']);
    expect((await program.exported()).resources.map(({ type }) => type)).toEqual(['pulumi:pulumi:Stack']);
  });

  test('hooks are recorded with the resource, in a state that says that it needs them', async () => {
    await using program = await create(
      wire,
      `const hook = new pulumi.ResourceHook('gone', tell('before'));
new Note('note', { text: 'a', kind: 'a' }, { hooks: { beforeDelete: [hook] } });
`,
    );
    await program.mustUp();
    expect((await program.resource('note')).resourceHooks).toEqual({ BeforeDelete: ['gone'] });
    const deployment = (await (await program.stack()).exportDeployment({ showSecrets: false })) as object;
    expect(deployment).toMatchObject({ version: 4, features: ['hooks'] });
    const destroyed = await program.destroy();
    expect(destroyed.result).toBe('failed');
    expect(destroyed.errors.join('\n')).toContain('radiant destroy --run-program');
    expect((await program.resource('note')).id).toBe('note-a');
  });

  test('a hook is told inputs and outputs, secrets as secrets', async () => {
    await using program = await create(
      wire,
      `const hook = new pulumi.ResourceHook('hook', async (args) => {
  const { name, type, id, newInputs, newOutputs, oldInputs } = args;
  const isSecret = await (newInputs as any).token.isSecret;
  console.log('told ' + JSON.stringify({ name, type, id, text: newInputs!.text, sum: newOutputs?.sum, old: oldInputs?.text, isSecret }));
});
new Note('note', { text: config.get('text') ?? 'a', kind: 'a', token: config.requireSecret('token') }, { hooks: { beforeCreate: [hook], afterCreate: [hook], afterUpdate: [hook] } });
`,
    );
    await program.config('token', 'canary-in-the-mine', { secret: true });
    const common = { name: 'note', type: 'pulumi-nodejs:dynamic:Resource', isSecret: true };
    const told = (run: ProgramRun) =>
      said(run).flatMap((line) => (line.startsWith('told') ? JSON.parse(line.slice(5)) : []));
    expect(told(await program.mustUp())).toEqual([
      { ...common, id: '', text: 'a' },
      { ...common, id: 'note-a', text: 'a', sum: 'sum of a' },
    ]);
    await program.config('text', 'b');
    expect(told(await program.mustUp())).toEqual([{ ...common, id: 'note-a', text: 'b', sum: 'sum of b', old: 'a' }]);
  });

  test('a preview runs only hooks for dry runs', async () => {
    await using program = await create(
      wire,
      `const wet = new pulumi.ResourceHook('wet', tell('before wet'));
const dry = new pulumi.ResourceHook('dry', tell('after dry'), { onDryRun: true });
new Note('note', { text: 'a', kind: 'a' }, { hooks: { beforeCreate: [wet], afterCreate: [dry] } });
`,
    );
    expect(said(await program.preview())).toEqual(['after dry note']);
  });

  test('hooks that fail keep a step from happening before it, and tell after it', async () => {
    await using program = await create(
      wire,
      `const fail = (args: pulumi.ResourceHookArgs) => { throw new Error('not today, ' + args.name); };
const hook = new pulumi.ResourceHook('hook', fail);
const lenient = new pulumi.ResourceHook('lenient', fail, { ignoreErrors: true });
new Note('note', { text: 'a', kind: 'a' }, { hooks: config.get('after') ? { beforeCreate: [lenient], afterCreate: [hook] } : { beforeCreate: [hook] } });
`,
    );
    const refused = await program.up();
    expect(refused.errors).toContain('before hook "hook" failed: not today, note');
    await expect(program.resource('note')).rejects.toThrow('no resource "note"');
    await program.config('after', 'yes');
    const told = await program.up();
    expect(told.result).toBe('failed');
    expect(told.errors).toContain('after hook "hook" failed: not today, note');
    expect(told.diagnostics).toContainEqual(
      expect.objectContaining({ severity: 'warning', message: 'before hook "lenient" failed: not today, note' }),
    );
    expect((await program.resource('note')).id).toBe('note-a');
  });

  test("a component's hooks, given as plain functions, run around its children", async () => {
    await using program = await create(
      wire,
      `class Group extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super('test:index:Group', name, {}, opts);
    const note = new Note('child', { text: 'child', kind: 'a' }, { parent: this });
    this.registerOutputs({ sum: note.sum });
  }
}
new Group('group', { hooks: { beforeCreate: [tell('before')], afterCreate: [(args) => { console.log('after ' + JSON.stringify(args.newOutputs)); }] } });
`,
    );
    expect(said(await program.mustUp())).toEqual(['before group', 'create child', 'after {"sum":"sum of child"}']);
  });

  test('an error hook has a failed creation repeated until it succeeds', async () => {
    await using program = await create(
      wire,
      `const again = new pulumi.ErrorHook('again', async ({ failedOperation, errors, name }) => {
  console.log('told ' + failedOperation + ' of ' + name + ': ' + errors.map((error) => /busy \\d/.exec(error)![0]).join(', '));
  return true;
});
new Note('note', { text: 'a', kind: 'a', failures: process.cwd() + '/failures' }, { hooks: { onError: [again] } });
`,
    );
    const run = await program.mustUp();
    expect(said(run)).toEqual(['told create of note: busy 0', 'told create of note: busy 1, busy 0', 'create a']);
    expect(run.report.summary.changes).toEqual({ create: 2 });
    expect((await program.mustUp()).report.summary.changes).toEqual({ same: 2 });
  });

  test('a program whose SDK does not wait for the deletions ends, and its delete hooks can no longer be called', async () => {
    await using program = await create(
      wire,
      `// What SDKs before 3.180 do.
require('@pulumi/pulumi/runtime/settings').signalAndWaitForShutdown = async () => {};
const hook = new pulumi.ResourceHook('hook', tell('before'));
if (config.get('text')) new Note('note', { text: config.get('text'), kind: 'a' }, { hooks: { beforeDelete: [hook] } });
`,
    );
    await program.config('text', 'one');
    await program.mustUp();
    await program.config('text', '');
    const run = await program.up();
    expect(run.result).toBe('failed');
    expect(run.errors.join('\n')).toMatch(/before hook "hook" failed: the program that has this function has ended/);
    expect((await program.resource('note')).id).toBe('note-a');
  });
});
