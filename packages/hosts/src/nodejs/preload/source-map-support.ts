import { createRequire } from 'node:module';
import { loadReal, provideModule } from './loading.ts';
import type { Traces } from './traces.ts';

interface InstallOptions {
  readonly retrieveFile?: (path: string) => string | null | undefined;
  readonly retrieveSourceMap?: unknown;
}

interface SourceMapSupport {
  install(options?: InstallOptions): void;
}

type Formatter = typeof Error.prepareStackTrace;

/**
 * The SDK, and maybe the program, install the formatter of `source-map-support`, which makes the same traces as ours,
 * slowly: so ours stays. But whoever brings sources of their own, as other versions of ts-node do, gets the real one,
 * which then knows our sources, too.
 */
export function keepTraces(traces: Traces, runnerPath: string): void {
  const ours = traces.prepareStackTrace as Formatter;
  const { resolve } = createRequire(runnerPath);
  try {
    const support = resolve('source-map-support');
    provideModule(resolve('source-map-support/register'), () => ({}));
    provideModule(support, () => {
      const real = loadReal(support) as SourceMapSupport;
      real.install({ retrieveFile: (path) => traces.outputs.get(path) });
      const theirs = Error.prepareStackTrace;
      Error.prepareStackTrace = ours;
      return {
        ...real,
        install(options: InstallOptions = {}) {
          real.install(options);
          if (options.retrieveFile || options.retrieveSourceMap) Error.prepareStackTrace = theirs;
        },
      };
    });
  } catch {
    // An SDK that comes without it formats no traces with it.
  }
}
