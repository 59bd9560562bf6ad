import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../../testing/program-folder.ts';
import { pruneFiles } from './prune.ts';

test('only files written long ago are removed', () => {
  const folder = folderWith({ 'a/old': '', 'a/b/new': '' });
  const yesterday = new Date(Date.now() - 86_400_000);
  utimesSync(join(folder, 'a/old'), yesterday, yesterday);
  pruneFiles(folder, 3_600_000);
  expect([existsSync(join(folder, 'a/old')), existsSync(join(folder, 'a/b/new'))]).toEqual([false, true]);
});

test('a directory that is not there needs no pruning', () => {
  pruneFiles(join(folderWith({}), 'nowhere'), 0);
});
