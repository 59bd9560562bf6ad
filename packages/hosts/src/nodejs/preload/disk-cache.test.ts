import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../../testing/program-folder.ts';
import { openDiskCache } from './disk-cache.ts';

test('what was written is read again', () => {
  const cache = openDiskCache(folderWith({}));
  expect(cache.read('abcd')).toBeUndefined();
  cache.write('abcd', 'text\nof lines\n');
  expect(cache.read('abcd')).toBe('text\nof lines\n');
});

test('an entry that is damaged is as if it were not there, and can be written again', () => {
  const folder = folderWith({});
  const cache = openDiskCache(folder);
  cache.write('abcd', 'text');
  const [file] = globSync('**/abcd', { cwd: folder });
  for (const damage of ['', 'text', readFileSync(join(folder, file!), 'utf8').slice(0, -1), '\u0000\n']) {
    writeFileSync(join(folder, file!), damage);
    expect(cache.read('abcd')).toBeUndefined();
  }
  cache.write('abcd', 'again');
  expect(cache.read('abcd')).toBe('again');
});

test('a directory that cannot be written is no error', () => {
  const folder = folderWith({ file: '' });
  const cache = openDiskCache(join(folder, 'file'));
  cache.write('abcd', 'text');
  expect(cache.read('abcd')).toBeUndefined();
});
