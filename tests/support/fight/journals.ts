import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JournalText, readJournal } from '../../../packages/state/src/journal/read-journal.ts';
import type { Store } from '../../../packages/state/src/store/store.ts';
import { thingNames } from './program.ts';

/** The journals of the contenders, by the process that wrote them, as far as they were read before they were merged. */
export class Journals {
  readonly byPid = new Map<number, JournalText>();
  readonly #store: Store;
  readonly #folder: string;

  constructor(store: Store, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  /** Reads them again and again until `until`; a run waits at its end until its journal has been read (see `world`). */
  async follow(world: string, nameOf: (pid: number) => string | undefined, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      for (const { name } of await this.#store.list(this.#folder).catch(() => []))
        if (/^journal-\d+\.log$/.test(name)) await this.#read(name).catch(() => undefined);
      for (const [pid, journal] of this.byPid) {
        const run = nameOf(pid);
        const mark = path.join(world, `read-${run}`);
        const isWhole = stepsBegun(journal).some((step) => step.endsWith(` ${thingNames.at(-1)}`));
        if (run !== undefined && isWhole && !existsSync(mark)) writeFileSync(mark, '');
      }
      await sleep(25);
    }
  }

  async #read(name: string): Promise<void> {
    const key = `${this.#folder}/${name}`;
    const log = await this.#store.readLog(key);
    const journal = log && readJournal(log, key);
    const pid = journal?.header?.by.pid;
    if (journal === undefined || pid === undefined) return;
    if (journal.entries.length >= (this.byPid.get(pid)?.entries.length ?? 0)) this.byPid.set(pid, journal);
  }
}

/** `updating second` for each step that a journal says was begun, in order. */
export function stepsBegun({ entries }: JournalText): readonly string[] {
  return entries.flatMap((entry) => {
    const { kind, type, resource } = entry as { kind: string; type: string; resource?: { urn: string } };
    return kind === 'begin' ? [`${type} ${resource!.urn.split('::').at(-1)}`] : [];
  });
}
