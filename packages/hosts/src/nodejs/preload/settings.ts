import type { CheckRequest } from '../typecheck/checker.ts';
import type { QuickWire } from './quick-wire.ts';

/** The variable that carries the settings from Radiant to the preload; the program never sees it. */
export const settingsVariable = 'RADIANT_PRELOAD';

/** Directories that only this user writes; made on use. */
export interface Caches {
  /** Node's compile cache, which tells versions apart itself. */
  readonly compiledCode: string;
  /** What this version of the preload keeps about sources. */
  readonly sources: string;
  /** What this version of the checker has found. */
  readonly verdicts: string;
}

/** What Radiant tells the preload of one program. */
export interface PreloadSettings {
  readonly task: 'program';
  /** The preload's own path, as it stands in `--require=`. */
  readonly preloadPath: string;
  /** The SDK's `cmd/run/index.js`. */
  readonly runnerPath: string;
  /** Ends the program when this process is gone before the guardian knows of the program. */
  readonly parentPid: number;
  readonly caches: Caches;
  /** A `typescript.js` for programs that bring no usable compiler. */
  readonly fallbackCompilerPath: string | undefined;
  /** Undefined: the SDK speaks gRPC. */
  readonly quickWire: QuickWire | undefined;
}

/** What Radiant tells the process that checks a program's types, which is the preload run by itself. */
export interface CheckerSettings {
  readonly task: 'typecheck';
  readonly parentPid: number;
  readonly caches: Caches;
  readonly request: CheckRequest;
  /** What the verdict is kept under. */
  readonly key: string;
}

/**
 * Takes the settings out of this process's environment and arguments, so that neither the program nor what it starts
 * sees them. Undefined in any thread or process but the program's own; a worker thread loads the preload, too.
 */
export function takeSettings(): PreloadSettings | CheckerSettings | undefined {
  const own = process.execArgv.indexOf(`--require=${__filename}`);
  if (own !== -1) process.execArgv.splice(own, 1);
  const text = process.env[settingsVariable];
  if (text === undefined) return undefined;
  delete process.env[settingsVariable];
  const settings = JSON.parse(text) as PreloadSettings | CheckerSettings;
  if (settings.task === 'typecheck') return settings;
  return process.argv[1] === settings.runnerPath ? settings : undefined;
}
