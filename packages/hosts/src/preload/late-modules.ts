import type { Loading, Substitute } from './loading.ts';

/** Only closure serialisation needs these, and loading them takes longer than the rest of the SDK. */
const heavyModules = ['@npmcli/arborist', 'typescript'];

/** The SDK's own requires of its heavy modules, answered with stand-ins that load on first use. */
export function lateModules(sdkDir: string): ReadonlyMap<string, Substitute> {
  const substitute: Substitute = (loading) => {
    if (!loading.from.startsWith(sdkDir)) return undefined;
    // A missing module must throw now: the SDK falls back to a compiler of its own then.
    loading.resolve();
    return standIn(loading);
  };
  return new Map(heavyModules.map((request) => [request, substitute]));
}

function standIn(loading: Loading): unknown {
  let real: Record<PropertyKey, unknown> | undefined;
  const get = (): Record<PropertyKey, unknown> => {
    real ??= loading.load() as Record<PropertyKey, unknown>;
    return real;
  };
  return new Proxy(Object.create(null), {
    get: (_, key) => {
      // `__importStar` copies a module that does not claim to be one, which would load it.
      if (key === '__esModule') return true;
      if (key === 'default') return get().default ?? get();
      return get()[key];
    },
    has: (_, key) => key in get(),
    ownKeys: () => Reflect.ownKeys(get()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(get(), key);
      return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
    },
  });
}
