import { LogSealedError, type LogWriter, type Store, type StoredObject } from '../store/store.ts';

interface MemoryLog {
  bytes: Buffer;
  sealed: boolean;
}

/** A store without files: what the abstraction promises, and nothing that happens to hold of files. */
export function createMemoryStore(): Store {
  const objects = new Map<string, StoredObject>();
  const logs = new Map<string, MemoryLog>();
  const fences = new Map<string, number>();
  let version = 0;
  const set = (key: string, bytes: Uint8Array) => {
    version += 1;
    objects.set(key, { bytes: Uint8Array.from(bytes), tag: String(version), modifiedMs: Date.now() });
  };
  /** Lets other callers in between, as any store does. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    url: 'memory://',
    isListingCostly: false,
    locate: (key) => `memory://${key}`,
    get: async (key) => {
      await turn();
      return objects.get(key);
    },
    put: async (key, bytes) => {
      await turn();
      set(key, bytes);
    },
    create: async (key, bytes) => {
      await turn();
      if (objects.has(key)) return false;
      set(key, bytes);
      return true;
    },
    delete: async (key) => {
      await turn();
      objects.delete(key);
    },
    remove: async (key, tag) => {
      await turn();
      return objects.get(key)?.tag === tag && objects.delete(key);
    },
    list: async (folder) => {
      await turn();
      const prefix = folder === '' ? '' : `${folder}/`;
      const names = new Map<string, 'object' | 'folder'>();
      for (const key of [...objects.keys(), ...logs.keys()]) {
        if (!key.startsWith(prefix)) continue;
        const [name, ...rest] = key.slice(prefix.length).split('/');
        names.set(name!, rest.length === 0 ? 'object' : 'folder');
      }
      return [...names].map(([name, kind]) => ({ name, kind }));
    },
    copy: async (from, to) => {
      await turn();
      set(to, objects.get(from)!.bytes);
    },
    tidy: async () => undefined,
    deleteAll: async (keys) => {
      await turn();
      for (const key of keys) objects.delete(key);
    },
    stage: async (key, bytes, token) => ({
      publish: async (expectedTag) => {
        await turn();
        if (token < (fences.get(key) ?? 0)) return 'fenced';
        if (objects.get(key)?.tag !== expectedTag) return 'changed';
        set(key, bytes);
        return 'published';
      },
      discard: async () => undefined,
    }),
    fence: async (keys, token) => {
      await turn();
      for (const key of keys) fences.set(key, Math.max(token, fences.get(key) ?? 0));
    },
    createLog: async (key) => {
      await turn();
      if (logs.has(key)) return undefined;
      const log: MemoryLog = { bytes: Buffer.alloc(0), sealed: false };
      logs.set(key, log);
      return writerOf(log, () => logs.get(key) === log);
    },
    readLog: async (key) => {
      await turn();
      const log = logs.get(key);
      return log === undefined ? undefined : { bytes: log.bytes, isSealed: log.sealed, tearing: 'anyhow' };
    },
    sealLog: async (key, _token, acceptedLength) => {
      await turn();
      const log = logs.get(key);
      if (log === undefined) return undefined;
      if (!log.sealed) log.bytes = log.bytes.subarray(0, acceptedLength(log.bytes, 'anyhow'));
      log.sealed = true;
      return { bytes: log.bytes, isSealed: true, tearing: 'anyhow' };
    },
    deleteLog: async (key) => {
      await turn();
      logs.delete(key);
    },
  };
}

function writerOf(log: MemoryLog, isCurrent: () => boolean): LogWriter {
  return {
    append: async (bytes) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (log.sealed || !isCurrent()) throw new LogSealedError('the log was closed by a newer operation');
      log.bytes = Buffer.concat([log.bytes, bytes]);
    },
    close: async () => undefined,
  };
}
