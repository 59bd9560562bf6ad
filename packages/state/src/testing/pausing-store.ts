import type { Store } from '../store/store.ts';

/**
 * The store, each of whose calls first waits for `before`, which is told its number (from 0): where a process may be
 * stopped. Those of staged objects count, too.
 */
export function pausingStore(store: Store, before: (call: number) => Promise<void> | undefined): Store {
  let count = 0;
  const pausing = <T extends object>(subject: T): T =>
    new Proxy(subject, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || name === 'locate') return member;
        return async (...args: unknown[]) => {
          await before(count++);
          const result: unknown = await member.apply(target, args);
          return name === 'stage' ? pausing(result as object) : result;
        };
      },
    });
  return pausing(store);
}
