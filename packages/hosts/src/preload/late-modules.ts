import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadReal, once, provideModule } from './loading.ts';

/** Only closure serialisation needs these two, and loading them takes longer than the rest of the SDK. */
export function loadHeavyModulesLate(sdkDir: string): void {
  const serialiser = join(sdkDir, 'runtime', 'closure', 'codePaths.js');
  try {
    const arborist = createRequire(serialiser).resolve('@npmcli/arborist');
    provideModule(arborist, () => standIn(() => loadReal(arborist)));
  } catch {
    // An SDK that comes without it has nothing to wait for.
  }
  // The SDK's one way to the compiler, the program's or its own.
  const compiler = join(sdkDir, 'typescript-shim.js');
  provideModule(compiler, () => standIn(() => loadReal(compiler)));
}

type Exports = Record<PropertyKey, unknown>;

function standIn(load: () => unknown): unknown {
  const get = once(load) as () => Exports;
  return new Proxy(Object.create(null), {
    get: (_, key) => {
      // `__importStar` copies a module that does not claim to be one, which would load it.
      if (key === '__esModule') return true;
      return key === 'default' ? (get().default ?? get()) : get()[key];
    },
    set: (_, key, value) => Reflect.set(get(), key, value),
    has: (_, key) => key in get(),
    ownKeys: () => Reflect.ownKeys(get()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(get(), key);
      return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
    },
  });
}
