import { Secret, Unknown, type Urn } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const program = `import * as pulumi from '@pulumi/pulumi';
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs) {
    return { id: 'thing', outs: { ...inputs, address: 'somewhere' } };
  },
};
class Thing extends pulumi.dynamic.Resource {
  declare readonly address: pulumi.Output<string>;
  constructor(name: string, props: object, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { address: undefined, ...props }, opts);
  }
}
class Group extends pulumi.ComponentResource {
  readonly thing: Thing;
  constructor(name: string) {
    super('test:index:Group', name);
    this.thing = new Thing('inside', {}, { parent: this });
    this.registerOutputs({ address: this.thing.address });
  }
}
const first = new Thing('first', {});
const group = new Group('group');
new Thing('second', {
  plain: first.address,
  made: pulumi.interpolate\`http://\${first.address}/\`,
  shut: pulumi.secret(first.address),
  nested: [{ of: group.thing.address }],
}, { dependsOn: [group] });
`;

describe.each(wires)('over the %s wire', (wire) => {
  test('a preview of a real program traces what is unknown to where it will come from', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': program }, { wire });
    const run = await stack.preview();
    expect(run.errors).toEqual([]);
    const started = run.events.flatMap((event) => (event.kind === 'step-started' ? [event.step] : []));
    const urnOf = (name: string) => started.find(({ urn }) => urn.endsWith(`::${name}`))!.urn;
    const from = (urn: Urn) => new Unknown({ urn, after: 'create' });
    const { inputs } = started.find(({ urn }) => urn.endsWith('::second'))!.new!;
    expect(inputs).toMatchObject({
      plain: from(urnOf('first')),
      made: from(urnOf('first')),
      shut: new Secret(from(urnOf('first'))),
      nested: [{ of: from(urnOf('inside')) }],
    });
  });
});
