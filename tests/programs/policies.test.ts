import { describe, expect, test } from 'vitest';
import { type ProgramRun, ProgramStack, type Wire, wires } from './harness/program-stack.ts';

const program = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Books implements pulumi.dynamic.ResourceProvider {
  async check(_olds: any, news: any) { return { inputs: news }; }
  async create(inputs: any) { return { id: inputs.title, outs: inputs }; }
  async update(_id: string, _olds: any, news: any) { return { outs: news }; }
}
class Book extends pulumi.dynamic.Resource {
  declare readonly title: pulumi.Output<string>;
  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super(new Books(), name, { title: undefined, ...args }, opts);
  }
}
for (const title of config.require('titles').split(','))
  new Book(title, { title, code: config.getSecret('code') }, { additionalSecretOutputs: ['code'] });
`;

const pack = `const { PolicyPack } = require('@pulumi/policy');
const isBook = (args) => args.props.title !== undefined;
new PolicyPack('library', {
  policies: [
    {
      name: 'short-title',
      description: 'A title is short',
      enforcementLevel: 'mandatory',
      configSchema: { properties: { max: { type: 'integer', default: 5 } } },
      validateResource: (args, report) => {
        if (isBook(args) && args.props.title.length > args.getConfig().max) report('"' + args.props.title + '" is too long ' + (args.props.code ?? ''));
      },
    },
    {
      name: 'no-x',
      description: 'Rather not x',
      enforcementLevel: 'advisory',
      validateResource: (args, report) => { if (isBook(args) && args.props.title === 'x') report('x is no title'); },
    },
    {
      name: 'capital',
      description: 'Titles begin with a capital',
      enforcementLevel: 'remediate',
      remediateResource: (args) =>
        isBook(args) && args.props.title === 'small' ? { ...args.props, title: 'Small' } : undefined,
    },
    {
      name: 'few',
      description: 'Not too many',
      enforcementLevel: 'mandatory',
      validateStack: (args, report) => {
        const books = args.resources.filter(({ props }) => props.title !== undefined);
        if (books.length > 2) report(books.length + ' books');
      },
    },
  ],
});
`;

async function create(wire: Wire, titles: string, more: { readonly [file: string]: string } = {}) {
  const stack = await ProgramStack.create(
    {
      'index.ts': program,
      'pack/PulumiPolicy.yaml': 'runtime: nodejs\n',
      'pack/package.json': '{"name":"pack","version":"0.0.1","main":"index.js"}',
      'pack/index.js': pack,
      ...more,
    },
    { wire },
  );
  await stack.config('titles', titles);
  return stack;
}

const packs = ({ dir }: ProgramStack, configFile?: string) => ({
  policyPacks: [{ place: 'pack', root: dir, ...(configFile === undefined ? {} : { configFile }) }],
});

const violations = ({ events }: ProgramRun) =>
  events.flatMap((event) =>
    event.kind === 'policy-violated'
      ? [`${event.violation.level} ${event.violation.policy} ${event.violation.urn.split('::').at(-1)}`]
      : [],
  );

describe.each(wires)('over the %s wire', (wire) => {
  test('a preview shows all violations and fails; an update stops at the first, before anything is made of it', async () => {
    await using stack = await create(wire, 'far too long,much too long,x');
    const preview = await stack.preview(packs(stack));
    expect(preview.result).toBe('failed');
    expect(violations(preview).sort()).toEqual([
      'advisory no-x x',
      'mandatory short-title far too long',
      'mandatory short-title much too long',
    ]);
    const up = await stack.up(packs(stack));
    expect(up.result).toBe('failed');
    expect(up.errors).toEqual(['update failed']);
    expect((await stack.exported()).resources.filter(({ id }) => String(id).includes('too long'))).toEqual([]);
    expect((await stack.up()).result).toBe('succeeded');
  });

  test('remediations change what is made, and the next update finds nothing to do', async () => {
    await using stack = await create(wire, 'small');
    const run = await stack.mustUp(packs(stack));
    const remediations = run.events.flatMap((event) =>
      event.kind === 'policy-remediated' ? [[event.remediation.before.title, event.remediation.after.title]] : [],
    );
    expect(remediations).toEqual([['small', 'Small']]);
    expect((await stack.exported()).resources.at(-1)).toMatchObject({ id: 'Small', outputs: { title: 'Small' } });
    const again = await stack.mustUp(packs(stack));
    expect(again.report.summary.changes).toEqual({ same: 2 });
    expect(again.report.summary.policyPacks).toEqual({ 'library|local|pack': '0.0.1' });
  });

  test('a policy of the stack looks at all that has come of it, and fails the operation', async () => {
    await using stack = await create(wire, 'a,b,c');
    const run = await stack.up(packs(stack));
    expect([run.result, violations(run)]).toEqual(['failed', ['mandatory few proj-dev']]);
    expect((await stack.exported()).resources).toHaveLength(5);
  });

  test('secrets that a policy sees are told to nobody, and stay secret through a remediation', async () => {
    await using stack = await create(wire, 'far too long,small');
    await stack.config('code', 'canary-code', { secret: true });
    const preview = await stack.preview(packs(stack));
    expect(violations(preview)).toEqual(['mandatory short-title far too long']);
    await stack.config('titles', 'small');
    const up = await stack.mustUp(packs(stack));
    const told = [...preview.events, ...up.events].filter(
      ({ kind }) => kind !== 'step-started' && kind !== 'step-succeeded',
    );
    expect(JSON.stringify(told)).not.toContain('canary-code');
    expect(JSON.stringify(await stack.exported())).not.toContain('canary-code');
  });
});

test('policies are configured by a file, which is checked', async () => {
  await using stack = await create('quick', 'far too long', {
    'lax.json': '{"short-title": {"max": 20}}',
    'mild.json': '{"all": "advisory"}',
    'wrong.json': '{"short-title": {"max": "many"}}',
    'unknown.json': '{"shrt-title": "advisory"}',
  });
  expect(violations(await stack.mustUp(packs(stack, 'lax.json')))).toEqual([]);
  expect(violations(await stack.mustUp(packs(stack, 'mild.json')))).toEqual(['advisory short-title far too long']);
  const wrong = await stack.up(packs(stack, 'wrong.json'));
  expect(wrong.errors.join('\n')).toMatch(/policy "short-title" of pack "library"[\s\S]*max: must be integer/);
  const unknown = await stack.up(packs(stack, 'unknown.json'));
  expect(unknown.errors.join('\n')).toContain('has no policy "shrt-title"');
});

test('a pack that cannot be started, or dies, is named, and nothing is made', async () => {
  await using stack = await create('quick', 'a', {
    'broken/PulumiPolicy.yaml': 'runtime: nodejs\n',
    'broken/package.json': '{"name":"broken","version":"0.0.1","main":"index.js"}',
    'broken/index.js': "throw new Error('no such thing');",
    'dying/PulumiPolicy.yaml': 'runtime: nodejs\n',
    'dying/package.json': '{"name":"dying","version":"0.0.1","main":"index.js"}',
    'dying/index.js': `const { PolicyPack } = require('@pulumi/policy');
new PolicyPack('dying', { policies: [{ name: 'dies', description: 'd', enforcementLevel: 'advisory', validateResource: () => process.exit(3) }] });`,
  });
  for (const [place, reason] of [
    ['nowhere', 'there is no policy pack at nowhere'],
    ['broken', 'no such thing'],
    ['dying', 'the policy pack dying'],
  ] as const) {
    const run = await stack.up({ policyPacks: [{ place, root: stack.dir }] });
    expect([run.result, run.errors.join('\n')]).toEqual(['failed', expect.stringContaining(reason)]);
    expect(run.steps.filter((step) => step.startsWith('create a'))).toEqual([]);
  }
});
