import { DatabaseSync } from 'node:sqlite';
import type { Persistence } from './object-store.ts';
import { objectText } from './object-text.ts';

/**
 * Objects in one SQLite file. The file is held exclusively from opening to closing, by a lock of the operating system that ends with the
 * process: a second opener gets an error (`isHeldByAnother`). A commit survives the death of the process, though not
 * necessarily a power failure (WAL with synchronous=NORMAL).
 */
export function sqlitePersistence(file: string): Persistence {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec(`
      BEGIN EXCLUSIVE;
      CREATE TABLE IF NOT EXISTS objects (collection TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (collection, key));
      CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
      COMMIT;
    `);
  } catch (error) {
    database.close();
    throw error;
  }
  const upsert = database.prepare(
    'INSERT INTO objects (collection, key, body) VALUES (?, ?, ?) ON CONFLICT (collection, key) DO UPDATE SET body = excluded.body',
  );
  const erase = database.prepare('DELETE FROM objects WHERE collection = ? AND key = ?');
  const count = database.prepare(
    "INSERT INTO counters (name, value) VALUES ('revision', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );

  const transaction = (work: () => void) => {
    database.exec('BEGIN');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  return {
    load() {
      const counter = database.prepare("SELECT value FROM counters WHERE name = 'revision'").get();
      const rows = database.prepare('SELECT collection, key, body FROM objects ORDER BY collection, key').all();
      return {
        revision: Number(counter?.value ?? 0),
        records: rows.map((row) => ({
          collection: String(row.collection),
          key: String(row.key),
          object: JSON.parse(String(row.body)),
        })),
      };
    },
    commit({ revision, writes }) {
      transaction(() => {
        for (const { collection, key, object } of writes.values()) {
          if (object === undefined) erase.run(collection, key);
          else upsert.run(collection, key, objectText(object));
        }
        count.run(revision);
      });
    },
    clear(revision) {
      transaction(() => {
        database.exec('DELETE FROM objects');
        count.run(revision);
      });
    },
    close() {
      database.close();
    },
  };
}

/** Whether opening failed because another process has the file. */
export function isHeldByAnother(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && (code & 0xff) === sqliteBusy;
}

const sqliteBusy = 5;
