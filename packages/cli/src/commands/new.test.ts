import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openWorkspace } from '@radiant/toolkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeCli, type FakeCliOptions, runCli } from '../../test/fake-context.ts';

let dir: string;

beforeEach(async () => {
  dir = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-new-')));
  await write('template/Pulumi.yaml', templateManifest);
  await write('template/index.js', 'exports.project = "${PROJECT}";\n');
});

const templateManifest = `name: \${PROJECT}
description: \${DESCRIPTION}
runtime: nodejs
template:
  description: A web shop
  quickstart: "Open \\e[31mthe shop."
  config:
    title: { description: What it is called, default: Shop }
    token: { description: The key, secret: true }
    aws:region: { default: eu-west-1 }
`;

async function write(name: string, text: string): Promise<void> {
  const file = path.join(dir, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const read = (name: string) => readFile(path.join(dir, name), 'utf8');

function radiant(line: string | readonly string[], options: FakeCliOptions = {}): Promise<FakeCli> {
  return runCli(line, {
    ...options,
    env: { HOME: dir, RADIANT_HOME: path.join(dir, 'home'), PATH: process.env.PATH ?? '', ...options.env },
    real: { cwd: dir, openWorkspace: async (settings) => openWorkspace(settings) },
  });
}

const stackFile = async (name: string) => (await read(name)).replaceAll(/v1:\S+/g, 'v1:…');

describe('new --yes', () => {
  it('makes the project, the stack and its configuration, installs, and says what comes next', async () => {
    const { out, exitCode } = await radiant('new ./template --dir shop --yes');
    expect(exitCode).toBe(0);
    expect(out.replaceAll(dir, '')).toBe(`Created project 'shop'

Created stack 'dev'

Saved config

Installing dependencies...
The program in /shop lists nothing to install.
Finished installing dependencies

Your new project is ready to go!

To perform an initial deployment, run \`cd shop\`, then, run \`radiant up\`

Open the shop.
`);
    expect((await readdir(path.join(dir, 'shop'))).sort()).toEqual(['Pulumi.dev.yaml', 'Pulumi.yaml', 'index.js']);
    expect(await read('shop/Pulumi.yaml')).toBe('name: shop\ndescription: A web shop\nruntime: nodejs\n');
    expect(await read('shop/Pulumi.dev.yaml')).toBe('config:\n  shop:title: Shop\n  aws:region: eu-west-1\n');
    expect((await radiant('stack ls -C shop')).out).toContain('dev*');
  });

  it('takes what is said of names and configuration, and seals what the template says is secret', async () => {
    const { exitCode } = await radiant([
      ...['new', './template', '--dir', 'x', '-y', '--name', 'day', '--description', 'a: b', '--stack', 'qa'],
      ...['-c', 'token=s3cret', '-c', 'title=Day', '-c', 'day:more=1', '--runtime-options', 'packagemanager=pnpm'],
    ]);
    expect(exitCode).toBe(0);
    expect(await read('x/Pulumi.yaml')).toBe(
      'name: day\ndescription: "a: b"\nruntime:\n  name: nodejs\n  options:\n    packagemanager: pnpm\n',
    );
    expect(await stackFile('x/Pulumi.qa.yaml')).toBe(
      'encryptionsalt: v1:…\nconfig:\n  aws:region: eu-west-1\n  day:token:\n    secure: v1:…\n  day:title: Day\n  day:more: "1"\n',
    );
  });

  it('says where the state goes when the template decides that', async () => {
    await write('template/Pulumi.yaml', `name: shop\nruntime: nodejs\nbackend: { url: 'file://${dir}/elsewhere' }\n`);
    await mkdir(path.join(dir, 'elsewhere'));
    const env = { PULUMI_CONFIG_PASSPHRASE: 'a passphrase for tests' };
    const { out } = await radiant('new ./template --dir shop --yes', { env });
    expect(out).toContain(`State is kept in file://${dir}/elsewhere\nCreated stack 'dev'\n`);
    expect(existsSync(path.join(dir, 'elsewhere/.pulumi'))).toBe(true);
    const again = await radiant('new ./template --dir other --yes', { env });
    expect(again.err).toContain('a project with this name already exists: shop');
  });

  it('only writes the files when that is all that is wanted', async () => {
    const { out } = await radiant('new ./template --dir shop --yes --generate-only');
    expect(out).toContain('   1. cd shop\n   2. radiant install\n   3. radiant stack init\n');
    expect((await readdir(path.join(dir, 'shop'))).sort()).toEqual(['Pulumi.yaml', 'index.js']);
    expect(existsSync(path.join(dir, 'home'))).toBe(false);
  });

  it('mends with --force what was begun, and keeps what the stack has', async () => {
    await radiant('new ./template --dir shop --yes --name begun -c title=Mine');
    await write('shop/index.js', 'half');
    const { out, exitCode } = await radiant('new ./template --dir shop --yes --force');
    expect([exitCode, out]).toEqual([0, expect.stringContaining("Selected stack 'dev', which exists")]);
    expect(await read('shop/index.js')).toBe('exports.project = "begun";\n');
    expect(await read('shop/Pulumi.dev.yaml')).toContain('begun:title: Mine');
  });
});

describe('what cannot be installed', () => {
  it('leaves the project made, and the way on is said', async () => {
    await write('template/package.json', '{"dependencies": {"nowhere": "file:./nowhere"}}');
    const { err, out, exitCode } = await radiant('new ./template --dir shop --yes', { env: { PATH: dir } });
    expect(exitCode).toBe(1);
    expect(out).toContain('Saved config');
    expect(err).toContain('npm is not on PATH');
    expect(err).toContain('  All else is made. Install again in its folder:\n      radiant install\n');
  });

  it('is no failure where the language is one that Radiant installs nothing for', async () => {
    await write('template/Pulumi.yaml', 'name: shop\nruntime: yaml\n');
    const { err, out, exitCode } = await radiant('new ./template --dir shop --yes');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('Your new project is ready to go!')]);
    expect(err).toContain("it is written for the runtime 'yaml'");
  });
});

describe('new refuses, in the words that are known,', () => {
  it.each([
    ['new ./template', '--yes must be passed in to proceed when running in non-interactive mode', 2],
    [
      'new --yes --dir x',
      /^error: a template must be provided when running in non-interactive mode: radiant new <template>, one of empty, /,
      2,
    ],
    [
      'new ./template -y --name a/b',
      "'a/b' is not a valid project name: project names may only contain alphanumerics, hyphens, underscores, and periods",
      2,
    ],
    [
      'new ./template -y --name Pulumi.x',
      /'Pulumi.x' is not a valid project name: project name must not be `Pulumi`/,
      2,
    ],
    ['new ./template -y --name ..', /'..' is not a valid project name/, 2],
    [`new ./template -y --name ${'a'.repeat(101)}`, /project names are limited to 100 characters/, 2],
    [`new ./template -y --description ${'a'.repeat(257)}`, 'A project description must be 256 characters or less', 2],
    [
      'new ./template -y --dir x --name a --stack organization/b/dev',
      'project name (--name a) and stack reference project name (--stack b) must be the same',
      1,
    ],
    [
      'new ./template -y',
      /is not empty; rerun in an empty directory, pass the path to an empty directory to --dir, or use --force/,
      1,
    ],
    ['new ./template -y --dir x --stack a/b/c/d', /"a\/b\/c\/d" is no stack name/, 2],
    ['new ./template -y --dir x --secrets-provider hashivault://k', /secrets cannot be sealed by/, 2],
    ['new ./template -y --dir x --runtime-options a', 'invalid runtime option: a', 1],
    ['new --ai shop', '--ai: Pulumi AI is a service of Pulumi Cloud; name a template instead', 1],
  ])('%s', async (line, text, exitCode) => {
    const answer = await radiant(line);
    expect(answer.err).toEqual(typeof text === 'string' ? `error: ${text}\n` : expect.stringMatching(text));
    expect(answer.exitCode).toBe(exitCode);
    expect(existsSync(path.join(dir, 'x'))).toBe(false);
  });

  it('a name that another project has, unless the stack is named with it', async () => {
    await radiant('new ./template --dir one --yes --name shop');
    const again = await radiant('new ./template --dir two --yes --name shop');
    expect(again).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('a project with this name already exists: shop'),
    });
    expect(existsSync(path.join(dir, 'two'))).toBe(false);
    const named = await radiant('new ./template --dir two --yes --stack organization/shop/qa');
    expect(named).toMatchObject({ exitCode: 0, err: '' });
    expect(await read('two/Pulumi.yaml')).toContain('name: shop');
    expect((await radiant('new ./template --dir three --yes --name shop -g')).exitCode).toBe(0);
  });
});

describe('new at a terminal', () => {
  it('asks for everything, secrets without echo, and says what is wrong with an answer', async () => {
    const { exitCode, questions, out } = await radiant('new ./template --dir shop', {
      isTerminal: true,
      answers: ['no good', 'day', '', 'a/b/c/d', 'qa', 'Title', 's3cret', ''],
    });
    expect(exitCode).toBe(0);
    expect(questions).toEqual([
      'Project name',
      'project names may only contain alphanumerics, hyphens, underscores, and periods',
      'Project name',
      'Project description',
      'Stack name',
      'Stack name',
      'What it is called (title)',
      'The key (token)',
      'aws:region',
    ]);
    expect(out).toContain('This command will walk you through creating a new Pulumi project.');
    expect(out).not.toContain('s3cret');
    expect(await read('shop/Pulumi.yaml')).toBe('name: day\ndescription: A web shop\nruntime: nodejs\n');
    expect(await stackFile('shop/Pulumi.qa.yaml')).toMatch(
      /day:title: Title\n {2}day:token:\n {4}secure: v1:…\n {2}aws:region: eu-west-1\n$/,
    );
  });

  it('lets a template be chosen, and a name that is taken be used or changed', async () => {
    await radiant('new ./template --dir one --yes --name shop');
    await write('all/a/Pulumi.yaml', 'name: shop\nruntime: nodejs\ntemplate: { description: First }\n');
    await write('all/longer/Pulumi.yaml', 'name: other\nruntime: nodejs\n');
    const chosen = await radiant('new ./all --dir two -d x --stack qa', {
      isTerminal: true,
      answers: ['a         First', '', 'Specify a different project name', '', "Use 'shop' anyway"],
    });
    expect(chosen.exitCode).toBe(0);
    expect(chosen.questions).toEqual([
      'Please choose a template:',
      'Project name',
      'A project with the name `shop` already exists.',
      'Project name',
      'A project with the name `shop` already exists.',
    ]);
    expect(await read('two/Pulumi.yaml')).toContain('name: shop');
  });
});

describe('policy new', () => {
  it('makes the one pack that there is, and says how to use it', async () => {
    const { out, exitCode } = await radiant('policy new --dir rules --generate-only');
    expect(exitCode).toBe(0);
    expect(out).toContain('Created Policy Pack!');
    expect(out).toContain(`\`radiant up --policy-pack ${dir}/rules\``);
    expect(await read('rules/index.ts')).toContain("new PolicyPack('rules', {");
  });

  it('installs what a pack needs', async () => {
    await write('packs/mine/PulumiPolicy.yaml', 'runtime: nodejs\n');
    const { out } = await radiant('policy new ./packs --dir rules');
    expect(out).toContain(
      `The policy pack in ${dir}/rules lists nothing to install.\nFinished installing dependencies\n`,
    );
  });
});

it('lists the templates there are', async () => {
  const { out } = await radiant('new --list-templates');
  expect(out).toMatch(/^Available Templates:\n {2}empty {20}An empty TypeScript program\n/);
  expect((await radiant('policy new -l')).out).toContain('kubernetes-policy-typescript');
});
