import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type Lab, launcher, repository, run } from '../support/radiant.ts';
import { canRun } from '../support/terminal/session.ts';

// docs/in-ci.md promises that its lines work: they are taken from there and run, in their order.

let lab: Lab;
let project: string;

beforeAll(async () => {
  lab = await createLab();
  project = await lab.program('shop', {
    'Pulumi.yaml': 'name: shop\nruntime: nodejs\n',
    'package.json': '{ "name": "shop", "private": true, "main": "index.js" }',
    'index.js': `
const k8s = require('@pulumi/kubernetes');
const config = new (require('@pulumi/pulumi').Config)();
const data = { GREETING: config.get('greeting') ?? 'hello' };
const settings = new k8s.core.v1.ConfigMap('settings', { metadata: { name: 'settings', namespace: 'default' }, data });
exports.address = settings.metadata.name.apply((name) => 'http://' + name);
`,
  });
  await symlink(launcher, path.join(lab.dir, 'radiant'));
}, 60_000);

afterAll(() => lab.dispose(), 60_000);

/** The shell blocks of the page. */
async function blocks(): Promise<readonly string[]> {
  const page = await readFile(path.join(repository, 'docs/in-ci.md'), 'utf8');
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text!);
}

/** The embedded cluster of a job of its own is empty. */
function onNewMachine(block: string): string {
  return block.includes('RADIANT_CLUSTER') ? `radiant cluster reset --yes\n${block}` : block;
}

test.skipIf(!canRun('jq', '--version'))(
  'the lines of the page work',
  async () => {
    const store = path.join(lab.dir, 'store');
    const env = {
      ...lab.env,
      PATH: `${lab.dir}:${path.dirname(process.execPath)}:${process.env.PATH}`,
      CI: 'true',
      PULUMI_BACKEND_URL: `file://${store}`,
      PULUMI_CONFIG_PASSPHRASE: 'of the job',
    };
    const lines = [
      `mkdir -p ${store}`,
      'radiant stack init production',
      ...(await blocks()).map(onNewMachine),
      'echo "$address"',
    ];
    const script = path.join(project, 'job.sh');
    // Blocks are jobs of their own, but each uses what those before have left.
    await writeFile(script, `set -eu\nset -o pipefail\n${lines.join('\n')}`);
    const { code, stdout, stderr } = await run('bash', [script], project, env);
    if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
    expect(stderr).not.toContain('error:');
    expect(stdout).toMatch(/\{\n {2}"create": 2|"same": 2/);
    expect(stdout).toContain('\nsucceeded\n');
    expect(stdout.trimEnd()).toMatch(/http:\/\/settings$/);
    expect(JSON.parse(await readFile(path.join(project, 'outputs.json'), 'utf8'))).toEqual({
      address: 'http://settings',
    });
  },
  120_000,
);
