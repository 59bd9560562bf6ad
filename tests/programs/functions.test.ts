import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const provider = `const pulumi = require('@pulumi/pulumi');
const provider = require('@pulumi/pulumi/provider');
provider.main({
  version: '1.0.0',
  async check(urn, olds, news) { return { inputs: news, failures: [] }; },
  async diff(id, urn, olds, news) { return { changes: olds.title !== news.title }; },
  async create(urn, inputs) { return { id: 'book-1', outs: { ...inputs, pages: 100 } }; },
  async delete() {},
  async read(id, urn, props) { return id === 'book-1' ? { id, props } : {}; },
  async call(token, inputs) {
    if (token === 'pulumi:providers:shelf/whoami') return { outputs: { name: 'a shelf' } };
    if (token.endsWith('/refuse'))
      throw new pulumi.InputPropertiesError({ message: 'cannot', errors: [{ propertyPath: 'text', reason: 'too long' }] });
    return { outputs: { upper: pulumi.output(inputs.text).apply((text) => String(text).toUpperCase()) } };
  },
  async invoke(token, inputs) {
    if (token.endsWith(':fail')) return { failures: [{ property: 'text', reason: 'not today' }] };
    if (token.endsWith(':crash')) throw new Error('out of order');
    return { outputs: { text: 'found ' + inputs.text } };
  },
}, process.argv.slice(2));
`;

const head = `import * as pulumi from '@pulumi/pulumi';
class Shelves extends pulumi.ProviderResource { constructor(name: string) { super('shelf', name, {}); } }
class Book extends pulumi.CustomResource {
  declare readonly pages: pulumi.Output<number>;
  constructor(name: string, props: object, opts?: pulumi.CustomResourceOptions) {
    super('shelf:index:Book', name, { pages: undefined, ...props }, opts);
  }
}
`;

const files = (body: string) => ({
  'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins:\n  providers:\n    - name: shelf\n      path: ./shelf\n',
  'index.ts': head + body,
  'shelf/PulumiPlugin.yaml': 'runtime: nodejs\nname: shelf\n',
  'shelf/package.json': '{ "name": "shelf", "main": "index.js" }',
  'shelf/index.js': provider,
});

describe.each(wires)('over the %s wire', (wire) => {
  test('a program may ask whether a thing exists', async () => {
    const body = `const provider = new Shelves('mine');
const book = new Book('book', { title: 'Foundation' }, { provider });
const { existsResource } = require('@pulumi/pulumi/runtime/resource');
export const made = existsResource('shelf:index:Book', book.id, {}, { provider });
export const other = existsResource('shelf:index:Book', 'book-2', {}, { provider });
`;
    await using stack = await ProgramStack.create(files(body), { wire });
    expect((await stack.preview()).errors).toEqual([]);
    const { report } = await stack.mustUp();
    expect(report.outputs).toEqual({ made: true, other: false });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
  });

  test('functions wait for what they depend on, and methods are served by their own provider', async () => {
    const body = `const shelves = new Shelves('mine');
const book = new Book('book', { title: 'Foundation' }, { provider: shelves });
const opts = { provider: shelves };
export const found = pulumi.runtime.invokeOutput('shelf:index:find', { text: pulumi.interpolate\`\${book.pages}\` }, opts);
export const after = pulumi.runtime.invokeOutput('shelf:index:find', { text: 'x' }, { ...opts, dependsOn: [book] });
export const secret = pulumi.runtime.invokeOutput('shelf:index:find', { text: pulumi.secret('canary') }, opts);
export const upper = pulumi.runtime.call('shelf:index:Book/upper', { __self__: book, text: pulumi.secret('canary') }, book);
export const name = pulumi.runtime.call('pulumi:providers:shelf/whoami', { __self__: shelves });
`;
    await using stack = await ProgramStack.create(files(body), { wire });
    const preview = await stack.preview();
    expect(preview.errors).toEqual([]);
    await stack.mustUp();
    const outputs = await (await stack.stack()).outputs({ showSecrets: true });
    expect(outputs).toEqual({
      found: { text: 'found 100' },
      after: { text: 'found x' },
      secret: { text: 'found canary' },
      upper: { upper: 'CANARY' },
      name: { name: 'a shelf' },
    });
    const { resources } = await stack.exported();
    expect(JSON.stringify(resources).toLowerCase()).not.toContain('canary');
    expect(resources.map(({ urn }) => urn.split('::').at(-1))).not.toContain('default');
  });
});

test.each([
  ["pulumi.runtime.invokeOutput('shelf:index:fail', { text: 'x' })", 'not today'],
  ["pulumi.runtime.invokeOutput('shelf:index:crash', { text: 'x' })", 'out of order'],
  [
    "pulumi.runtime.call('shelf:index:Book/refuse', { text: 'x' })",
    "call to function 'shelf:index:Book/refuse' failed: cannot\n\t\t- property text with value '{x}' has a problem: too long",
  ],
])('%s fails the operation with the provider`s own words', async (expression, words) => {
  await using stack = await ProgramStack.create(files(`export const answer = ${expression};\n`));
  const { result, errors } = await stack.up();
  expect(result).toBe('failed');
  expect(errors.join('\n')).toContain(words);
});
