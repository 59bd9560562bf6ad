import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

describe.each(wires)('over the %s wire', (wire) => {
  test('a program with components and outputs is recorded, and a second update changes nothing', async () => {
    await using program = await ProgramStack.create(
      {
        'index.ts': `import * as pulumi from '@pulumi/pulumi';
class Group extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super('test:index:Group', name, {}, opts);
    this.registerOutputs({ size: 1 });
  }
}
const outer = new Group('outer');
new Group('inner', { parent: outer });
export const greeting = pulumi.secret('hello');
`,
      },
      { wire },
    );
    const first = await program.mustUp();
    expect(first.steps).toEqual(expect.arrayContaining(['create outer', 'create inner', 'create proj-dev']));
    const again = await program.mustUp();
    expect(again.report.summary.changes).toEqual({ same: 3 });
    expect((await program.resource('inner')).urn).toContain('test:index:Group$test:index:Group::inner');
    const stack = await program.stack();
    expect(await stack.outputs()).toEqual({ greeting: '[secret]' });
  });
});
