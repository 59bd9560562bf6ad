import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createWorkshop, manifest, type Workshop } from './testing/workshop.ts';

let shop: Workshop;

beforeEach(async () => {
  shop = await createWorkshop();
});

describe('templates', () => {
  test('come with Radiant', async () => {
    expect((await shop.find(undefined)).map(({ name }) => name)).toEqual([
      ...['empty', 'kubernetes-python', 'kubernetes-typescript', 'microservice'],
    ]);
    expect((await shop.find('typescript')).map(({ name }) => name)).toEqual(['empty']);
    expect((await shop.find('kubernetes-typescript', 'policy-pack')).map(({ name }) => name)).toEqual([
      'kubernetes-policy-typescript',
    ]);
    expect(await shop.find('microservice')).toMatchObject([
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
    await shop.make('empty');
    expect((await readdir(path.join(shop.dir, 'made'))).sort()).toEqual([
      ...['.gitignore', 'Pulumi.yaml', 'index.ts', 'package.json', 'tsconfig.json'],
    ]);
  });

  test('are in a folder of them; the broken ones come last, and say why when they are used', async () => {
    await shop.write('all/a', { 'Pulumi.yaml': 'name: [\n' });
    await shop.write('all/b', { 'Pulumi.yaml': 'name: b\nruntime: nodejs\ntemplate: { description: B }\n' });
    await shop.write('all/c', { 'README.md': '' });
    expect(await shop.find('./all')).toMatchObject([
      { name: 'b', description: 'B', projectName: 'b' },
      { name: 'a', problem: expect.anything() },
    ]);
    await expect(shop.make('./all/a')).rejects.toThrow(/^template 'a' is currently broken: .*Pulumi\.yaml:2:1: /);
    await expect(shop.find('./all/c')).rejects.toThrow('there is no template in ./all/c');
  });

  test('are in the folder that Pulumi’s variable names, before ours', async () => {
    shop.env.PULUMI_TEMPLATE_PATH = await shop.write('mine', {
      'web/Pulumi.yaml': manifest,
      'empty/Pulumi.yaml': manifest,
    });
    expect(await shop.find('web')).toMatchObject([{ dir: path.join(shop.dir, 'mine/web') }]);
    expect(await shop.find('empty')).toMatchObject([{ dir: path.join(shop.dir, 'mine/empty') }]);
    shop.env.PULUMI_TEMPLATE_PATH = path.join(shop.dir, 'nowhere');
    expect(await shop.find(undefined)).toHaveLength(4);
  });

  test('that are not ours are refused in a line that lists ours and says that a URL works', async () => {
    await expect(shop.find('aws-typescript')).rejects.toMatchObject({
      summary: "template 'aws-typescript' not found",
      detail: expect.stringMatching(/^Radiant comes with empty, .*, microservice; all others .* their URL\.$/),
      remedy: expect.stringContaining('radiant new https://github.com/pulumi/templates/aws-typescript'),
    });
  });

  test('by a name of ours are ours, though a folder is called so', async () => {
    await shop.write('empty', { 'Pulumi.yaml': 'name: mine\nruntime: nodejs\n' });
    expect((await shop.find('empty'))[0]?.projectName).toBeUndefined();
    expect((await shop.find('./empty'))[0]?.projectName).toBe('mine');
  });
});

describe('a repository', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', path.join(shop.dir, 'all.git'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    });
  const url = () => pathToFileURL(path.join(shop.dir, 'all.git')).href;
  /** Commits a template that says so. Returns the commit. */
  const commit = async (says: string): Promise<string> => {
    await shop.write('all.git', { 'web/says': says, 'web/Pulumi.yaml': manifest });
    git('add', '.');
    git('commit', '-qm', says);
    return git('rev-parse', 'HEAD').trim();
  };

  afterEach(() => vi.unstubAllEnvs());

  test('is cloned as a whole, or at a branch, a tag or a commit, and a folder in it', async () => {
    await mkdir(path.join(shop.dir, 'all.git'));
    await mkdir(path.join(shop.dir, 'tmp'));
    vi.stubEnv('TMPDIR', path.join(shop.dir, 'tmp'));
    git('init', '-q', '-b', 'main');
    const first = await commit('first');
    git('tag', 'v1');
    git('checkout', '-qb', 'next/big');
    await commit('next');
    git('checkout', '-q', 'main');
    await commit('second');
    const saidBy = async (place: string) => {
      await shop.make(`${url()}${place}`, { overwrites: true });
      return await shop.made('says');
    };
    expect(await saidBy('')).toBe('second');
    expect(await saidBy('/web')).toBe('second');
    expect(await saidBy('/tree/next/big/web')).toBe('next');
    expect(await saidBy('/tree/v1/web')).toBe('first');
    expect(await saidBy(`/tree/${first}/web`)).toBe('first');
    await expect(shop.make(`${url()}/tree/old/web`)).rejects.toThrow("no branch or tag 'old/web'");
    await expect(shop.make(`${url()}/nowhere`)).rejects.toThrow(`there is no folder ${url()}/nowhere`);
    await expect(shop.find(url(), 'project', true)).rejects.toThrow(`cannot use ${url()} offline`);
    expect(await readdir(path.join(shop.dir, 'tmp'))).toEqual([]);
  });

  test('whose link leads out of it is refused', async () => {
    await mkdir(path.join(shop.dir, 'all.git'));
    git('init', '-q', '-b', 'main');
    await shop.write('all.git', { 'web/Pulumi.yaml': manifest });
    await symlink('/etc', path.join(shop.dir, 'all.git/etc'));
    await symlink('../../../../../../etc/passwd', path.join(shop.dir, 'all.git/web/passwd'));
    git('add', '.');
    git('commit', '-qm', 'links');
    await expect(shop.make(`${url()}/web`)).rejects.toThrow('passwd is a link that leads out of it');
    await expect(shop.make(`${url()}/etc`)).rejects.toThrow('there is no folder');
    expect(existsSync(path.join(shop.dir, 'made'))).toBe(false);
  });

  test('that is a template itself is called by its name', async () => {
    await mkdir(path.join(shop.dir, 'all.git'));
    git('init', '-q', '-b', 'main');
    await shop.write('all.git', { 'Pulumi.yaml': 'name: [' });
    git('add', '.');
    git('commit', '-qm', 'broken');
    await expect(shop.make(url())).rejects.toThrow("template 'all' is currently broken");
  });

  test('that is not there is told in git’s words', async () => {
    await expect(shop.find(url())).rejects.toMatchObject({
      summary: `git could not fetch ${url()}`,
      detail: expect.stringContaining('all.git'),
    });
  });

  test('needs git, which is said', async () => {
    shop.env.PATH = shop.dir;
    await expect(shop.find(url())).rejects.toThrow('there is no git on PATH');
  });
});
