import { createRequire, enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { checkProgram } from '../typecheck/checker.ts';
import { keepVerdict } from '../typecheck/kept-verdict.ts';
import { openDiskCache } from './disk-cache.ts';
import { loadHeavyModulesLate } from './late-modules.ts';
import { loadReal, once, provideModule } from './loading.ts';
import { bringsLoader, configuresTsNode } from './own-loader.ts';
import { standInForTsNode } from './quick-type-script.ts';
import { type CheckerSettings, type PreloadSettings, takeSettings } from './settings.ts';
import { createTraces, type Traces } from './traces.ts';
import { tsNodeFrames } from './ts-node-frames.ts';

/**
 * Runs before the SDK in the program's process and makes it quick; nothing a program can observe changes. Where the
 * program brings a loader of its own, only what cannot disturb one is done.
 */
function startProgram(settings: PreloadSettings): void {
  if (bringsLoader(process.execArgv, process.env)) return;
  const sdkDir = dirname(dirname(dirname(settings.runnerPath)));
  const cache = openDiskCache(join(settings.cacheDir, 'typescript'));
  const traces = createTraces({
    preloadPath: settings.preloadPath,
    aliases: once(() => tsNodeFrames(cache, sdkDir)),
  });
  Error.prepareStackTrace = traces.prepareStackTrace as typeof Error.prepareStackTrace;
  keepTraces(traces, settings.runnerPath);
  loadHeavyModulesLate(sdkDir);
  if (process.env.PULUMI_NODEJS_TYPESCRIPT === 'true' && !configuresTsNode(process.env)) {
    standInForTsNode(settings, sdkDir, cache, traces.outputs);
  }
}

interface SourceMapSupport {
  install(options?: unknown): void;
}

/** `source-map-support` would install its formatter over ours; whoever loads it gets everything else it does. */
function keepTraces(traces: Traces, runnerPath: string): void {
  const { resolve } = createRequire(runnerPath);
  try {
    const support = resolve('source-map-support');
    provideModule(resolve('source-map-support/register'), () => ({}));
    provideModule(support, () => {
      const real = loadReal(support) as SourceMapSupport;
      return {
        ...real,
        install(options?: unknown) {
          real.install(options);
          Error.prepareStackTrace = traces.prepareStackTrace as typeof Error.prepareStackTrace;
        },
      };
    });
  } catch {
    // An SDK that comes without it formats no traces with it.
  }
}

/** The other task of this file: it is run by itself, beside the program, and prints its verdict as JSON. */
function startCheck({ request, key, cacheDir }: CheckerSettings): void {
  const { verdict, dependencies } = checkProgram(request);
  if (verdict.kind !== 'failed') keepVerdict(openDiskCache(join(cacheDir, 'verdicts')), key, verdict, dependencies);
  process.stdout.write(JSON.stringify(verdict));
}

const settings = takeSettings();
if (settings !== undefined) {
  // Killed before the guardian heard of this process: nobody is left to talk to.
  if (process.ppid !== settings.parentPid) process.exit(1);
  enableCompileCache(join(settings.cacheDir, 'v8'));
  if (settings.task === 'typecheck') startCheck(settings);
  else startProgram(settings);
}
