import Module, { createRequire } from 'node:module';

/** The parts of Node's CommonJS loader that are not in its types, but that every loader hook has relied on for years. */
export interface CommonJsModule {
  _compile(code: string, fileName: string, format?: string): unknown;
}

export type ExtensionHandler = (module: CommonJsModule, fileName: string) => unknown;

interface CommonJsLoader {
  _extensions: Record<string, ExtensionHandler | undefined>;
  _cache: Record<string, object | undefined>;
}

export const commonJs = Module as unknown as CommonJsLoader;

/**
 * Answers `require` of the file at `path` with what `make` returns when it is first asked for. The answer waits in
 * Node's module cache, so that, unlike with a hook around `require`, no trace shows it and no other module pays for it.
 */
export function provideModule(path: string, make: () => unknown): void {
  const module = Object.assign(new Module(path), { filename: path, loaded: true });
  const exports = once(make);
  Object.defineProperty(module, 'exports', { get: exports, enumerable: true, configurable: true });
  commonJs._cache[path] = module;
}

/** Loads what is really at `path`, although something was provided for it. */
export function loadReal(path: string): unknown {
  delete commonJs._cache[path];
  return createRequire(path)(path);
}

/** These exports in the name of the module at `path`, and for any other the real module's. */
export function orReal(path: string, exports: Record<PropertyKey, unknown>): unknown {
  const real = once(() => loadReal(path) as Record<PropertyKey, unknown>);
  return new Proxy(exports, {
    get: (own, key) => {
      if (key in own) return own[key];
      return key === '__esModule' ? true : real()[key];
    },
  });
}

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
