import type { Lab } from './radiant.ts';

/** A program of `count` ConfigMaps in namespace default, in a folder of its own, with its stack made. */
export async function configMapsProgram(lab: Lab, name: string, count: number, extra = ''): Promise<string> {
  const dir = await lab.program(name, {
    'package.json': JSON.stringify({ name, private: true, main: 'index.js' }),
    'Pulumi.yaml': `name: ${name}\nruntime: nodejs\n`,
    'index.js': `const k8s = require('@pulumi/kubernetes');
for (let index = 0; index < ${count}; index += 1) {
  new k8s.core.v1.ConfigMap('cm-' + index, {
    metadata: { name: '${name}-' + index, namespace: 'default', labels: { stack: '${name}' } },
    data: { index: String(index) },
  });
}
${extra}
`,
  });
  await lab.must(dir, 'stack', 'select', 'dev', '--create');
  return dir;
}

/** The names of the ConfigMaps that a program of `configMapsProgram` made, as the cluster has them. */
export async function configMapNames(lab: Lab, name: string): Promise<string[]> {
  const { stdout } = await lab.kubectl('get', 'configmaps', '-n', 'default', '-l', `stack=${name}`, '-o', 'name');
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

export function expectedNames(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `configmap/${name}-${index}`).sort();
}
