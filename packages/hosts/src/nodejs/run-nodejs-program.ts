import { createRequire } from 'node:module';
import { follow } from '../program/follow.ts';
import type { ProgramOptions, RunningProgram } from '../program/program.ts';
import { type Child, spawnChild } from '../spawn-child.ts';
import { programEnvironment, runnerArguments } from './command.ts';
import { debuggerArgument, listenForDebuggee } from './debugger.ts';
import { type Entry, findEntry } from './entry.ts';
import { type NodeOptions, readNodeOptions } from './options.ts';
import { bringsLoader, configuresTsNode } from './preload/own-loader.ts';
import { type PreloadSettings, settingsVariable } from './preload/settings.ts';
import { cachesIn, preloadFile } from './preload-file.ts';
import { findRunner, sdkDirOf } from './sdk.ts';
import { type RunningTypecheck, skippedTypecheck, startTypecheck } from './typecheck/typecheck.ts';

/**
 * Starts the user's Node.js program under its own SDK's runner, on the Node that runs this, as a process group of its
 * own that ends with this process. Throws OperationError for what would keep it from starting: no SDK, no program directory or entry file, a runtime option of the wrong type.
 */
export function runNodejsProgram(options: ProgramOptions): RunningProgram {
  const nodeOptions = readNodeOptions(options.runtimeOptions);
  // A loader of the program's own may load files we have never heard of, so the entry is its business.
  const hasOwnLoader = bringsLoader(nodeOptions.nodeArguments, options.env);
  const entry = hasOwnLoader ? undefined : findEntry(options.programDir, options.entryPoint);
  const runnerPath = findRunner(options.programDir, nodeOptions.packageManager, options.env);
  const fallbackCompilerPath = ownCompilerPath();
  const preloadPath = preloadFile(options.cacheDir);
  const settings: PreloadSettings = {
    task: 'program',
    preloadPath,
    runnerPath,
    parentPid: process.pid,
    caches: cachesIn(options.cacheDir, preloadPath),
    fallbackCompilerPath,
    quickWire:
      options.wire === 'quick' ? { address: options.monitorAddress, isDebugged: options.isDebugged } : undefined,
  };
  const { onDebuggee, onOutput } = options;
  const program = follow(
    startProgram(options, nodeOptions, settings),
    onDebuggee === undefined ? onOutput : listenForDebuggee(onDebuggee, onOutput),
  );
  const typecheck = startCheck(options, nodeOptions, settings, entry);
  return {
    ...program,
    verdict: typecheck.verdict,
    kill() {
      typecheck.stop();
      program.kill();
    },
  };
}

function startProgram(options: ProgramOptions, nodeOptions: NodeOptions, settings: PreloadSettings): Child {
  const { preloadPath, runnerPath } = settings;
  return spawnChild(
    process.execPath,
    [
      `--require=${preloadPath}`,
      ...(options.onDebuggee === undefined ? [] : [debuggerArgument]),
      ...nodeOptions.nodeArguments,
      runnerPath,
      ...runnerArguments(options),
    ],
    {
      title: 'the program',
      cwd: options.programDir,
      env: {
        ...options.env,
        ...programEnvironment(options, nodeOptions),
        [settingsVariable]: JSON.stringify(settings),
      },
    },
  );
}

function startCheck(
  options: ProgramOptions,
  nodeOptions: NodeOptions,
  settings: PreloadSettings,
  entry: Entry | undefined,
): RunningTypecheck {
  if (options.typecheck === 'off') return skippedTypecheck('off');
  if (!nodeOptions.typescript) return skippedTypecheck('javascript');
  if (entry === undefined || configuresTsNode(options.env)) return skippedTypecheck('own-loader');
  return startTypecheck({
    sdkDir: sdkDirOf(settings.runnerPath),
    programDir: options.programDir,
    entry,
    configPath: nodeOptions.tsconfig ?? options.env.PULUMI_NODEJS_TSCONFIG_PATH ?? 'tsconfig.json',
    fallbackCompilerPath: settings.fallbackCompilerPath,
    preloadPath: settings.preloadPath,
    nodeArguments: nodeOptions.nodeArguments,
    env: options.env,
    caches: settings.caches,
  });
}

function ownCompilerPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('typescript');
  } catch {
    return undefined;
  }
}
