import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const program = `import * as pulumi from '@pulumi/pulumi';
import * as crypto from 'node:crypto';
const config = new pulumi.Config();
const salt = 'outer';
class Notes implements pulumi.dynamic.ResourceProvider {
  async check(_olds: any, news: any) {
    return { inputs: news, failures: news.text === '' ? [{ property: 'text', reason: 'say something' }] : [] };
  }
  async diff(_id: string, olds: any, news: any) {
    return { changes: olds.text !== news.text || olds.kind !== news.kind, replaces: olds.kind !== news.kind ? ['kind'] : [] };
  }
  async create(inputs: any) {
    if (inputs.text === 'refuse') throw new Error('the disk says no');
    console.log('writing ' + inputs.kind);
    return { id: 'note-' + inputs.kind, outs: { ...inputs, sum: crypto.createHash('md5').update(salt + inputs.text).digest('hex') } };
  }
  async update(_id: string, _olds: any, news: any) { return { outs: { ...news, sum: 'updated ' + news.text } }; }
  async delete() {}
}
class Note extends pulumi.dynamic.Resource {
  declare readonly sum: pulumi.Output<string>;
  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super(new Notes(), name, { sum: undefined, ...args }, opts);
  }
}
const first = new Note('first', { kind: config.get('kind') ?? 'a', text: config.get('text') ?? 'hello', token: config.getSecret('token') });
new Note('second', { kind: 'b', text: first.sum });
export const sum = first.sum;
`;

describe.each(wires)('dynamic providers over the %s wire', (wire) => {
  test('are created, left alone, updated, replaced and deleted by the code that the resources carry', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': program }, { wire });
    const first = await stack.mustUp();
    expect(first.report.summary.changes).toEqual({ create: 3 });
    expect(first.diagnostics.map(({ message }) => message)).toContain('writing a');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
    await stack.config('text', 'changed');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 1, update: 2 });
    await stack.config('kind', 'c');
    expect((await stack.mustUp()).steps).toContain('replace first');
    expect((await stack.resource('first')).id).toBe('note-c');
    expect((await stack.destroy()).report.summary.changes).toEqual({ delete: 3 });
  });

  test('tell their failures, and keep what a secret input touches secret', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': program }, { wire });
    await stack.config('token', 'canary-in-the-mine', { secret: true });
    await stack.config('text', 'refuse');
    const refused = await stack.up();
    expect(refused.result).toBe('failed');
    expect(refused.errors.join('\n')).toContain('the disk says no');
    await stack.config('text', '');
    expect((await stack.up()).errors.join('\n')).toContain('say something');
    await stack.config('text', 'fine');
    await stack.mustUp();
    expect(JSON.stringify(await stack.exported())).not.toContain('canary-in-the-mine');
    expect(JSON.stringify(await stack.exported(true))).toContain('canary-in-the-mine');
  });
});
