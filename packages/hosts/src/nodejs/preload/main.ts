import { enableCompileCache } from 'node:module';
import { dirname } from 'node:path';
import { checkProgram } from '../typecheck/checker.ts';
import { keepVerdict } from '../typecheck/kept-verdict.ts';
import { openDiskCache } from './disk-cache.ts';
import { loadHeavyModulesLate } from './late-modules.ts';
import { once } from './loading.ts';
import { bringsLoader, configuresTsNode } from './own-loader.ts';
import { pruneFiles } from './prune.ts';
import { standInForTsNode } from './quick-type-script.ts';
import { useQuickWire } from './quick-wire.ts';
import { type CheckerSettings, type PreloadSettings, takeSettings } from './settings.ts';
import { signalOnlyWhatIsWhole } from './shutdown.ts';
import { keepTraces } from './source-map-support.ts';
import { createTraces } from './traces.ts';
import { findTsNode } from './ts-node.ts';
import { tsNodeFrames } from './ts-node-frames.ts';

/**
 * Runs before the SDK in the program's process and makes it quick; nothing a program can observe changes. Where the
 * program brings a loader of its own, only what cannot disturb one is done.
 */
function startProgram(settings: PreloadSettings): void {
  const sdkDir = dirname(dirname(dirname(settings.runnerPath)));
  signalOnlyWhatIsWhole(sdkDir);
  if (bringsLoader(process.execArgv, process.env)) return;
  const cache = openDiskCache(settings.caches.sources);
  const traces = createTraces({
    preloadPath: settings.preloadPath,
    aliases: once(() => tsNodeFrames(cache, findTsNode(sdkDir).path)),
  });
  Error.prepareStackTrace = traces.prepareStackTrace as typeof Error.prepareStackTrace;
  keepTraces(traces, settings.runnerPath);
  loadHeavyModulesLate(sdkDir);
  if (settings.quickWire !== undefined) useQuickWire(sdkDir, settings.quickWire);
  if (process.env.PULUMI_NODEJS_TYPESCRIPT === 'true' && !configuresTsNode(process.env)) {
    standInForTsNode(settings, sdkDir, cache, traces.outputs);
  }
}

const keptMs = 90 * 24 * 3_600_000;

/** The other task of this file: it is run by itself, beside the program, and prints its verdict as JSON. */
function startCheck({ request, key, caches }: CheckerSettings): void {
  const { verdict, dependencies } = checkProgram(request);
  if (verdict.kind !== 'failed') keepVerdict(openDiskCache(caches.verdicts), key, verdict, dependencies);
  process.stdout.write(JSON.stringify(verdict));
  // A check runs when sources have changed, which is when what was kept about the old ones becomes useless.
  for (const directory of [caches.sources, caches.verdicts, caches.compiledCode]) pruneFiles(directory, keptMs);
}

const settings = takeSettings();
if (settings !== undefined) {
  // Killed before the guardian heard of this process: nobody is left to talk to.
  if (process.ppid !== settings.parentPid) process.exit(1);
  enableCompileCache(settings.caches.compiledCode);
  if (settings.task === 'typecheck') startCheck(settings);
  else startProgram(settings);
}
