import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';

export const repository = path.resolve(import.meta.dirname, '../..');

/** A program in a folder of its own, and the same program already transpiled, for the floor. */
export interface BenchProgram {
  readonly name: string;
  readonly dir: string;
  readonly floorDir: string;
}

export async function makeWorkshop(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'radiant-bench-'));
  await symlink(path.join(repository, 'node_modules'), path.join(dir, 'node_modules'));
  return dir;
}

/** A copy of an example. */
export async function exampleProgram(workshop: string, name: string): Promise<BenchProgram> {
  const dir = path.join(workshop, name);
  await cp(path.join(repository, 'examples', name), dir, {
    recursive: true,
    filter: (source) => !source.includes('node_modules'),
  });
  return { name, dir, floorDir: await transpiled(workshop, name, dir) };
}

/** `count` ConfigMaps in one stack, named so that programs of several sizes can be deployed side by side. */
export async function configMapsProgram(workshop: string, count: number): Promise<BenchProgram> {
  const name = `configmaps-${count}`;
  const dir = path.join(workshop, name);
  await mkdir(dir);
  await cp(path.join(repository, 'examples/day-service/tsconfig.json'), path.join(dir, 'tsconfig.json'));
  await writeFile(path.join(dir, 'package.json'), JSON.stringify({ name, private: true, main: 'index.ts' }));
  await writeFile(path.join(dir, 'Pulumi.yaml'), `name: ${name}\nruntime: nodejs\n`);
  await writeFile(
    path.join(dir, 'index.ts'),
    `import * as k8s from '@pulumi/kubernetes';
for (let index = 0; index < ${count}; index += 1) {
  new k8s.core.v1.ConfigMap(\`cm-${count}-\${index}\`, {
    metadata: { name: \`cm-${count}-\${index}\`, namespace: 'default', labels: { app: 'bench' } },
    data: { INDEX: String(index), LOG_LEVEL: 'INFO' },
  });
}
`,
  );
  return { name, dir, floorDir: await transpiled(workshop, name, dir) };
}

export async function transpiled(workshop: string, name: string, dir: string): Promise<string> {
  const floorDir = path.join(workshop, `${name}-floor`);
  await mkdir(floorDir);
  const source = await readFile(path.join(dir, 'index.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  await writeFile(path.join(floorDir, 'index.js'), outputText);
  await writeFile(path.join(floorDir, 'package.json'), JSON.stringify({ name, private: true, main: 'index.js' }));
  return floorDir;
}
