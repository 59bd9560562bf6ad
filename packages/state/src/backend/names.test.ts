import { describe, expect, test } from 'vitest';
import { parseFileUrl } from '../store/file-url.ts';
import { formatStackRef, parseStackRef } from './names.ts';

describe('a stack name', () => {
  test.each([
    ['dev', { project: 'here', stack: 'dev' }],
    ['organization/dev', { project: 'here', stack: 'dev' }],
    ['organization/other/dev', { project: 'other', stack: 'dev' }],
    ['a.b_c-1', { project: 'here', stack: 'a.b_c-1' }],
  ])('%s is read', (text, ref) => {
    expect(parseStackRef(text, 'here')).toEqual(ref);
    expect(parseStackRef(formatStackRef(ref), undefined)).toEqual(ref);
  });

  test.each(['', 'a/b/c/d', 'acme/dev', 'acme/p/dev', 'organization/../dev', 'organization/p/..', 'a b', 'ä', '.'])(
    '%j is refused',
    (text) => {
      expect(() => parseStackRef(text, 'here')).toThrow(expect.objectContaining({ code: 'STACK_NAME_INVALID' }));
    },
  );

  test('alone is no name outside a project', () => {
    expect(() => parseStackRef('dev', undefined)).toThrow(/does not say of which project/);
  });
});

test.each([
  ['file://~', '/home/ada'],
  ['file://~/state', '/home/ada/state'],
  ['file://./state', '/srv/state'],
  ['file://state/deep', '/srv/state/deep'],
  ['file:///var/state', '/var/state'],
  ['file:///var/my%20state?no_tmp_dir=true', '/var/my state'],
  ['file:///var/100%', '/var/100%'],
])('%s is the folder %s', (url, path) => {
  expect(parseFileUrl(url, { home: '/home/ada', cwd: '/srv' })).toBe(path);
});

test.each(['file://', 's3://bucket', '/var/state', ''])('%j is no URL of a file backend', (url) => {
  expect(() => parseFileUrl(url, { home: '/home/ada', cwd: '/srv' })).toThrow(/no URL of a file backend/);
});
