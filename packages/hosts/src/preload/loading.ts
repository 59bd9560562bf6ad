import Module from 'node:module';

/** The parts of Node's CommonJS loader that are not in its types but are stable and documented by use. */
export interface CommonJsModule {
  readonly id: string;
  readonly filename: string | null;
  _compile(code: string, fileName: string, format?: string): unknown;
}

export type ExtensionHandler = (module: CommonJsModule, fileName: string) => unknown;

interface CommonJsLoader {
  _load(request: string, parent: CommonJsModule | null | undefined, isMain: boolean): unknown;
  _resolveFilename(request: string, parent: CommonJsModule | null | undefined, isMain?: boolean): string;
  _extensions: Record<string, ExtensionHandler | undefined>;
}

export const commonJs = Module as unknown as CommonJsLoader;

export interface Loading {
  /** What `require` was given. */
  readonly request: string;
  /** The file that asked; empty when nobody did. */
  readonly from: string;
  /** Loads what Node would load. */
  readonly load: () => unknown;
  /** Finds the file Node would load; throws as Node does when there is none. */
  readonly resolve: () => string;
}

/** Answers a `require` in Node's stead; `undefined` leaves it to Node. */
export type Substitute = (loading: Loading) => unknown;

/** Puts substitutes in place of what `require` returns, by the exact string that is required. */
export function substituteRequires(substitutes: ReadonlyMap<string, Substitute>): void {
  const original = commonJs._load;
  commonJs._load = function load(request, parent, isMain) {
    const substitute = substitutes.get(request);
    if (substitute !== undefined) {
      const answer = substitute({
        request,
        from: parent?.filename ?? '',
        load: () => original.call(commonJs, request, parent, isMain),
        resolve: () => commonJs._resolveFilename(request, parent, false),
      });
      if (answer !== undefined) return answer;
    }
    return original.call(this, request, parent, isMain);
  };
}
