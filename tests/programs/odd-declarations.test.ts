import { describe, expect, test } from 'vitest';
import { wires } from './harness/program-stack.ts';
import { ProviderStack } from './harness/test-provider.ts';

/** What is legal for a name, though nobody should. */
const names = [
  'a::b',
  '::',
  'c$d',
  '日本',
  '😀',
  'with space',
  `quote'"`,
  'slash/back\\',
  'star*',
  '--flag',
  'new\nline',
  '..',
];
const treacherous = ['__proto__', 'constructor', 'toString'];

describe.each(wires)('over the %s wire', (wire) => {
  test('a name may hold anything, and its resource lives a life like any other', async () => {
    await using provider = await ProviderStack.create(
      `class Group extends pulumi.ComponentResource {
         constructor(name: string) {
           super('test:index:Group', name);
           new Thing('Named', 'in ' + name, { name: 'in ' + name, echo: config.get('echo') }, { parent: this });
         }
       }
       const names = ${JSON.stringify([...names, ...treacherous])};
       const groups = names.map((name) => new Group(name));
       new Thing('Echo', 'all', { echo: config.get('echo') }, { dependsOn: groups });`,
      { wire },
    );
    const { stack } = provider;
    const count = names.length + treacherous.length;
    expect((await stack.preview()).errors).toEqual([]);
    await stack.mustUp();
    for (const name of names) expect(await stack.resource(`in ${name}`)).toMatchObject({ id: `in ${name}` });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 * count + 2 });
    await stack.config('echo', 'x');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: count + 1, update: count + 1 });
    expect((await stack.refresh()).report.summary.changes).toEqual({ same: 2 * count + 2 });
    const { out } = await stack.command('preview', '--show-sames');
    expect(out).toContain('in new\\nline');
    expect((await stack.destroy()).result).toBe('succeeded');
    expect(await provider.things()).toEqual([]);
  }, 120_000);

  test('what is declared once something is known is made in the same update, and goes with the reason for it', async () => {
    await using provider = await ProviderStack.create(
      `const base = new Thing('Random', 'base', { length: config.getNumber('length') ?? 2 });
       base.result.apply((result) => {
         for (let index = 0; index < result.length; index += 1) new Thing('Echo', 'part-' + index, { echo: result });
       });`,
      { wire },
    );
    const { stack } = provider;
    expect((await stack.preview()).report.summary.changes).toEqual({ create: 2 });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ create: 4 });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 4 });
    await stack.config('length', '1');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 1, replace: 1, update: 1, delete: 1 });
    expect(await provider.things()).toEqual(['base', 'part-0']);
  });

  test('in one update a thing may get another name, lose its protection, and be deleted before its successor is made', async () => {
    await using provider = await ProviderStack.create(
      `const isNew = config.get('new') !== undefined;
       const base = new Thing('Named', isNew ? 'after' : 'before', { name: 'base', kind: isNew ? 'b' : 'a', echo: 'x' },
         isNew ? { aliases: [{ name: 'before' }], deleteBeforeReplace: true, protect: false } : { protect: true });
       const bound = new Thing('Named', 'bound', { name: 'bound', kind: base.echo });
       new Thing('Echo', 'guarded', { echo: bound.name }, { dependsOn: base, protect: true });`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    await stack.config('new', 'yes');
    const preview = await stack.preview();
    const { steps, report } = await stack.mustUp();
    expect(report.summary.changes).toEqual({ same: 2, replace: 2 });
    expect(preview.report.summary.changes.replace).toBe(2);
    const order = [
      'delete-replaced bound',
      'delete-replaced after',
      'create-replacement after',
      'create-replacement bound',
    ];
    expect(steps.filter((step) => order.includes(step))).toEqual(order);
    expect(await provider.things()).toEqual(['after', 'bound', 'guarded']);
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 4 });
  });

  test('components may be nested sixty deep, and the secrets of outputs in lists of outputs stay secret', async () => {
    await using provider = await ProviderStack.create(
      `const token = pulumi.secret(['canary-alpha', { key: pulumi.secret('canary-beta') }]);
       class Nest extends pulumi.ComponentResource {
         constructor(depth: number, parent?: pulumi.Resource) {
           super('test:index:Nest', 'nest-' + depth, {}, { parent });
           if (depth < 60) new Nest(depth + 1, this);
           else new Thing('Echo', 'leaf', { echo: [pulumi.output([pulumi.output(token), 'plain']), { of: token }] }, { parent: this });
           this.registerOutputs({ depth });
         }
       }
       new Nest(0);`,
      { wire },
    );
    const { stack } = provider;
    await stack.mustUp();
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 63 });
    expect((await stack.resource('leaf')).urn.split('$')).toHaveLength(62);
    expect(JSON.stringify(await stack.exported())).not.toContain('canary');
    expect(JSON.stringify(await provider.thing('leaf'))).toContain('"canary-alpha",{"key":"canary-beta"}');
    expect((await stack.destroy()).report.summary.changes).toEqual({ delete: 63 });
  });
});
