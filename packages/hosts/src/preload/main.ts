import { enableCompileCache } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { lateModules } from './late-modules.ts';
import { type Substitute, substituteRequires } from './loading.ts';
import { quickTypeScript } from './quick-type-script.ts';
import { type PreloadSettings, takeSettings } from './settings.ts';
import { createTraces, type Traces } from './traces.ts';

/**
 * Runs before the SDK in the program's process and makes it quick; nothing a program can observe changes. Where the
 * program brings a loader of its own, only what cannot disturb one is done.
 */
function start(settings: PreloadSettings): void {
  // Killed before the guardian heard of this process: nobody is left to talk to.
  if (process.ppid !== settings.parentPid) process.exit(1);
  enableCompileCache(join(settings.cacheDir, 'v8'));
  if (hasOwnLoader()) return;
  const sdkDir = dirname(dirname(dirname(settings.runnerPath)));
  const traces = createTraces(Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS));
  const substitutes = new Map<string, Substitute>([...lateModules(sdkDir + sep), ...traceModules(traces)]);
  if (process.env.PULUMI_NODEJS_TYPESCRIPT === 'true' && !isTsNodeConfigured()) {
    for (const [request, substitute] of quickTypeScript(settings, sdkDir, traces.outputs)) {
      substitutes.set(request, substitute);
    }
  }
  Error.prepareStackTrace = traces.prepareStackTrace as typeof Error.prepareStackTrace;
  substituteRequires(substitutes);
}

const loaderOptions = /^(--import|--loader|--experimental-loader|--require|-r)(=|$)/;

function hasOwnLoader(): boolean {
  const fromEnvironment = (process.env.NODE_OPTIONS ?? '').split(/\s+/);
  return [...process.execArgv, ...fromEnvironment].some((option) => loaderOptions.test(option));
}

/** ts-node has settings in the environment that are its own to read. */
function isTsNodeConfigured(): boolean {
  return Object.keys(process.env).some((name) => name.startsWith('TS_NODE_'));
}

interface SourceMapSupport {
  install(options?: unknown): void;
}

/** `source-map-support` installs itself over ours; whoever loads it gets everything else it does. */
function traceModules(traces: Traces): ReadonlyMap<string, Substitute> {
  return new Map<string, Substitute>([
    ['source-map-support/register', () => ({})],
    [
      'source-map-support',
      ({ load }) => ({
        ...(load() as SourceMapSupport),
        install(options?: unknown) {
          (load() as SourceMapSupport).install(options);
          Error.prepareStackTrace = traces.prepareStackTrace as typeof Error.prepareStackTrace;
        },
      }),
    ],
  ]);
}

const settings = takeSettings();
if (settings !== undefined) start(settings);
