import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

/** A provider of components, resources, methods and functions, from source. */
const provider = `const pulumi = require('@pulumi/pulumi');
const provider = require('@pulumi/pulumi/provider');
class Book extends pulumi.CustomResource {
  constructor(name, props, opts) { super('shelf:index:Book', name, { ...props, pages: undefined }, opts); }
}
class Shelf extends pulumi.ComponentResource {
  constructor(name, inputs, opts) {
    super('shelf:index:Shelf', name, inputs, opts);
    this.first = new Book(name + '-first', { title: inputs.title }, { parent: this });
    this.second = new Book(name + '-second', { title: this.first.pages.apply((n) => 'after ' + n) }, { parent: this });
    this.label = pulumi.interpolate\`\${inputs.title} on \${name}\`;
    this.registerOutputs({ label: this.label });
  }
}
class Provider {
  version = '1.0.0';
  async check(urn, olds, news) { return { inputs: news, failures: news.title === '' ? [{ property: 'title', reason: 'a book needs a title' }] : [] }; }
  async diff(id, urn, olds, news) { return { changes: olds.title !== news.title }; }
  async create(urn, inputs) { if (inputs.title === 'burn') throw new Error('it burns'); return { id: 'book-' + urn.split('::').pop(), outs: { ...inputs, pages: 100 } }; }
  async update(id, urn, olds, news) { return { outs: { ...news, pages: 200 } }; }
  async delete() {}
  async construct(name, type, inputs, options) {
    if (type !== 'shelf:index:Shelf') throw new Error('unknown component ' + type);
    const shelf = new Shelf(name, inputs, options);
    return { urn: shelf.urn, state: { label: shelf.label, first: shelf.first } };
  }
  async call(token, inputs) {
    if (token.endsWith('/fail')) return { failures: [{ property: 'text', reason: 'not today' }] };
    return { outputs: { upper: pulumi.output(inputs.text).apply((text) => String(text).toUpperCase()) } };
  }
  async invoke(token, inputs) { return { outputs: { text: 'invoked ' + inputs.text } }; }
}
provider.main(new Provider(), process.argv.slice(2));
`;

const program = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Shelf extends pulumi.ComponentResource {
  declare readonly label: pulumi.Output<string>;
  declare readonly first: pulumi.Output<any>;
  constructor(name: string, props: object, opts?: pulumi.ComponentResourceOptions) {
    super('shelf:index:Shelf', name, { label: undefined, first: undefined, ...props }, opts, true);
  }
}
class Book extends pulumi.CustomResource {
  declare readonly pages: pulumi.Output<number>;
  constructor(name: string, props: object, opts?: pulumi.CustomResourceOptions) {
    super('shelf:index:Book', name, { pages: undefined, ...props }, opts);
  }
}
const title = config.getSecret('secretTitle') ?? config.get('title') ?? 'Foundation';
const shelf = new Shelf(config.get('shelf') ?? 'shelf', { title }, {
  protect: config.getBoolean('protect'),
  aliases: [{ name: 'shelf' }],
});
if (!config.getBoolean('alone')) new Book('other', { title: shelf.label }, { dependsOn: shelf });
export const label = shelf.label;
export const upper = pulumi.runtime.call('shelf:index:Shelf/upper', { text: shelf.label }, shelf);
`;

const files = {
  'index.ts': program,
  'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins:\n  providers:\n    - name: shelf\n      path: ./shelf\n',
  'shelf/PulumiPlugin.yaml': 'runtime: nodejs\nname: shelf\n',
  'shelf/package.json': '{ "name": "shelf", "main": "index.js" }',
  'shelf/index.js': provider,
};

describe.each(wires)('a remote component over the %s wire', (wire) => {
  test('is no end of the program when the process that serves it has declared everything and says so', async () => {
    const construction = 'const shelf = new Shelf(name, inputs, options);';
    const signalling = `${construction}
    const { waitForRPCs, signalAndWaitForShutdown } = require('@pulumi/pulumi/runtime/settings');
    await waitForRPCs();
    await signalAndWaitForShutdown();`;
    await using stack = await ProgramStack.create(
      { ...files, 'shelf/index.js': provider.replace(construction, signalling) },
      { wire },
    );
    await stack.mustUp();
    const { errors, report } = await stack.up();
    expect(errors).toEqual([]);
    expect(report.summary.changes).toEqual({ same: 5 });
  });

  test('is declared with its children by the process that serves it, and its methods can be called', async () => {
    await using stack = await ProgramStack.create(files, { wire });
    const preview = await stack.preview();
    expect(preview.errors).toEqual([]);
    expect(preview.report.summary.changes).toEqual({ create: 5 });
    await stack.mustUp();
    expect(await (await stack.stack()).outputs()).toEqual({
      label: 'Foundation on shelf',
      upper: { upper: 'FOUNDATION ON SHELF' },
    });
    const component = await stack.resource('shelf');
    expect(component).toMatchObject({ custom: false, outputs: { label: 'Foundation on shelf' } });
    expect(component.provider).toBeUndefined();
    expect((await stack.resource('shelf-first')).parent).toBe(component.urn);
    expect((await stack.resource('other')).dependencies).toContain(component.urn);
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 5 });
    await stack.config('title', 'Second');
    expect((await stack.mustUp()).steps).toEqual(expect.arrayContaining(['update shelf-first', 'update other']));
  });

  test('hands aliases and protection down to its children', async () => {
    await using stack = await ProgramStack.create(files, { wire });
    await stack.config('alone', 'true');
    await stack.mustUp();
    await stack.config('shelf', 'renamed');
    await stack.config('protect', 'true');
    const renamed = await stack.mustUp();
    expect(renamed.report.summary.changes.create).toBeUndefined();
    expect(renamed.report.summary.changes.delete).toBeUndefined();
    expect(await stack.resource('renamed-first')).toMatchObject({ protect: true });
    expect((await stack.destroy()).errors.join('\n')).toContain('cannot be deleted');
  });

  test('keeps what came of a secret secret', async () => {
    await using stack = await ProgramStack.create(files, { wire });
    await stack.config('secretTitle', 'canary-under-glass', { secret: true });
    await stack.mustUp();
    const { resources } = await stack.exported();
    expect(JSON.stringify(resources).toLowerCase()).not.toContain('canary');
    expect(await (await stack.stack()).outputs({ showSecrets: true })).toMatchObject({
      label: 'canary-under-glass on shelf',
      upper: { upper: 'CANARY-UNDER-GLASS ON SHELF' },
    });
  });

  test('whose construction fails half way leaves what was made recorded, and the next update goes on', async () => {
    await using stack = await ProgramStack.create(files, { wire });
    await stack.config('title', 'burn');
    await stack.config('alone', 'true');
    const failed = await stack.up();
    expect(failed.result).toBe('failed');
    expect(failed.errors.join('\n')).toContain('it burns');
    expect(failed.errors.filter((message) => message.includes('it burns'))).toHaveLength(1);
    expect((await stack.exported()).resources.map(({ urn }) => urn.split('::').at(-1))).toContain('shelf');
    await stack.config('title', 'fine');
    await stack.mustUp();
  });

  test('goes with all its children when the program no longer declares it', async () => {
    await using stack = await ProgramStack.create(files, { wire });
    await stack.mustUp();
    await stack.write({ 'index.ts': 'export const nothing = true;\n' });
    const { steps } = await stack.mustUp();
    expect(steps.filter((step) => step.startsWith('delete '))).toHaveLength(4);
  });
});

test('a type that the provider cannot construct is told with the provider‘s own words', async () => {
  await using stack = await ProgramStack.create({
    ...files,
    'index.ts': `import * as pulumi from '@pulumi/pulumi';
new pulumi.ComponentResource('shelf:index:Cupboard', 'cupboard', {}, {}, true);
`,
  });
  const { result, errors } = await stack.up();
  expect(result).toBe('failed');
  expect(errors.join('\n')).toContain('unknown component shelf:index:Cupboard');
});

test('a method that fails ends the operation, and is named', async () => {
  await using stack = await ProgramStack.create({
    ...files,
    'index.ts': program.replace('Shelf/upper', 'Shelf/fail'),
  });
  const { result, errors } = await stack.up();
  expect(result).toBe('failed');
  expect(errors.join('\n')).toContain('not today');
  expect(path.basename(stack.dir)).toBe('proj');
});
