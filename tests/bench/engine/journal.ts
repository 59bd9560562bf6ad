import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { emptySnapshot, type JournalEntry } from '@radiant/model';
import { openBackendAt } from '@radiant/state';
import { operate } from './operate.ts';

/** Per resource created: its beginning, its end, and their becoming part of the checkpoint. */
export interface JournalCost {
  readonly appendMicros: number;
  readonly commitMicros: number;
  readonly bytes: number;
}

/** As many entries as a busy operation has in flight. */
const together = 32;

/** Journals the creation of `count` resources in a real folder. */
export async function measureJournal(count: number): Promise<JournalCost> {
  const entries: JournalEntry[] = [];
  await operate('create', { shape: 'apart', count }, emptySnapshot, { onEntry: (entry) => entries.push(entry) });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'radiant-bench-'));
  try {
    const place = { home: folder, cwd: folder, toolVersion: 'bench', rescueFolders: [], user: 'bench' };
    const backend = openBackendAt(`file://${folder}`, place);
    const ref = { project: 'bench', stack: 'dev' };
    await backend.createStack(ref, {});
    const operation = await backend.beginOperation(ref, { kind: 'update', message: '', environment: {} });
    const appending = process.cpuUsage();
    for (let first = 0; first < entries.length; first += together)
      await Promise.all(entries.slice(first, first + together).map((entry) => operation.journal.append(entry)));
    const appendMicros = microsSince(appending);
    const bytes = await journalBytes(folder);
    const committing = process.cpuUsage();
    await operation.commit({ result: 'succeeded', changes: {}, config: {} });
    return {
      appendMicros: appendMicros / count,
      commitMicros: microsSince(committing) / count,
      bytes: bytes / count,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function journalBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name.startsWith('journal-'))
      bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  return bytes;
}

function microsSince(cpu: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(cpu);
  return user + system;
}
