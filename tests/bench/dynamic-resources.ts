import { cp, mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Command } from './measure.ts';
import { type BenchProgram, repository, transpiled } from './programs.ts';

/** What the resources of `dynamicProgram` carry, as the SDK serialises it, near enough. */
const providerText = `exports.handler = __f0;
var __f1_prototype = {};
Object.defineProperty(__f1_prototype, "constructor", { configurable: true, writable: true, value: __f1 });
Object.defineProperty(__f1_prototype, "create", { configurable: true, writable: true, value: __f2 });
function __f1() { return (function () { with({ }) { return function () { }; } }).apply(undefined, undefined).apply(this, arguments); }
function __f2(__0) { return (function () { with({ }) { return async function (inputs) { return { id: 'id-' + inputs.index, outs: inputs }; }; } }).apply(undefined, undefined).apply(this, arguments); }
function __f0() { return (function () { with({ provider: Object.create(__f1_prototype) }) { return () => provider; } }).apply(undefined, undefined).apply(this, arguments); }
`;

/** `count` resources whose provider is part of the program. */
export async function dynamicProgram(workshop: string, count: number): Promise<BenchProgram> {
  const name = `dynamic-${count}`;
  const dir = path.join(workshop, name);
  await mkdir(dir);
  await cp(path.join(repository, 'examples/day-service/tsconfig.json'), path.join(dir, 'tsconfig.json'));
  await writeFile(path.join(dir, 'package.json'), JSON.stringify({ name, private: true, main: 'index.ts' }));
  await writeFile(path.join(dir, 'Pulumi.yaml'), `name: ${name}\nruntime: nodejs\n`);
  await writeFile(path.join(dir, 'provider.txt'), providerText);
  await writeFile(
    path.join(dir, 'index.ts'),
    `import * as pulumi from '@pulumi/pulumi';
class Things implements pulumi.dynamic.ResourceProvider {
  async create(inputs: any) {
    return { id: 'id-' + inputs.index, outs: inputs };
  }
}
const things = new Things();
class Thing extends pulumi.dynamic.Resource {
  constructor(name: string, args: object) {
    super(things, name, args);
  }
}
for (let index = 0; index < ${count}; index += 1) new Thing(\`thing-\${index}\`, { index, label: \`thing \${index}\` });
`,
  );
  return { name, dir, floorDir: await transpiled(workshop, name, dir) };
}

/** The provider process of such a program, driven by a client that does nothing else. */
export function bareClient(program: BenchProgram, count: number): Command {
  const script = path.join(repository, 'tests/bench/bare-client.cjs');
  const parallel = String(4 * availableParallelism());
  return {
    command: process.execPath,
    args: [script, String(count), parallel, path.join(program.dir, 'provider.txt')],
    cwd: program.dir,
  };
}
