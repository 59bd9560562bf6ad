import { describe, expect, test } from 'vitest';
import { isGitUrl, parseGitUrl, withoutPassword } from './git-url.ts';

const takenApart = (url: string) => {
  const { repository, path, namesReference } = parseGitUrl(url);
  return [repository, path.join('/'), namesReference];
};

test.each([
  ['https://github.com/pulumi/templates', 'https://github.com/pulumi/templates.git', '', false],
  ['https://github.com/pulumi/templates/', 'https://github.com/pulumi/templates.git', '', false],
  ['https://github.com/pulumi/templates/aws-go', 'https://github.com/pulumi/templates.git', 'aws-go', false],
  ['https://github.com/a/b.git/tree/main/c/d', 'https://github.com/a/b.git', 'main/c/d', true],
  ['https://github.com/a/b/tree/feature/x?tab=readme', 'https://github.com/a/b.git', 'feature/x', true],
  ['https://gitlab.com/a/b/-/tree/main/c', 'https://gitlab.com/a/b.git', 'main/c', true],
  ['https://gitlab.com/group/team/b.git/c', 'https://gitlab.com/group/team/b.git', 'c', false],
  ['https://gist.github.com/me/0123', 'https://gist.github.com/me/0123.git', '', false],
  ['https://dev.azure.com/a/b/_git/c', 'https://dev.azure.com/a/b/_git/c', '', false],
  ['https://me:word@git.example/a/b', 'https://me:word@git.example/a/b.git', '', false],
  ['git@github.com:a/b/c', 'ssh://git@github.com/a/b.git', 'c', false],
  ['ssh://git@git.example:2222/a/b', 'ssh://git@git.example:2222/a/b.git', '', false],
  ['file:///srv/templates', 'file:///srv/templates', '', false],
  ['file:///srv/templates.git/tree/next/web', 'file:///srv/templates.git', 'next/web', true],
])('%s is a place in a repository', (url, repository, path, namesReference) => {
  expect(isGitUrl(url)).toBe(true);
  expect(takenApart(url)).toEqual([repository, path, namesReference]);
});

test.each(['kubernetes-typescript', './templates', '../a/b', 'C:\\templates', 'a:b'])('%s is no URL', (place) => {
  expect(isGitUrl(place)).toBe(false);
});

test.each([
  ['http://github.com/a/b', 'templates come by https, ssh, or from a file URL'],
  ['ext::sh -c touch% /tmp/x', 'templates come by https, ssh, or from a file URL'],
  ['https://github.com/a', 'it names no repository'],
  ['https://github.com/a/b/tree', 'no branch follows `tree`'],
  ['https://github.com/a/b/c%2f..%2f..%2f..%2fetc', 'its path leads back'],
])('%s is refused', (url, why) => {
  expect(() => parseGitUrl(url)).toThrow(why);
});

describe('what is shown of a URL', () => {
  test.each([
    ['https://me:p@ss@git.example/a/b', 'https://***@git.example/a/b'],
    ['https://token@git.example/a', 'https://***@git.example/a'],
    ['ssh://git:word@git.example/a', 'ssh://git:***@git.example/a'],
    ['ssh://git@git.example/a', 'ssh://git@git.example/a'],
  ])('of %s is no password and no token', (url, shown) => {
    expect(withoutPassword(`fatal: could not read '${url}'`)).toBe(`fatal: could not read '${shown}'`);
  });

  test('has none in an error, either', () => {
    expect(() => parseGitUrl('ftp://me:word@git.example/a/b')).toThrow(
      /^ftp:\/\/me:\*\*\*@git\.example\/a\/b leads to no/,
    );
  });
});
