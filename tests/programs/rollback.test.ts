import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const program = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Notes implements pulumi.dynamic.ResourceProvider {
  async diff(_id: string, olds: any, news: any) { return { changes: olds.text !== news.text }; }
  async create(inputs: any) { return { id: 'note-' + Math.random(), outs: { ...inputs, sum: 'sum of ' + inputs.text } }; }
  async update(_id: string, _olds: any, news: any) { return { outs: { ...news, sum: 'sum of ' + news.text } }; }
  async delete() {}
}
class Note extends pulumi.dynamic.Resource {
  declare readonly sum: pulumi.Output<string>;
  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super(new Notes(), name, { sum: undefined, ...args }, opts);
  }
}
class Shelf extends pulumi.ComponentResource {
  readonly note: Note;
  constructor(name: string) {
    super('my:index:Shelf', name);
    this.note = new Note(name + '-note', { text: config.require('text'), token: config.requireSecret('token') }, { parent: this });
    this.registerOutputs({ sum: this.note.sum });
  }
}
const shelf = new Shelf('shelf');
const user = new Note('user', { text: shelf.note.id }, { protect: true });
export const sum = shelf.note.sum;
export const token = config.requireSecret('token');
`;

describe.each(wires)('a rollback over the %s wire', (wire) => {
  test('makes an earlier state true again without the program: components, dynamic providers, secrets, options', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': program }, { wire });
    await stack.config('text', 'one');
    await stack.config('token', 'canary-in-the-mine', { secret: true });
    await stack.mustUp();
    const before = await stack.exported(true);
    await stack.config('text', 'two');
    await stack.config('token', 'another-canary', { secret: true });
    await stack.mustUp();
    // The source of the first version is gone, and most of what it declared.
    await stack.write({ 'index.ts': 'export const sum = "nothing";\n' });
    await stack.mustUp({ ignoreProtect: true });
    expect((await stack.exported()).resources.map(({ type }) => type)).not.toContain('my:index:Shelf');

    const preview = await stack.preview({ rollbackTo: 1 });
    expect(preview.errors).toEqual([]);
    const run = await stack.mustUp({ rollbackTo: 1 });
    expect(run.report.summary.changes).toEqual(preview.report.summary.changes);
    expect(run.report.outputs.sum).toBe('sum of one');

    const after = await stack.exported(true);
    const [shelf, note, user] = ['shelf', 'shelf-note', 'user'].map((name) => after.resources.find(named(name))!);
    expect(shelf).toMatchObject({ type: 'my:index:Shelf', custom: false, outputs: { sum: 'sum of one' } });
    expect(note).toMatchObject({ parent: shelf!.urn, inputs: before.resources.find(named('shelf-note'))!.inputs });
    // It has another id now, and who was told the old one is told the new one.
    expect(user).toMatchObject({ protect: true, inputs: { text: note!.id } });
    expect(JSON.stringify(await stack.exported())).not.toContain('canary');
    expect(JSON.stringify(run.events)).not.toContain('canary');
    const [entry] = await (await stack.stack()).history({ pageSize: 1 });
    expect(entry).toMatchObject({ version: 4, kind: 'update', message: 'Roll back to version 1', result: 'succeeded' });

    // The program that declared it finds nothing to do.
    await stack.write({ 'index.ts': program });
    await stack.config('text', 'one');
    await stack.config('token', 'canary-in-the-mine', { secret: true });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 4 });
  });
});

test('a rollback to what is not there says which versions there are', async () => {
  await using stack = await ProgramStack.create({ 'index.ts': 'export const a = 1;\n' });
  await expect(stack.up({ rollbackTo: 3 })).rejects.toThrow("the stack 'dev' has no version 3");
});

function named(name: string) {
  return ({ urn }: { readonly urn: string }) => urn.endsWith(`::${name}`);
}
