import { describe, expect, test } from 'vitest';
import { ProgramStack, type Wire, wires } from './harness/program-stack.ts';

/** Notes made by a dynamic provider, so that nothing but the program is needed. */
const notes = `import * as pulumi from '@pulumi/pulumi';
class Notes implements pulumi.dynamic.ResourceProvider {
  async create(inputs: any) { return { id: 'note', outs: { ...inputs, sum: 'sum of ' + inputs.text } }; }
  async diff(_id: string, olds: any, news: any) { return { changes: olds.text !== news.text }; }
  async update(_id: string, _olds: any, news: any) { return { outs: { ...news, sum: 'sum of ' + news.text } }; }
  async delete() {}
}
class Note extends pulumi.dynamic.Resource {
  declare readonly sum: pulumi.Output<string>;
  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super(new Notes(), name, { sum: undefined, ...args }, opts);
  }
}
const isNote = (args: { type: string }) => args.type === 'pulumi-nodejs:dynamic:Resource';
`;

function create(wire: Wire, body: string): Promise<ProgramStack> {
  return ProgramStack.create({ 'index.ts': notes + body }, { wire });
}

/** A provider of a component, its books and a function, which runs in a process of its own. */
const shelfFiles = {
  'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins:\n  providers:\n    - name: shelf\n      path: ./shelf\n',
  'shelf/PulumiPlugin.yaml': 'runtime: nodejs\nname: shelf\n',
  'shelf/package.json': '{ "name": "shelf", "main": "index.js" }',
  'shelf/index.js': `const pulumi = require('@pulumi/pulumi');
const provider = require('@pulumi/pulumi/provider');
class Shelf extends pulumi.ComponentResource {
  constructor(name, inputs, opts) {
    super('shelf:index:Shelf', name, inputs, opts);
    const book = new pulumi.CustomResource('shelf:index:Book', name + '-book', { title: inputs.title }, { parent: this });
    this.registerOutputs({ book: book.id });
  }
}
class Provider {
  version = '1.0.0';
  async check(_urn, _olds, news) { return { inputs: news }; }
  async diff(_id, _urn, olds, news) { return { changes: olds.title !== news.title }; }
  async create(_urn, inputs) { return { id: 'book', outs: inputs }; }
  async delete() {}
  async construct(name, _type, inputs, options) { return { urn: new Shelf(name, inputs, options).urn, state: {} }; }
  async invoke(_token, inputs) { return { outputs: { text: 'invoked ' + inputs.text } }; }
}
provider.main(new Provider(), process.argv.slice(2));
`,
};

const shelf = `import * as pulumi from '@pulumi/pulumi';
class Shelf extends pulumi.ComponentResource {
  constructor(name: string, props: object, opts?: pulumi.ComponentResourceOptions) {
    super('shelf:index:Shelf', name, props, opts, true);
  }
}
`;

describe.each(wires)('over the %s wire', (wire) => {
  test('transforms of a resource, of its component and of the stack change what is created, in that order', async () => {
    await using program = await create(
      wire,
      `const sign = (by: string): pulumi.ResourceTransform => async (args) => {
  if (!isNote(args)) return undefined;
  await new Promise((resolve) => setTimeout(resolve, 1));
  return { props: { ...args.props, text: args.props.text + ' ' + by }, opts: args.opts };
};
pulumi.runtime.registerResourceTransform(sign('stack'));
class Group extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super('test:index:Group', name, { size: 1 }, opts);
    new Note('inside', { text: 'a' }, { parent: this, transforms: [sign('own'), sign('own too')] });
    this.registerOutputs({});
  }
}
new Group('group', { transforms: [sign('group'), async (args) => args.custom ? undefined : { props: { size: 2 }, opts: args.opts }] });
new Note('outside', { text: 'b' });
`,
    );
    await program.mustUp();
    expect((await program.resource('inside')).outputs).toMatchObject({ text: 'a own own too group stack' });
    expect((await program.resource('outside')).outputs).toMatchObject({ sum: 'sum of b stack' });
    expect((await program.resource('group')).inputs).toEqual({ size: 2 });
    expect((await program.mustUp()).report.summary.changes).toEqual({ same: 4 });
  });

  test('a transform may change every option of a resource', async () => {
    await using program = await create(
      wire,
      `const hook = new pulumi.ResourceHook('hook', () => {});
const base = new Note('base', { text: 'base' });
const other = new Note('other', { text: 'other' });
new Note('note', { text: 'a', token: 't' }, {
  protect: true,
  dependsOn: [base],
  transforms: [async (args) => ({
    props: args.props,
    opts: {
      ...args.opts,
      protect: false,
      dependsOn: [other],
      ignoreChanges: ['text'],
      replaceOnChanges: ['token'],
      aliases: [{ name: 'former' }],
      customTimeouts: { create: '1h30m', update: '90s' },
      retainOnDelete: true,
      deletedWith: base,
      replaceWith: [other],
      replacementTrigger: 'one',
      additionalSecretOutputs: ['token'],
      deleteBeforeReplace: true,
      hooks: { afterDelete: [hook] },
    },
  })],
});
`,
    );
    await program.mustUp();
    const urn = (name: string) => `urn:pulumi:dev::proj::pulumi-nodejs:dynamic:Resource::${name}`;
    const note = await program.resource('note');
    expect(note).toMatchObject({
      dependencies: [urn('other')],
      ignoreChanges: ['text'],
      replaceOnChanges: ['token'],
      customTimeouts: { create: 5400, update: 90 },
      retainOnDelete: true,
      deletedWith: urn('base'),
      replaceWith: [urn('other')],
      replacementTrigger: 'one',
      additionalSecretOutputs: ['token'],
      resourceHooks: { AfterDelete: ['hook'] },
    });
    expect(note).not.toHaveProperty('protect');
    expect(note.outputs?.token).toMatchObject({ ciphertext: expect.any(String) });
    expect((await program.mustUp()).report.summary.changes).toEqual({ same: 4 });
  });

  test('a transform sees the options that the program wrote', async () => {
    await using program = await create(
      wire,
      `const base = new Note('base', { text: 'base' });
const seen: any[] = [];
new Note('note', { text: 'a' }, {
  protect: true,
  customTimeouts: { create: '5m' },
  ignoreChanges: ['x'],
  aliases: [{ name: 'former' }],
  deletedWith: base,
  replacementTrigger: 'one',
  dependsOn: base,
  transforms: [async ({ opts, custom, name }) => {
    const { protect, customTimeouts, ignoreChanges, aliases } = opts as pulumi.CustomResourceOptions;
    const trigger = (opts as any).replacementTrigger;
    console.log('seen ' + JSON.stringify({ name, custom, protect, create: customTimeouts?.create, ignoreChanges, former: (aliases as any)[0].name, trigger }));
    return undefined;
  }],
});
`,
    );
    const { diagnostics } = await program.mustUp();
    const seen = diagnostics.find(({ message }) => message.startsWith('seen '))?.message.slice('seen '.length);
    expect(JSON.parse(seen!)).toEqual({
      name: 'note',
      custom: true,
      protect: true,
      create: '5m',
      ignoreChanges: ['x'],
      former: 'former',
      trigger: 'one',
    });
  });

  test('unknown and secret inputs go through a transform as outputs, and stay unknown and secret', async () => {
    await using program = await create(
      wire,
      `const config = new pulumi.Config();
const first = new Note('first', { text: 'a' });
new Note('second', { text: first.sum, token: config.requireSecret('token'), plain: 'p' }, {
  transforms: [async (args) => ({
    props: { ...args.props, text: pulumi.interpolate\`[\${args.props.text}]\`, copy: args.props.token },
    opts: args.opts,
  })],
});
`,
    );
    await program.config('token', 'canary-in-the-mine', { secret: true });
    const preview = await program.preview();
    expect(preview.errors).toEqual([]);
    expect(JSON.stringify(preview.events)).not.toContain('canary-in-the-mine');
    await program.mustUp();
    const second = await program.resource('second');
    expect(second.inputs).toMatchObject({ text: '[sum of a]', plain: 'p', copy: { ciphertext: expect.any(String) } });
    expect(second.propertyDependencies).toMatchObject({
      text: ['urn:pulumi:dev::proj::pulumi-nodejs:dynamic:Resource::first'],
      plain: [],
    });
    expect(JSON.stringify(await program.exported())).not.toContain('canary-in-the-mine');
  });

  test('a transform that throws fails the update in its own words, naming the resource', async () => {
    await using program = await create(
      wire,
      `new Note('note', { text: 'a' }, { transforms: [async () => { throw new Error('no such tag'); }] });
`,
    );
    const run = await program.up();
    expect(run.result).toBe('failed');
    expect(run.errors.join('\n')).toContain(
      "a transform of pulumi-nodejs:dynamic:Resource 'note' failed: Error: no such tag",
    );
    expect((await program.exported()).resources.map(({ type }) => type)).toEqual(['pulumi:pulumi:Stack']);
  });

  test('a program that ends within a transform ends the update', async () => {
    await using program = await create(
      wire,
      `new Note('note', { text: 'a' }, { transforms: [async () => process.exit(3)] });
`,
    );
    const run = await program.up();
    expect(run.result).toBe('failed');
    expect(run.errors.join('\n')).toContain('has ended');
  });

  test('an interrupt ends an update whose transform never answers', async () => {
    await using program = await create(
      wire,
      `new Note('note', { text: 'a' }, { transforms: [() => { console.log('waiting'); return new Promise(() => {}); }] });
setInterval(() => {}, 1000);
`,
    );
    const drain = new AbortController();
    const run = await program.up({ drain: drain.signal }, (event) => {
      if (event.kind === 'diagnostic' && event.diagnostic.message === 'waiting') drain.abort();
    });
    expect(run.result).toBe('cancelled');
  });

  test('transforms of invokes change the arguments of functions, each seeing what the one before it answered', async () => {
    await using program = await ProgramStack.create(
      {
        ...shelfFiles,
        'index.ts': `${shelf}for (const mark of ['!', '?'])
  pulumi.runtime.registerInvokeTransform(async ({ token, args, opts }) =>
    token === 'shelf:index:find' ? { args: { ...args, text: args.text + mark }, opts } : undefined);
export const found = pulumi.output(pulumi.runtime.invoke('shelf:index:find', { text: 'hello' })).apply((answer: any) => answer.text);
`,
      },
      { wire },
    );
    await program.mustUp();
    expect(await (await program.stack()).outputs()).toEqual({ found: 'invoked hello!?' });
  });

  test('the transforms and hooks of a remote component reach it and its children in the process that makes them', async () => {
    await using program = await ProgramStack.create(
      {
        ...shelfFiles,
        'index.ts': `${shelf}const told = (moment: string) => new pulumi.ResourceHook(moment, (args) => { console.log(moment + ' ' + args.name); });
new Shelf('shelf', { title: 'a' }, {
  hooks: { beforeCreate: [told('before')], afterCreate: [told('after')] },
  transforms: [async ({ props, opts, name, type }) => {
    console.log('seen ' + name);
    return { props: { ...props, title: pulumi.interpolate\`\${props.title} \${type === 'shelf:index:Book' ? 'book' : 'shelf'}\` }, opts };
  }],
});
`,
      },
      { wire },
    );
    const run = await program.mustUp();
    const said = run.diagnostics
      .map(({ message }) => message.trim())
      .filter((line) => /^(seen|before|after) /.test(line));
    expect(said).toEqual(['seen shelf', 'seen shelf', 'before shelf', 'seen shelf-book', 'after shelf']);
    expect((await program.resource('shelf-book')).inputs).toEqual({ title: 'a shelf book' });
    expect((await program.mustUp()).report.summary.changes).toEqual({ same: 3 });
  });
});
