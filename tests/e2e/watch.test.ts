import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapNames } from '../support/config-maps.ts';
import { createLab, type Lab, repository } from '../support/radiant.ts';

// `watch` on a real program and a real cluster: what is saved is deployed, broken or not.

let lab: Lab;
let dir: string;
let program: string;
let child: ChildProcess | undefined;

const declaring = (name: string) =>
  `import * as k8s from '@pulumi/kubernetes';
import { appendFileSync } from 'node:fs';
appendFileSync('runs.log', 'run\\n');
new k8s.core.v1.ConfigMap('one', { metadata: { name: '${name}', namespace: 'default', labels: { stack: 'watched' } } });
`;

const pods = `new k8s.apps.v1.Deployment('web', {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } },
  },
});
`;

beforeAll(async () => {
  lab = await createLab();
  dir = await lab.program('watched', {
    'Pulumi.yaml': 'name: watched\nruntime: nodejs\n',
    'package.json': JSON.stringify({ name: 'watched', private: true, main: 'index.ts' }),
    'tsconfig.json': await readFile(path.join(repository, 'examples/day-service/tsconfig.json'), 'utf8'),
    'index.ts': declaring('first'),
  });
  program = path.join(dir, 'index.ts');
  await lab.must(dir, 'stack', 'init', 'dev');
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await lab.dispose();
});

/** Resolves with what was printed since the last time, once it holds `text`. */
function reader(child: ChildProcess) {
  let said = '';
  let wake = () => {};
  child.stdout!.on('data', (chunk: Buffer) => {
    said += chunk;
    wake();
  });
  return async (text: string): Promise<string> => {
    while (!said.includes(text)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const end = said.indexOf(text) + text.length;
    const read = said.slice(0, end);
    said = said.slice(end);
    return read;
  };
}

test('what is saved is deployed, a broken program is outlived, and a program that writes beside itself comes to rest', async () => {
  const watching = lab.start(dir, ['watch']);
  child = watching;
  const until = reader(watching);
  await until('Watching (dev):');

  await writeFile(program, declaring('second'));
  expect(await until('Update complete.')).toContain('[                 one] create kubernetes:core/v1:ConfigMap\n');
  await until('runs.log changed during several updates in a row');
  expect(await configMapNames(lab, 'watched')).toEqual(['configmap/second']);

  await writeFile(program, 'this is no program');
  expect(await until('Update failed.')).toContain('index.ts');
  expect(await configMapNames(lab, 'watched')).toEqual(['configmap/second']);

  await writeFile(program, declaring('third'));
  expect(await until('Update complete.')).toContain('[                 one] replace kubernetes:core/v1:ConfigMap\n');
  expect(await configMapNames(lab, 'watched')).toEqual(['configmap/third']);

  await writeFile(program, `${declaring('third')}${pods}`);
  expect(await until('simulated container main started')).toContain('create kubernetes:apps/v1:Deployment\n');

  const ended = new Promise((resolve) => watching.once('exit', resolve));
  watching.kill('SIGINT');
  expect(await ended).toBe(0);
});
