import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLab, type Lab } from '../support/radiant.ts';

// Names that the provider makes, replacements in both orders, and a secret on its way through all of it.
const canary = 'canary-7731';
const program = (data: string, selector: string) => `const k8s = require('@pulumi/kubernetes');
const pulumi = require('@pulumi/pulumi');
const labels = { app: 'web', tier: 'front' };
const settings = new k8s.core.v1.ConfigMap('settings', { data: { value: '${data}' } });
const secret = new k8s.core.v1.Secret('credentials', { metadata: { name: 'credentials' }, stringData: { password: pulumi.secret('${canary}') } });
const web = new k8s.apps.v1.Deployment('web', {
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: ${selector} },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'web', image: 'registry.example/web:v1', envFrom: [{ configMapRef: { name: settings.metadata.name } }, { secretRef: { name: secret.metadata.name } }] }] },
    },
  },
});
exports.settings = settings.metadata.name;
exports.uid = web.metadata.uid;
exports.password = secret.data;
`;

describe('a stack whose resources are replaced', () => {
  let lab: Lab;
  let dir: string;
  const said: string[] = [];

  beforeAll(async () => {
    lab = await createLab();
    dir = await lab.program('replaced', {
      'Pulumi.yaml': 'name: replaced\nruntime: nodejs\n',
      'package.json': JSON.stringify({ name: 'replaced', private: true, main: 'index.js' }),
      'index.js': program('one', "{ app: 'web' }"),
    });
    await lab.must(dir, 'stack', 'select', 'dev', '--create');
  });
  afterAll(() => lab.dispose());

  const must = async (...args: string[]) => {
    const finished = await lab.must(dir, ...args);
    said.push(finished.stdout, finished.stderr);
    return finished.stdout;
  };
  const outputs = async () => JSON.parse(await must('stack', 'output', '--json'));
  const previewedName = (preview: string) => /settings-[0-9a-f]{8}/.exec(preview.split('Outputs:')[1]!)![0];

  test('gets the very names that its preview showed', async () => {
    const name = previewedName(await must('preview'));
    await must('up', '--yes', '--skip-preview');
    expect((await outputs()).settings).toBe(name);
  });

  test('makes a new ConfigMap before the old one goes, and deletes a Deployment before its successor of the same name', async () => {
    const before = await outputs();
    await writeFile(path.join(dir, 'index.js'), program('two', "{ app: 'web', tier: 'front' }"));
    const preview = await must('preview', '--diff');
    expect(preview).toContain('+- 2 to replace');
    expect(preview).not.toContain('undefined');
    const events = (await must('up', '--yes', '--skip-preview', '--json'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).resOutputsEvent?.metadata)
      .filter((metadata) => /replace/.test(metadata?.op ?? ''))
      .map((metadata) => `${metadata.op} ${metadata.type.split(':').at(-1)}`);
    const order = [
      'create-replacement ConfigMap',
      'delete-replaced Deployment',
      'create-replacement Deployment',
      'delete-replaced ConfigMap',
    ];
    expect(events.filter((event) => order.includes(event))).toEqual(order);
    const after = await outputs();
    expect(after.settings).not.toBe(before.settings);
    expect(after.uid).not.toBe(before.uid);
    await must('up', '--yes', '--skip-preview', '--expect-no-changes');
  });

  test('shows its secret to nobody, and deletes everything', async () => {
    expect((await outputs()).password).toBe('[secret]');
    await must('stack', 'export');
    await must('destroy', '--yes');
    expect(said.join('\n')).not.toContain(canary);
    expect(said.join('\n')).not.toContain(Buffer.from(canary).toString('base64'));
    const { stdout } = await lab.kubectl(
      'get',
      'deployments,replicasets,pods,configmaps,secrets',
      '-n',
      'default',
      '-o',
      'name',
    );
    expect(stdout.trim().split('\n')).toEqual(['configmap/kube-root-ca.crt']);
  });
});
