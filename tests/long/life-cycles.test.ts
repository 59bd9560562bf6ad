import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LifeCycle, lifeCycles, thingModule } from '../support/life-cycles.ts';
import { createLab, type Lab } from '../support/radiant.ts';

// Lives as Pulumi's own integration tests lead them (ProgramTest): every program through all commands of a life.

let lab: Lab;
beforeAll(async () => {
  lab = await createLab({ PULUMI_CONFIG_PASSPHRASE: 'words' });
});
afterAll(() => lab.dispose());

const head = `const pulumi = require('@pulumi/pulumi');
const { Thing, Group } = require('./thing.js');
const config = new pulumi.Config();
`;

async function write(dir: string, { source, files = {} }: LifeCycle['versions'][number]): Promise<void> {
  for (const [file, text] of Object.entries({ 'index.js': head + source, ...files })) {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
    await writeFile(path.join(dir, file), text);
  }
}

test.each(lifeCycles.map((life) => [life.name, life] as const))(
  '%s: from login to removal',
  async (name, { config = [], versions, canary }) => {
    const project = name.replaceAll(/[^a-z]+/g, '-');
    const dir = await lab.program(project, {
      'Pulumi.yaml': `name: ${project}\nruntime: nodejs\n`,
      'package.json': JSON.stringify({ name: project, private: true, main: 'index.js' }),
      'thing.js': thingModule,
      'world/.keep': '',
    });
    const said: string[] = [];
    const radiant = async (...words: string[]) => {
      const finished = await lab.must(dir, ...words);
      said.push(finished.stdout, finished.stderr);
      return finished.stdout;
    };
    const changesOf = async () => JSON.parse(await radiant('stack', 'history', '--json', '--page-size', '1'))[0];
    const unchanged = async () => {
      await radiant('preview', '--expect-no-changes');
      await radiant('up', '--yes', '--skip-preview', '--expect-no-changes');
    };

    await radiant('login', `file://${path.join(dir, 'backend')}`);
    await radiant('stack', 'init', 'dev');
    const settings = config.flatMap((setting) =>
      setting.startsWith('--') ? setting.split(' ') : ['--plaintext', setting],
    );
    if (settings.length > 0) await radiant('config', 'set-all', ...settings);
    for (const [index, version] of versions.entries()) {
      await write(dir, version);
      const preview = JSON.parse(await radiant('preview', '--json'));
      expect([index, preview.changeSummary]).toEqual([index, version.changes]);
      await radiant('up', '--yes', '--skip-preview');
      expect([index, (await changesOf()).resourceChanges]).toEqual([index, version.changes]);
      await radiant('stack', 'export', '--file', 'exported.json');
      await radiant('stack', 'import', '--file', 'exported.json');
      await unchanged();
      await radiant('refresh', '--yes', '--skip-preview', '--expect-no-changes');
    }
    await radiant('destroy', '--yes', '--skip-preview');
    expect(await readdir(path.join(dir, 'world'))).toEqual(['.keep']);
    await radiant('stack', 'rm', '--yes');
    if (canary !== undefined) expect(said.join('\n')).not.toContain(canary);
  },
  240_000,
);
