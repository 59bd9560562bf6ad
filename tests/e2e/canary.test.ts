import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/processes.ts';
import { collect, createLab, type Finished, type Lab, launcher } from '../support/radiant.ts';

/* Secret values that are known here and written in no file of the program; the last is made by the provider. */
const canaries = {
  token: 'canary-token-4711',
  awkward: 'canary "quoted" \\back\\ größe & <tag>',
  lines: '-----BEGIN KEY-----\ncanaryLineOne4711\ncanaryLineTwo4711\n-----END KEY-----',
  deep: 'canary-deep-in-a-structure',
  made: '1174-nekot-yranac',
};

const program = `import * as fs from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
const token = config.requireSecret('token');
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs) {
    if (inputs.waitsFor) {
      fs.writeFileSync(inputs.waitsFor, '');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    if (inputs.fails) throw new Error('no door opens to ' + inputs.token + ' or ' + JSON.stringify(inputs.more));
    return { id: 'thing', outs: { ...inputs, made: [...inputs.token].reverse().join('') } };
  },
  async update(_id, _olds, news) {
    if (news.fails) throw new Error('no door opens to ' + news.token);
    return { outs: { ...news, made: [...news.token].reverse().join('') } };
  },
};
class Thing extends pulumi.dynamic.Resource {
  declare readonly made: pulumi.Output<string>;
  constructor(name: string, props: object, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { made: undefined, ...props }, { additionalSecretOutputs: ['made'], ...opts });
  }
}
const more = { awkward: config.requireSecret('awkward'), lines: config.requireSecret('lines'), structure: config.requireSecretObject('structure') };
token.apply((text) => console.log('the program prints ' + text));
more.lines.apply((text) => console.error(text));
more.awkward.apply((text) => pulumi.log.warn('the program warns of ' + text));
const thing = new Thing('thing', { token, more, version: config.get('version') });
if (config.get('waits')) new Thing('waits', { token, more, waitsFor: config.get('waits') });
if (config.get('fails')) new Thing('fails', { token, more, fails: true }, { dependsOn: thing });
export const out = token;
export const made = thing.made;
export const whole = more;
`;

let lab: Lab;
let dir: string;
let temporary: string;
const said: Finished[] = [];

beforeAll(async () => {
  lab = await createLab();
  temporary = path.join(lab.dir, 'tmp');
  await mkdir(temporary);
  dir = await lab.program('canary', {
    'Pulumi.yaml': 'name: canary\nruntime: nodejs\nconfig:\n  token: {type: string, secret: true}\n',
    'package.json': JSON.stringify({ name: 'canary', private: true, main: 'index.ts' }),
    'index.ts': program,
  });
});
afterAll(() => lab.dispose());

/** Runs a command, keeps what it says, and demands the exit code. */
async function radiant(args: readonly string[], { input = '', code = 0 } = {}): Promise<Finished> {
  const env = { ...lab.env, TMPDIR: temporary, PULUMI_CONFIG_PASSPHRASE: 'one' };
  const child = spawn(process.execPath, [launcher, ...args], { cwd: dir, env, stdio: 'pipe' });
  child.stdin.end(input);
  const finished = await collect(child);
  expect(finished.code, `${args.join(' ')}\n${finished.stdout}\n${finished.stderr}`).toBe(code);
  said.push(finished);
  return finished;
}

/** A text, and what it looks like in JSON, in URLs, in base64 and line by line. */
function formsOf(canary: string): readonly string[] {
  const json = JSON.stringify(canary).slice(1, -1);
  // What base64 makes of a text depends on where it begins in what surrounds it.
  const base64 = [0, 1, 2].map((skip) =>
    Buffer.from(canary.slice(skip, skip + Math.floor((canary.length - skip) / 3) * 3))
      .toString('base64')
      .slice(0, -4),
  );
  const lines = canary.split('\n').filter((line) => line.includes('canary'));
  return [canary, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(canary), ...base64, ...lines];
}

const forms = Object.values(canaries).flatMap(formsOf);

/** Every file of the lab, the temporary ones included; links are not followed. */
async function filesWithCanaries(): Promise<readonly string[]> {
  const entries = await readdir(lab.dir, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const));
  return texts.flatMap(([file, text]) => forms.filter((form) => text.includes(form)).map((form) => `${file}: ${form}`));
}

function wordsWithCanaries(): readonly string[] {
  const words = said.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  return forms.filter((form) => words.includes(form));
}

const goOn = ['--yes', '--skip-preview'];

test('a life with secrets leaves them in no file and no word', async () => {
  await radiant(['stack', 'init', 'dev']);
  await radiant(['config', 'set', '--secret', 'token'], { input: canaries.token });
  await radiant(['config', 'set', '--secret', 'lines'], { input: canaries.lines });
  await radiant(['config', 'set-all', '--secret', `awkward=${canaries.awkward}`, '--plaintext', 'version=1']);
  await radiant(['config', 'set', '--path', '--secret', 'structure.list[0].key'], { input: canaries.deep });
  await radiant(['config', 'set', '--path', 'structure.plain', 'aside']);

  await radiant(['preview', '--diff', '--save-plan', 'plan.json']);
  await radiant(['preview', '--json', '--event-log', 'preview.events']);
  await radiant(['up', ...goOn, '--event-log', 'up.events', '--debug']);
  await radiant(['config', 'set', 'version', '2']);
  await radiant(['up', '--yes', '--diff', '--show-sames']);

  await radiant(['config', 'set', 'fails', 'true']);
  const failed = await radiant(['up', ...goOn, '--event-log', 'failed.events'], { code: 1 });
  expect(failed.stdout + failed.stderr).toContain('no door opens to [secret]');
  await radiant(['config', 'rm', 'fails']);
  await radiant(['refresh', ...goOn, '--json']);

  const outputs = await radiant(['stack', 'output', '--json']);
  expect(JSON.parse(outputs.stdout)).toMatchObject({ out: '[secret]', made: '[secret]' });
  for (const args of [
    ['stack'],
    ['stack', 'output'],
    ['stack', 'export', '--file', 'export.json'],
    ['config'],
    ['config', '--json'],
  ])
    await radiant(args);
  await radiant(['stack', 'history', '--json']);

  await radiant(['stack', 'init', 'qa', '--no-select']);
  await radiant(['config', 'cp', '--dest', 'qa']);
  await radiant(['config', 'refresh', '--stack', 'dev']);
  // What is wrong about a secret is said without it.
  await radiant(['config', 'set', 'token', '--plaintext', 'in the clear', '--stack', 'qa']);
  await radiant(['preview', '--stack', 'qa'], { code: 2 });

  expect(await filesWithCanaries()).toEqual([]);
  expect(wordsWithCanaries()).toEqual([]);

  // The search finds what is there to be found.
  await radiant(['stack', 'output', '--show-secrets', '--json']);
  expect(wordsWithCanaries()).toEqual(expect.arrayContaining([canaries.token, canaries.deep, canaries.made]));
  said.pop();
});

test('nor does a run that is killed, the change of a passphrase, or a destruction', async () => {
  const sign = path.join(lab.dir, 'creating');
  await radiant(['config', 'set', 'waits', sign]);
  const env = { TMPDIR: temporary, PULUMI_CONFIG_PASSPHRASE: 'one' };
  const child = lab.start(dir, ['up', ...goOn, '--event-log', 'killed.events'], { detached: true, env });
  const finished = collect(child);
  expect(await eventually(async () => existsSync(sign), 60_000)).toBe(true);
  process.kill(-child.pid!, 'SIGKILL');
  said.push(await finished);
  expect(await filesWithCanaries()).toEqual([]);

  await radiant(['config', 'rm', 'waits']);
  await radiant(['stack', 'change-secrets-provider', 'passphrase'], { input: 'one\n' });
  await radiant(['up', ...goOn]);
  await radiant(['destroy', ...goOn, '--event-log', 'destroy.events']);
  expect(await filesWithCanaries()).toEqual([]);
  expect(wordsWithCanaries()).toEqual([]);
  await radiant(['stack', 'rm', '--yes', 'dev']);
});
