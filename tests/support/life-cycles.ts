/** A program with what it becomes, for a life in the style of Pulumi's own integration tests. */
export interface LifeCycle {
  readonly name: string;
  readonly config?: readonly string[];
  /** Each with what an update by it changes; the first on an empty stack. */
  readonly versions: readonly {
    readonly source: string;
    readonly changes: { readonly [op: string]: number };
    readonly files?: { readonly [file: string]: string };
  }[];
  /** What must be nowhere but in the configuration. */
  readonly canary?: string;
}

type Version = LifeCycle['versions'][number];

/**
 * `new Thing(name, {kind, text, …}, options)`: a file in the folder `world`, of the name `<kind>.json`, or of a random one
 * without `kind`. Another kind is another file.
 */
export const thingModule = `const pulumi = require('@pulumi/pulumi');
class Things {
  async diff(id, olds, news) {
    const keys = Object.keys({ ...olds, ...news }).filter((key) => key !== '__provider' && key !== 'serial');
    const changed = keys.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
    return { changes: changed.length > 0, replaces: changed.includes('kind') ? ['kind'] : [], deleteBeforeReplace: news.first === true };
  }
  async create(inputs) {
    const { writeFileSync } = require('node:fs');
    const { randomUUID } = require('node:crypto');
    const id = inputs.kind ?? randomUUID();
    const { __provider, ...kept } = inputs;
    writeFileSync('world/' + id + '.json', JSON.stringify(kept), { flag: 'wx' });
    return { id, outs: { ...inputs, serial: 'serial-of-' + (inputs.text ?? 'nothing') } };
  }
  async read(id, props) {
    const { existsSync } = require('node:fs');
    return existsSync('world/' + id + '.json') ? { id, props } : {};
  }
  async update(id, olds, news) {
    const { writeFileSync } = require('node:fs');
    const { __provider, ...kept } = news;
    writeFileSync('world/' + id + '.json', JSON.stringify(kept));
    return { outs: { ...news, serial: 'serial-of-' + (news.text ?? 'nothing') } };
  }
  async delete(id) { require('node:fs').rmSync('world/' + id + '.json'); }
}
class Thing extends pulumi.dynamic.Resource {
  constructor(name, inputs, options) { super(new Things(), name, { serial: undefined, ...inputs }, options); }
}
class Group extends pulumi.ComponentResource {
  constructor(name, options) { super('app:index:Group', name, {}, options); }
}
module.exports = { Thing, Group };
`;

const canary = 'canary-4711';

export const lifeCycles: readonly LifeCycle[] = [
  {
    name: 'one thing',
    config: ['text=hello'],
    versions: [
      {
        source: `const thing = new Thing('only', { text: config.require('text') });\nexports.serial = thing.serial;`,
        changes: { create: 2 },
      },
      {
        source: `const thing = new Thing('only', { text: config.require('text') + ' again' });\nexports.serial = thing.serial;`,
        changes: { same: 1, update: 1 },
      },
      { source: `exports.gone = true;`, changes: { same: 1, delete: 1 } },
    ],
  },
  {
    name: 'a chain whose head is replaced',
    versions: ['a', 'b'].map(
      (kind, index): Version => ({
        source: `let before = new Thing('head', { kind: 'head-${kind}', text: '${kind}' });
for (const name of ['two', 'three', 'four']) before = new Thing(name, { text: before.serial }, { dependsOn: before });`,
        changes: index === 0 ? { create: 5 } : { same: 1, replace: 1, update: 3 },
      }),
    ),
  },
  {
    name: 'components, one of which is renamed',
    versions: [
      {
        source: `const group = new Group('old');\nnew Thing('inner', { text: 'x' }, { parent: new Group('nested', { parent: group }) });`,
        changes: { create: 4 },
      },
      {
        source: `const group = new Group('new', { aliases: [{ name: 'old' }] });
new Thing('inner', { text: 'x' }, { parent: new Group('nested', { parent: group }) });`,
        changes: { same: 4 },
      },
    ],
  },
  {
    name: 'secrets',
    config: [`--secret token=${canary}`],
    canary,
    versions: ['one', 'two'].map(
      (text, index): Version => ({
        source: `const thing = new Thing('guarded', { text: '${text}', token: config.requireSecret('token') }, { additionalSecretOutputs: ['serial'] });
exports.token = thing.token ?? config.requireSecret('token');\nexports.serial = thing.serial;`,
        changes: index === 0 ? { create: 2 } : { same: 1, update: 1 },
      }),
    ),
  },
  {
    name: 'a thing whose successor takes its place',
    versions: ['a', 'b'].map(
      (kind, index): Version => ({
        source: `new Thing('heir', { kind: '${kind}', first: true });`,
        changes: index === 0 ? { create: 2 } : { same: 1, replace: 1 },
      }),
    ),
  },
  {
    name: 'protection that is taken away',
    versions: [
      { source: `new Thing('guarded', { text: 'x' }, { protect: true });`, changes: { create: 2 } },
      { source: `new Thing('guarded', { text: 'x' }, { protect: false });`, changes: { same: 2 } },
      { source: ``, changes: { same: 1, delete: 1 } },
    ],
  },
  {
    name: 'ignored and forced changes',
    versions: ['a', 'b'].map(
      (text, index): Version => ({
        source: `new Thing('still', { text: '${text}' }, { ignoreChanges: ['text'] });
new Thing('forced', { text: '${text}' }, { replaceOnChanges: ['text'] });`,
        changes: index === 0 ? { create: 3 } : { same: 2, replace: 1 },
      }),
    ),
  },
  {
    name: 'assets',
    versions: ['first', 'second'].map(
      (text, index): Version => ({
        source: `new Thing('text', { asset: new pulumi.asset.StringAsset('${text}') });
new Thing('file', { archive: new pulumi.asset.FileArchive('./folder') });`,
        files: { 'folder/page.txt': 'the same' },
        changes: index === 0 ? { create: 3 } : { same: 2, update: 1 },
      }),
    ),
  },
  {
    name: 'transforms of the stack',
    versions: ['red', 'blue'].map(
      (colour, index): Version => ({
        source: `pulumi.runtime.registerStackTransform((args) => args.type.startsWith('pulumi-nodejs') ? { props: { ...args.props, colour: '${colour}' }, opts: args.opts } : undefined);
new Thing('a', { text: 'a' });\nnew Thing('b', { text: 'b' }, { parent: new Group('group') });`,
        changes: index === 0 ? { create: 4 } : { same: 2, update: 2 },
      }),
    ),
  },
  {
    name: 'many things, half of which go',
    versions: [40, 20].map(
      (count, index): Version => ({
        source: `for (let index = 0; index < ${count}; index += 1) new Thing('thing-' + index, { text: String(index) });`,
        changes: index === 0 ? { create: 41 } : { same: 21, delete: 20 },
      }),
    ),
  },
  {
    name: 'another name for what goes with its host',
    versions: [
      {
        source: `const host = new Thing('host', { kind: 'host' });\nnew Thing('guest', { text: 'x' }, { dependsOn: host });`,
        changes: { create: 3 },
      },
      {
        source: `const host = new Thing('host-2', { kind: 'host' }, { aliases: [{ name: 'host' }] });
new Thing('guest', { text: 'x' }, { dependsOn: host });\nexports.host = host.urn;`,
        changes: { same: 3 },
      },
    ],
  },
];
