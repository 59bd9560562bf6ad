import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const thing = (name: string) => `**::${name}`;

/** Dynamic resources `base`, `follower` of it, `other` and, when asked for, `extra`; one of them may fail. */
const program = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
const size = config.requireNumber('size');
const failing = config.get('failing');
const provider: pulumi.dynamic.ResourceProvider = {
  async diff(_id, olds, news) {
    return { changes: olds.size !== news.size || olds.of !== news.of };
  },
  async create(inputs) {
    if (inputs.fails) throw new Error('cannot create ' + inputs.name);
    return { id: inputs.name, outs: { ...inputs, serial: 'serial of ' + inputs.name } };
  },
  async update(_id, _olds, news) {
    if (news.fails) throw new Error('cannot update ' + news.name);
    return { outs: { ...news, serial: 'serial of ' + news.name } };
  },
};
class Thing extends pulumi.dynamic.Resource {
  declare readonly serial: pulumi.Output<string>;
  constructor(name: string, inputs: object = {}, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { name, size, serial: undefined, fails: failing === name, ...inputs }, opts);
  }
}
const base = new Thing('base');
const follower = new Thing('follower', { of: base.serial });
new Thing('other');
const extra = config.getBoolean('extra') ? new Thing('extra') : undefined;
export const serial = (extra ?? follower).serial;
`;

async function deployed(wire: (typeof wires)[number]): Promise<ProgramStack> {
  const stack = await ProgramStack.create({ 'index.ts': program }, { wire });
  await stack.config('size', '1');
  await stack.mustUp();
  await stack.config('size', '2');
  return stack;
}

async function sizes(stack: ProgramStack): Promise<object> {
  const { resources } = await stack.exported();
  const things = resources.filter(({ type }) => type.startsWith('pulumi-nodejs:'));
  return Object.fromEntries(things.map(({ urn, inputs }) => [urn.split('::').at(-1), inputs?.size]));
}

describe.each(wires)('over the %s wire', (wire) => {
  test('targets, their dependents and excludes bound an update', async () => {
    await using stack = await deployed(wire);
    const { steps } = await stack.mustUp({ targets: [thing('base')] });
    expect(steps).toEqual(expect.arrayContaining(['update base', 'same follower', 'same other']));
    await stack.mustUp({ excludes: [thing('other')] });
    expect(await sizes(stack)).toEqual({ base: 2, follower: 2, other: 1 });
  }, 60_000);

  test('what is not made is unknown, also in an update, and the stack keeps the outputs it had', async () => {
    await using stack = await deployed(wire);
    await stack.config('extra', 'true');
    const { result, report } = await stack.up({ targets: [thing('base')] });
    expect(result).toBe('succeeded');
    expect(report.outputs).toEqual({ serial: 'serial of follower' });
    expect(await sizes(stack)).toEqual({ base: 2, follower: 1, other: 1 });
  }, 60_000);

  test('a destruction of targets leaves the rest, and one with an exclude leaves that', async () => {
    await using stack = await deployed(wire);
    expect((await stack.destroy({ targets: [thing('base')] })).errors[0]).toContain(
      'will be destroyed but was not specified in --target list',
    );
    const { steps } = await stack.destroy({ targets: [thing('base')], targetDependents: true });
    expect(steps).toEqual(expect.arrayContaining(['delete follower', 'delete base', 'same other']));
    expect(await sizes(stack)).toEqual({ other: 1 });
    await stack.mustUp();
    const excluding = await stack.destroy({ excludes: [thing('other')] });
    expect(excluding.errors).toEqual([]);
    expect(excluding.steps).toEqual(expect.arrayContaining(['delete follower', 'delete base', 'same other']));
    expect(await sizes(stack)).toEqual({ other: 2 });
  }, 60_000);

  test('an update that continues on errors does what does not depend on the failure', async () => {
    await using stack = await deployed(wire);
    await stack.config('failing', 'base');
    const { result, errors } = await stack.up({ continueOnError: true });
    expect(result).toBe('failed');
    expect(errors.join('\n')).toContain('cannot update base');
    expect(await sizes(stack)).toEqual({ base: 1, follower: 1, other: 2 });
  }, 60_000);
});
