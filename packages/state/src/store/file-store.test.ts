import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BugError, OperationError } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '../testing/memory-file-system.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { createFileStore } from './file-store.ts';

const bytes = Buffer.from('x');

describe('a store in a folder', () => {
  test('makes files and folders that only their owner may look into, and leaves those that are there as they are', async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, 'shared'), { mode: 0o755 });
    const store = createFileStore(folder);
    await store.put('shared/own/a', bytes, 'lasting');
    expect(statSync(join(folder, 'shared')).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, 'shared/own')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'shared/own/a')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'shared/own'))).toEqual(['a']);
  });

  test.each(['../a', 'a/../../b', '/a', 'a//b', 'a/./b', 'a\0b', ''])('never leaves it: %j', async (key) => {
    const store = createFileStore(await temporaryFolder());
    await expect((async () => store.put(key, bytes, 'passing'))()).rejects.toThrow(BugError);
  });

  test('says in words what the file system refuses, and where', async () => {
    const folder = await temporaryFolder();
    const store = createFileStore(folder);
    writeFileSync(join(folder, 'file'), '');
    await expect(store.put('file/a', bytes, 'passing')).rejects.toThrow(
      `cannot write ${folder}/file/a: a part of the path is a file, not a folder`,
    );
    const disk = new MemoryDisk();
    const full = createFileStore(
      '/full',
      disk.mount((operation) =>
        operation.startsWith('write') ? { kind: 'error', code: 'ENOSPC', moment: 'before' } : undefined,
      ),
    );
    const writing = full.put('a', bytes, 'passing');
    await expect(writing).rejects.toThrow('cannot write /full/a: no space left on the disk');
    await writing.catch((error: OperationError) => expect(error.code).toBe('STATE_UNWRITABLE'));
    expect(await full.list('')).toEqual([]);
  });

  test('does without hard links where the file system has none', async () => {
    const disk = new MemoryDisk();
    const store = createFileStore(
      '/store',
      disk.mount((operation) =>
        operation.startsWith('link') ? { kind: 'error', code: 'EPERM', moment: 'before' } : undefined,
      ),
    );
    expect(await store.create('a', bytes, 'lasting')).toBe(true);
    expect(await store.create('a', bytes, 'lasting')).toBe(false);
    expect(await store.list('')).toEqual([{ name: 'a', kind: 'object' }]);
  });

  test('sweeps away what writes left that were interrupted long ago, and nothing younger', async () => {
    const folder = await temporaryFolder();
    const store = createFileStore(folder);
    await store.put('f/a', bytes, 'passing');
    writeFileSync(join(folder, 'f/young.tmp'), '');
    writeFileSync(join(folder, 'f/old.tmp'), '');
    utimesSync(join(folder, 'f/old.tmp'), new Date(0), new Date(0));
    await store.tidy('f');
    await store.tidy('nowhere');
    expect(readdirSync(join(folder, 'f')).sort()).toEqual(['a', 'young.tmp']);
  });

  test.runIf(process.getuid?.() !== 0)('says when it may not read', async () => {
    const folder = await temporaryFolder();
    const store = createFileStore(folder);
    await store.put('a', bytes, 'passing');
    chmodSync(join(folder, 'a'), 0);
    await expect(store.get('a')).rejects.toThrow(OperationError);
  });
});
