import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ProgramOptions } from '../program/program.ts';
import { folderWith, programWith } from '../testing/program-folder.ts';
import { runStock } from '../testing/run-stock.ts';
import { type EndedProgram, runToEnd } from '../testing/run-to-end.ts';

// Each of these starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

/** All that a program says to its monitor but debug logs, which name the loader. */
function said({ monitor, result, stdout }: EndedProgram): unknown {
  return {
    result,
    stdout,
    // What is declared at the same time arrives in whichever order the answers before it came.
    registered: monitor.calls
      .filter(({ method }) => method.startsWith('registerResource'))
      .map((call) => JSON.stringify(call))
      .sort()
      .map((text) => JSON.parse(text)),
    logged: monitor.logged(),
  };
}

/** Runs the program as the stock loader does and as we do: twice, since the second run finds what the first has kept; over both wires. */
async function expectSame(files: Readonly<Record<string, string>>, changes: Partial<ProgramOptions> = {}) {
  return await expectSameIn(programWith(files), changes);
}

async function expectSameIn(folder: string, changes: Partial<ProgramOptions> = {}) {
  const stock = await runStock(folder, changes);
  for (const wire of ['grpc', 'quick'] as const)
    expect(said(await runToEnd(folder, { ...changes, wire })), `over the ${wire} wire`).toEqual(said(stock));
  return stock;
}

const dynamicProvider = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { target: 'es2020', module: 'commonjs', moduleResolution: 'node', strict: true },
  }),
  'lib/naming.ts': `
    export enum Tone { Loud = 'loud', Quiet = 'quiet' }
    export const enum Level { Low = 1, High }
    export interface Naming { prefix: string }
    export const helper = (name: string, naming?: Naming) => \`\${naming?.prefix ?? 'none'}-\${name}-\${Tone.Loud}\`;
    export class Counter { private static count = 0; next<T extends number>(by: T): number { return (Counter.count += by); } }
  `,
  'index.ts': `
    import * as pulumi from '@pulumi/pulumi';
    import { helper, Counter, type Naming } from './lib/naming';

    const naming: Naming = { prefix: 'p' };
    const counter = new Counter();

    class GreetingProvider implements pulumi.dynamic.ResourceProvider {
      async create(inputs: { name: string }): Promise<pulumi.dynamic.CreateResult> {
        const [first, ...rest] = [inputs.name, 'b', 'c'];
        return { id: helper(first!, naming), outs: { ...inputs, rest, n: counter.next(1) } };
      }
      async update(id: string, olds: any, news: any) {
        const merged = { ...olds, ...news } as const;
        try { return { outs: merged } satisfies pulumi.dynamic.UpdateResult; } catch { return {}; }
      }
    }

    class Greeting extends pulumi.dynamic.Resource {
      constructor(name: string, props: { name: pulumi.Input<string> }, opts?: pulumi.CustomResourceOptions) {
        super(new GreetingProvider(), name, props, opts);
      }
    }

    class Group extends pulumi.ComponentResource {
      readonly members: Greeting[];
      constructor(name: string) {
        super('test:index:Group', name);
        this.members = ['a', 'b'].map((each) => new Greeting(\`\${name}-\${each}\`, { name: each }, { parent: this }));
        this.registerOutputs({ count: this.members.length });
      }
    }

    const make = (name: string) => new Group(name);
    make('first');
    (function () { new Greeting('anonymous', { name: 'x' }); })();
    eval("make('evaluated')");
    export const later = (async () => {
      await null;
      new Greeting('awaited', { name: 'y' });
      const group = await Promise.all([1].map(async (n) => { await null; return new Group('all-' + n); }));
      return group.length;
    })();
    export const applied = pulumi.output('z').apply((name) => new Greeting('applied', { name }).urn);
  `,
};

test('dynamic providers, positions and traces of resources are what the stock loader makes them', async () => {
  const stock = await expectSame(dynamicProvider);
  const registered = stock.monitor.calls.filter(({ method }) => method === 'registerResource');
  expect(registered.length).toBe(13);
  expect(JSON.stringify(registered)).toContain('__provider');
  expect(JSON.stringify(registered)).toContain('index.ts');
});

test('without a tsconfig the options are those of the stock loader', async () => {
  const { 'tsconfig.json': _, ...files } = dynamicProvider;
  await expectSame(files);
});

test('options that a tsconfig extends are those of the stock loader', async () => {
  await expectSame({
    ...dynamicProvider,
    'tsconfig.json': JSON.stringify({ extends: './config/base', compilerOptions: { strict: true } }),
    'config/base.json': `{ // what all share\n "compilerOptions": { "target": "es2016", "removeComments": true, "importHelpers": false, "useUnknownInCatchVariables": false, } }`,
  });
});

test('an error that is thrown deep in a program is reported as by the stock loader', async () => {
  await expectSame({
    'lib/deep.ts': `
      export class Deep {
        get value(): string { throw new RangeError('deep'); }
        static of(list: number[]) { return list.map((n) => { return new Deep().value + n; }); }
      }`,
    'index.ts': `import { Deep } from './lib/deep';\nasync function go() { await null; Deep.of([1, 2]); }\ngo();`,
  });
});

test('an ES module that Node can load itself is what the stock loader makes it', async () => {
  await expectSame({
    'package.json': '{"type":"module"}',
    'lib/helper.ts': `export const helper = (s: string): string => s + '!';`,
    'index.ts': `
      import * as pulumi from '@pulumi/pulumi';
      import { helper } from './lib/helper.ts';
      interface Inputs { name: string }
      class Provider implements pulumi.dynamic.ResourceProvider {
        async create(inputs: Inputs): Promise<pulumi.dynamic.CreateResult> { return { id: helper(inputs.name), outs: {} }; }
      }
      class Greeting extends pulumi.dynamic.Resource {
        constructor(name: string) { super(new Provider(), name, { name }); }
      }
      new Greeting('a');
      export const there = await Promise.resolve(1);`,
  });
});

test('what only a view of all sources tells is as the stock loader has it: constant enums, types exported again', async () => {
  await expectSame({
    'tsconfig.json': dynamicProvider['tsconfig.json'],
    'lib/levels.ts': `export const enum Level { Low = 1, High = 'high' }\nexport enum Plain { A = Level.Low }\nexport interface Shape { side: number }`,
    'lib/types.d.ts': 'export interface Declared { d: string }',
    'lib/index.ts': `
      import { Level, Shape } from './levels';
      export { Level, Shape, Plain } from './levels';
      export { Declared } from './types';
      export { Shape as Form };
      const enum Local { One = 1 }
      export const level = () => [Level.High, Local.One];`,
    'index.ts': `
      import * as pulumi from '@pulumi/pulumi';
      import { Level, level, Plain, Shape, Declared } from './lib';
      import * as all from './lib';
      class Provider implements pulumi.dynamic.ResourceProvider {
        async create(inputs: Shape & Declared) { return { id: Level.High + level() + Plain.A, outs: { n: Level.Low, keys: Object.keys(all) } }; }
      }
      class Square extends pulumi.dynamic.Resource { constructor() { super(new Provider(), 'square', {}); } }
      new Square();
      console.log(Object.keys(all), Level.High);
      export { Shape, Declared };`,
  });
});

const repository = join(import.meta.dirname, '../../../..');

test.each([
  ['the tour of options', 'tests/recordings/fixtures/tour/program'],
  ['the Day service', 'examples/day-service'],
])('%s is what the stock loader makes it: positions, traces and providers of every resource', async (_, program) => {
  const folder = folderWith({});
  cpSync(join(repository, program), folder, { recursive: true, filter: (source) => !source.includes('node_modules') });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const { monitor } = await expectSameIn(folder);
  const registered = monitor.calls.filter(({ method }) => method === 'registerResource');
  expect(registered.length).toBeGreaterThan(5);
});

test('a promise that never settles is told of at the end, as by the stock SDK', async () => {
  const stock = await expectSame({
    'index.ts': `import * as pulumi from '@pulumi/pulumi';
      class Box extends pulumi.CustomResource { constructor(name: string, value: any) { super('test:index:Box', name, { value }); } }
      new Box('settled', 1);
      new Box('waiting', new Promise(() => {}));`,
  });
  expect(stock.result.kind).not.toBe('finished');
});
