import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Template, TemplateKind, TemplateRequest } from './template-api.ts';
import { createTemplateStore } from './template-store.ts';

let dir: string;
let env: { [name: string]: string | undefined };

beforeEach(async () => {
  dir = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-templates-')));
  env = { PATH: process.env.PATH, HOME: dir };
});

type Files = { readonly [file: string]: string | Buffer };

async function write(below: string, files: Files): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dir, below, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return path.join(dir, below);
}

const manifest = 'name: ${PROJECT}\ndescription: ${DESCRIPTION}\nruntime: nodejs\n';

const store = (cwd = path.join(dir, 'made')) =>
  createTemplateStore({
    cwd,
    env,
    mayAsk: false,
    notice: () => undefined,
    hasStacksOf: async (name) => name === 'taken',
  });

async function find(place: string | undefined, kind: TemplateKind = 'project', isOffline = false): Promise<Template[]> {
  const { templates } = await store().find(kind, place, { from: dir, isOffline });
  return [...templates];
}

const request: TemplateRequest = { name: 'shop', description: 'A shop', runtimeOptions: {}, overwrites: false };

async function make(place: string, more: Partial<TemplateRequest> = {}, kind: TemplateKind = 'project'): Promise<void> {
  const found = await store().find(kind, place, { from: dir, isOffline: false });
  try {
    await store().make(found.templates[0]!, { ...request, ...more });
  } finally {
    await found.release();
  }
}

const made = (file: string) => readFile(path.join(dir, 'made', file), 'utf8');

describe('what is filled in', () => {
  test('is name and description, in every text and every name of a file, quoted where the format quotes', async () => {
    await write('web', {
      'Pulumi.yaml': manifest,
      'package.json': '{"name": "${PROJECT}", "description": "${DESCRIPTION}"}',
      '${PROJECT}.md': '# ${PROJECT}\n${DESCRIPTION} costs ${price}\n',
      '${PROJECT}/${PROJECT}.txt': 'deep',
      'logo.png': Buffer.from('\0${PROJECT}'),
    });
    await make('./web', { description: 'Say "hello": #1' });
    expect(JSON.parse(await made('package.json'))).toEqual({ name: 'shop', description: 'Say "hello": #1' });
    expect(await made('shop.md')).toBe('# shop\nSay "hello": #1 costs ${price}\n');
    expect(await made('shop/shop.txt')).toBe('deep');
    expect(await made('logo.png')).toBe('\0${PROJECT}');
    expect(await made('Pulumi.yaml')).toBe(`name: shop\ndescription: 'Say "hello": #1'\nruntime: nodejs\n`);
  });

  test('leaves the rest of Pulumi.yaml as it was written, without what is for the template alone', async () => {
    await write('web', {
      'Pulumi.yaml': `# The project.\nname: ${'${PROJECT}'}\nruntime: nodejs  # Node.js\n\nconfig:\n  title:   \${DESCRIPTION}\ntemplate:\n  description: x\n  config: { a: { default: 1 } }\n`,
    });
    await make('./web', { description: '', runtimeOptions: { packagemanager: 'pnpm' } });
    const text = await made('Pulumi.yaml');
    expect(text).toContain('# The project.\nname: shop\n');
    expect(text).toMatch(/runtime:\n {2}name: nodejs\n {2}options:\n {4}packagemanager: pnpm\n/);
    expect(text).not.toContain('template');
    expect(text).not.toContain('description');
  });

  test('gives a Python program an environment of its own, unless it has chosen one', async () => {
    const runtimeOf = async (runtime: string, more: Files = {}) => {
      const name = `web-${runtime.length}-${Object.keys(more).length}`;
      await write(name, { 'Pulumi.yaml': `name: x\nruntime: ${runtime}\n`, ...more });
      await make(`./${name}`, { overwrites: true });
      return (await made('Pulumi.yaml')).replace(/^name: shop\n/, '').replace(/^description: A shop\n/m, '');
    };
    expect(await runtimeOf('python')).toBe('runtime:\n  name: python\n  options:\n    virtualenv: venv\n');
    expect(await runtimeOf('{ name: python, options: { toolchain: uv } }')).not.toContain('venv');
    expect(await runtimeOf('python', { 'poetry.lock': '' })).toBe('runtime: python\n');
  });

  test('keeps what may be executed so, and leaves out what git and package managers keep', async () => {
    await write('web', {
      'Pulumi.yaml': manifest,
      'run.sh': '#!/bin/sh\n',
      '.git/config': '',
      'node_modules/a/index.js': '',
      'venv/pyvenv.cfg': '',
      '.pulumi.template.yaml': '',
    });
    await chmod(path.join(dir, 'web/run.sh'), 0o755);
    await make('./web');
    expect((await readdir(path.join(dir, 'made'))).sort()).toEqual(['Pulumi.yaml', 'run.sh']);
    expect((await stat(path.join(dir, 'made/run.sh'))).mode & 0o100).toBe(0o100);
  });
});

describe('nothing is written outside of the folder, and nothing is read outside of the template', () => {
  test('by a link of the template', async () => {
    await write('', { secret: 'not yours' });
    await write('web', { 'Pulumi.yaml': manifest, 'a.txt': 'a', 'inner/b.txt': 'b' });
    await symlink('../inner/b.txt', path.join(dir, 'web/inner/link'));
    await make('./web');
    expect(await made('inner/link')).toBe('b');
    await symlink('../secret', path.join(dir, 'web/link'));
    await expect(make('./web', { overwrites: true })).rejects.toThrow(
      "the template 'web' cannot be used: link is a link that leads out of it",
    );
  });

  test('by a link to a folder, or what is no file', async () => {
    await write('web', { 'Pulumi.yaml': manifest });
    await symlink('.', path.join(dir, 'web/again'));
    await expect(make('./web')).rejects.toThrow('again is no file');
    expect(existsSync(path.join(dir, 'made'))).toBe(false);
  });

  test('by a link in the folder where the project is made', async () => {
    await write('outside', { 'b.txt': 'mine' });
    await write('web', { 'Pulumi.yaml': manifest, 'a.txt': 'a', 'inner/deep/b.txt': 'b' });
    await write('made', {});
    await mkdir(path.join(dir, 'made'));
    await symlink(path.join(dir, 'outside'), path.join(dir, 'made/inner'));
    await symlink(path.join(dir, 'outside/b.txt'), path.join(dir, 'made/a.txt'));
    await expect(make('./web', { overwrites: true })).rejects.toThrow('it is a link that leads out of');
    expect(await readdir(path.join(dir, 'outside'))).toEqual(['b.txt']);
    expect(await readFile(path.join(dir, 'outside/b.txt'), 'utf8')).toBe('mine');
    expect(await made('a.txt')).toBe('a');
  });

  test('by the name of a project that is a path', async () => {
    await write('web', { 'Pulumi.yaml': manifest, '${PROJECT}': 'x' });
    await expect(make('./web', { name: '../up' })).rejects.toThrow(/could not load the project/);
    expect((await readdir(dir)).sort()).toEqual(['web']);
  });

  test('nor is a disk copied that was named by mistake', async () => {
    await write('web', { 'Pulumi.yaml': manifest, disk: '' });
    await truncate(path.join(dir, 'web/disk'), 300 * 1024 * 1024);
    await expect(make('./web')).rejects.toThrow('disk is beyond 10000 files or 256 MiB: this is no template');
    expect(existsSync(path.join(dir, 'made'))).toBe(false);
  });
});

describe('a folder that is not empty', () => {
  test('is refused, unless it holds nothing but a repository', async () => {
    await store().requireEmptyFolder();
    await write('made', { '.git/config': '' });
    await store().requireEmptyFolder();
    await write('made', { 'notes.txt': '' });
    await expect(store().requireEmptyFolder()).rejects.toThrow(
      `${dir}/made is not empty; rerun in an empty directory, pass the path to an empty directory to --dir, or use --force`,
    );
  });

  test('keeps its files: those in the way are named, and give way only when that is wanted', async () => {
    await write('web', { 'Pulumi.yaml': manifest, 'index.ts': 'new' });
    await write('made', { 'index.ts': 'old', other: 'other' });
    await expect(make('./web')).rejects.toThrow(
      'creating this template will make changes to existing files:\n  overwrite   index.ts',
    );
    expect(await made('index.ts')).toBe('old');
    await make('./web', { overwrites: true });
    expect([await made('index.ts'), await made('other')]).toEqual(['new', 'other']);
  });

  test('may be the template itself, which is then filled in where it lies', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024, 'x');
    await write('made', { 'Pulumi.yaml': manifest, 'a.txt': '${PROJECT}', large });
    await make('./made', { overwrites: true });
    expect(await made('a.txt')).toBe('shop');
    expect((await stat(path.join(dir, 'made/large'))).size).toBe(large.length);
  });

  test('has its own project’s name to itself', async () => {
    await write('web', { 'Pulumi.yaml': manifest });
    const [template] = await find('./web');
    expect(await store().isNameTaken('taken', template!)).toBe(true);
    expect(await store().isNameTaken('free', template!)).toBe(false);
    await write('made', { 'Pulumi.yaml': 'name: taken\nruntime: nodejs\n' });
    expect(await store().isNameTaken('taken', template!)).toBe(false);
  });
});

describe('templates', () => {
  test('come with Radiant', async () => {
    expect((await find(undefined)).map(({ name }) => name)).toEqual([
      ...['empty', 'kubernetes-python', 'kubernetes-typescript', 'microservice'],
    ]);
    expect((await find('typescript')).map(({ name }) => name)).toEqual(['empty']);
    expect((await find('kubernetes-typescript', 'policy-pack')).map(({ name }) => name)).toEqual([
      'kubernetes-policy-typescript',
    ]);
    expect(await find('microservice')).toMatchObject([
      {
        projectName: undefined,
        config: [
          ...['image', 'port', 'minReplicas', 'maxReplicas'].map((key) => ({ key, isSecret: false })),
          { key: 'apiToken', isSecret: true, default: undefined },
        ],
      },
    ]);
  });

  test('of ours keep their .gitignore, which npm does not pack by that name', async () => {
    await make('empty');
    expect((await readdir(path.join(dir, 'made'))).sort()).toEqual([
      ...['.gitignore', 'Pulumi.yaml', 'index.ts', 'package.json', 'tsconfig.json'],
    ]);
  });

  test('are in a folder of them; the broken ones come last, and say why when they are used', async () => {
    await write('all/a', { 'Pulumi.yaml': 'name: [\n' });
    await write('all/b', { 'Pulumi.yaml': 'name: b\nruntime: nodejs\ntemplate: { description: B }\n' });
    await write('all/c', { 'README.md': '' });
    expect(await find('./all')).toMatchObject([
      { name: 'b', description: 'B', projectName: 'b' },
      { name: 'a', problem: expect.anything() },
    ]);
    await expect(make('./all/a')).rejects.toThrow(/^template 'a' is currently broken: .*Pulumi\.yaml:2:1: /);
    await expect(find('./all/c')).rejects.toThrow('there is no template in ./all/c');
  });

  test('are in the folder that Pulumi’s variable names, before ours', async () => {
    env.PULUMI_TEMPLATE_PATH = await write('mine', { 'web/Pulumi.yaml': manifest, 'empty/Pulumi.yaml': manifest });
    expect(await find('web')).toMatchObject([{ dir: path.join(dir, 'mine/web') }]);
    expect(await find('empty')).toMatchObject([{ dir: path.join(dir, 'mine/empty') }]);
    env.PULUMI_TEMPLATE_PATH = path.join(dir, 'nowhere');
    expect(await find(undefined)).toHaveLength(4);
  });

  test('that are not ours are refused in a line that lists ours and says that a URL works', async () => {
    await expect(find('aws-typescript')).rejects.toMatchObject({
      summary: "template 'aws-typescript' not found",
      detail: expect.stringMatching(/^Radiant comes with empty, .*, microservice; all others .* their URL\.$/),
      remedy: expect.stringContaining('radiant new https://github.com/pulumi/templates/aws-typescript'),
    });
  });

  test('by a name of ours are ours, though a folder is called so', async () => {
    await write('empty', { 'Pulumi.yaml': 'name: mine\nruntime: nodejs\n' });
    expect((await find('empty'))[0]?.projectName).toBeUndefined();
    expect((await find('./empty'))[0]?.projectName).toBe('mine');
  });
});

describe('a repository', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', path.join(dir, 'all.git'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    });
  const url = () => pathToFileURL(path.join(dir, 'all.git')).href;
  const says = async (place: string, commit: string) => {
    await write('all.git', { 'web/says': commit, 'web/Pulumi.yaml': manifest });
    git('add', '.');
    git('commit', '-qm', commit);
    return [place, git('rev-parse', 'HEAD').trim()];
  };

  afterEach(() => vi.unstubAllEnvs());

  test('is cloned as a whole, or at a branch, a tag or a commit, and a folder in it', async () => {
    await mkdir(path.join(dir, 'all.git'));
    await mkdir(path.join(dir, 'tmp'));
    vi.stubEnv('TMPDIR', path.join(dir, 'tmp'));
    git('init', '-q', '-b', 'main');
    const [, first] = await says('', 'first');
    git('tag', 'v1');
    git('checkout', '-qb', 'next/big');
    await says('', 'next');
    git('checkout', '-q', 'main');
    await says('', 'second');
    const saidBy = async (place: string) => {
      await make(`${url()}${place}`, { overwrites: true });
      return await made('says');
    };
    expect(await saidBy('')).toBe('second');
    expect(await saidBy('/web')).toBe('second');
    expect(await saidBy('/tree/next/big/web')).toBe('next');
    expect(await saidBy('/tree/v1/web')).toBe('first');
    expect(await saidBy(`/tree/${first}/web`)).toBe('first');
    await expect(make(`${url()}/tree/old/web`)).rejects.toThrow("no branch or tag 'old/web'");
    await expect(make(`${url()}/nowhere`)).rejects.toThrow(`there is no folder ${url()}/nowhere`);
    await expect(find(url(), 'project', true)).rejects.toThrow(`cannot use ${url()} offline`);
    expect(await readdir(path.join(dir, 'tmp'))).toEqual([]);
  });

  test('whose link leads out of it is refused', async () => {
    await mkdir(path.join(dir, 'all.git'));
    git('init', '-q', '-b', 'main');
    await write('all.git', { 'web/Pulumi.yaml': manifest });
    await symlink('/etc', path.join(dir, 'all.git/etc'));
    await symlink('../../../../../../etc/passwd', path.join(dir, 'all.git/web/passwd'));
    git('add', '.');
    git('commit', '-qm', 'links');
    await expect(make(`${url()}/web`)).rejects.toThrow('passwd is a link that leads out of it');
    await expect(make(`${url()}/etc`)).rejects.toThrow('there is no folder');
    expect(existsSync(path.join(dir, 'made'))).toBe(false);
  });

  test('that is not there is told in git’s words', async () => {
    await expect(find(url())).rejects.toMatchObject({
      summary: `git could not fetch ${url()}`,
      detail: expect.stringContaining('all.git'),
    });
  });

  test('needs git, which is said', async () => {
    env.PATH = dir;
    await expect(find(url())).rejects.toThrow('there is no git on PATH');
  });
});
