import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ProgramStack } from './harness/program-stack.ts';

const program = `import * as k8s from '@pulumi/kubernetes';
const provider = new k8s.Provider('files', { renderYamlToDirectory: __dirname + '/out' });
new k8s.core.v1.ConfigMap('settings', {}, { provider });
new k8s.core.v1.Secret('token', {}, { provider });
`;

const project = `name: proj
runtime: nodejs
config:
  pulumi:autonaming:
    value:
      pattern: \${name}-\${stack}-\${hex(4)}
      providers:
        kubernetes:
          resources:
            kubernetes:core/v1:Secret:
              mode: verbatim
`;

test('the project says how Kubernetes objects are named, and a stack otherwise', async () => {
  await using stack = await ProgramStack.create({ 'index.ts': program, 'Pulumi.yaml': project });
  await stack.mustUp();
  const files = await readdir(path.join(stack.dir, 'out/1-manifest'));
  expect(files.find((file) => file.includes('configmap'))).toMatch(/settings-dev-[0-9a-f]{4}\.yaml$/);
  expect(files.find((file) => file.includes('secret'))).toMatch(/-token\.yaml$/);

  await using other = await ProgramStack.create({ 'index.ts': program, 'Pulumi.yaml': project }, { stack: 'other' });
  await (await other.stack()).config.set('pulumi:autonaming.mode', 'disabled', { path: true });
  const run = await other.up();
  expect(run.errors).toContain(
    "kubernetes:core/v1:ConfigMap resource 'settings' has a problem: " +
      'autonaming is disabled, resource requires the .metadata.name field to be set',
  );
});
