import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

/** Classes that both sides register, so that a reference to a resource becomes one of them again. */
const module = `const pulumi = require('@pulumi/pulumi');
class Book extends pulumi.CustomResource {
  constructor(name, props, opts) { super('shelf:index:Book', name, { title: undefined, pages: undefined, ...props }, opts); }
}
class Shelf extends pulumi.ComponentResource {
  constructor(name, props, opts, remote) {
    super('shelf:index:Shelf', name, remote ? { label: undefined, book: undefined, self: undefined, ...props } : props, opts, remote);
  }
}
pulumi.runtime.registerResourceModule('shelf', 'index', {
  version: '1.0.0',
  construct(name, type, urn) {
    return type === 'shelf:index:Book' ? new Book(name, undefined, { urn }) : new Shelf(name, undefined, { urn });
  },
});
module.exports = { Book, Shelf };
`;

const provider = `const pulumi = require('@pulumi/pulumi');
const provider = require('@pulumi/pulumi/provider');
const { Book, Shelf } = require('./module.js');
provider.main({
  version: '1.0.0',
  async check(urn, olds, news) { return { inputs: news, failures: [] }; },
  async diff(id, urn, olds, news) { return { changes: olds.title !== news.title }; },
  async create(urn, inputs) { return { id: 'book-' + inputs.title, outs: { ...inputs, pages: inputs.title.length } }; },
  async update(id, urn, olds, news) { return { outs: { ...news, pages: news.title.length } }; },
  async delete() {},
  async construct(name, type, inputs, options) {
    const shelf = new Shelf(name, {}, options);
    const label = pulumi.output(inputs.of).apply((book) => pulumi.interpolate\`\${book.title} has \${book.pages} pages\`);
    const book = new Book(name + '-copy', { title: label }, { parent: shelf });
    shelf.registerOutputs({ label, book });
    return { urn: shelf.urn, state: { label, book, self: shelf } };
  },
}, process.argv.slice(2));
`;

const files = {
  'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins:\n  providers:\n    - name: shelf\n      path: ./shelf\n',
  'index.ts': `import * as pulumi from '@pulumi/pulumi';
const { Book, Shelf } = require('./shelf/module.js');
const book = new Book('book', { title: 'Foundation' });
const shelf = new Shelf('shelf', { of: book }, {}, true);
export const label = shelf.label;
export const copy = shelf.book.apply((copy: any) => pulumi.all([copy.title, copy.id]));
export const isSame = pulumi.all([shelf.urn, shelf.self.apply((self: any) => self.urn)]).apply(([a, b]) => a === b);
export const reference = book;
`,
  'shelf/PulumiPlugin.yaml': 'runtime: nodejs\nname: shelf\n',
  'shelf/package.json': '{ "name": "shelf", "main": "index.js" }',
  'shelf/index.js': provider,
  'shelf/module.js': module,
};

describe.each(wires)('over the %s wire', (wire) => {
  test('a reference to a resource is that resource again for whoever gets it, components under construction included', async () => {
    await using stack = await ProgramStack.create(files, { wire });
    const preview = await stack.preview();
    expect(preview.errors).toEqual([]);
    expect(preview.report.summary.changes).toEqual({ create: 4 });
    await stack.mustUp();
    const outputs = await (await stack.stack()).outputs();
    expect(outputs).toMatchObject({
      label: 'Foundation has 10 pages',
      copy: ['Foundation has 10 pages', 'book-Foundation has 10 pages'],
      isSame: true,
    });
    const record = await stack.resource('proj-dev');
    expect(record.outputs?.reference).toMatchObject({ urn: expect.stringContaining('::book'), id: 'book-Foundation' });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 4 });
  });

  test('a stash keeps what it was made with; another stack is read with its secrets, as it is now', async () => {
    const writer = (text: string) => ({
      'index.ts': `import * as pulumi from '@pulumi/pulumi';
export const plain = '${text}';
export const token = pulumi.secret('canary-${text}');
export const kept = new pulumi.Stash('stash', { input: '${text}' }).output;
`,
    });
    await using written = await ProgramStack.create(writer('one'), { wire, project: 'writer' });
    await using reading = await ProgramStack.create(
      {
        'index.ts': `import * as pulumi from '@pulumi/pulumi';
const other = new pulumi.StackReference('organization/writer/dev');
export const plain = other.getOutput('plain');
export const token = other.getOutput('token');
export const absent = other.getOutput('absent').apply((value) => value === undefined);
export const resources = pulumi.runtime
  .invokeOutput('pulumi:pulumi:readStackResourceOutputs', { stackName: 'organization/writer/dev' })
  .apply((read: any) => Object.values(read.outputs).map(({ type }: any) => type));
`,
      },
      { wire, project: 'reader' },
    );
    reading.env.RADIANT_HOME = written.env.RADIANT_HOME;
    await reading.workspace().createStack('dev');
    await written.mustUp();
    await reading.mustUp();
    expect(await (await reading.stack()).outputs()).toMatchObject({ plain: 'one', token: '[secret]', absent: true });
    await written.write(writer('two'));
    await written.mustUp();
    expect(await (await written.stack()).outputs()).toMatchObject({ plain: 'two', kept: 'one' });
    await reading.mustUp();
    const outputs = await (await reading.stack()).outputs({ showSecrets: true });
    expect(outputs).toMatchObject({ plain: 'two', token: 'canary-two' });
    expect(JSON.stringify(outputs.resources)).toContain('pulumi:index:Stash');
    expect(JSON.stringify(await reading.exported())).not.toContain('canary');
  });

  test('of a stack with another passphrase, what is no secret is read', async () => {
    await using written = await ProgramStack.create(
      { 'index.ts': `export const plain = 'one'; export const token = require('@pulumi/pulumi').secret('canary');` },
      { wire, project: 'writer' },
    );
    await using reading = await ProgramStack.create(
      {
        'index.ts': `import * as pulumi from '@pulumi/pulumi';
const other = new pulumi.StackReference('organization/writer/dev');
export const plain = other.getOutput('plain');
export const token = other.getOutput('token');
`,
      },
      { wire, project: 'reader' },
    );
    reading.env.RADIANT_HOME = written.env.RADIANT_HOME;
    reading.env.PULUMI_CONFIG_PASSPHRASE = 'another passphrase';
    await reading.workspace().createStack('dev');
    await written.mustUp();
    const { diagnostics } = await reading.mustUp();
    expect(diagnostics.map(({ message }) => message)).toContain(
      "eliding undecryptable secrets for stack reference 'organization/writer/dev'",
    );
    expect(await (await reading.stack()).outputs({ showSecrets: true })).toEqual({ plain: 'one', token: {} });
  });
});
