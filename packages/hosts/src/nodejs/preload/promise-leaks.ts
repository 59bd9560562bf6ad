import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadReal, provideModule } from './loading.ts';

type Follow = (promise: Promise<unknown>, context: unknown) => Promise<unknown>;

interface Debuggable {
  debuggablePromise: Follow;
}

interface StateModule {
  /** Who looks for leaks puts another set in its place. */
  getStore(): { leakCandidates: Set<Promise<unknown>> };
}

/**
 * The SDK takes a trace for every promise it waits for, the most expensive thing a stock program does, and shows them
 * only to those who look for promises that never settle. Without them it still counts what never settled.
 */
export function followPromisesLightly(sdkDir: string): void {
  const path = join(sdkDir, 'runtime', 'debuggable.js');
  provideModule(path, () => {
    const real = loadReal(path) as Debuggable;
    const original = real.debuggablePromise;
    // In the SDK's own exports: modules that it requires in a circle have these in hand already.
    real.debuggablePromise = isKnown(original) ? follower(original, path) : withoutTrace(original);
    return real;
  });
}

/** Whether the SDK's own does what ours does, beside the trace. */
function isKnown(original: Follow): boolean {
  const statements = [
    'const localStore = state.getStore();',
    'Object.defineProperty(p, "_debugStackTrace"',
    'localStore.leakCandidates.add(p);',
    'localStore.leakCandidates.delete(p);',
    'err.promise = p;',
    'throw err;',
  ];
  const source = String(original);
  return statements.every((statement) => source.includes(statement));
}

function follower(original: Follow, path: string): Follow {
  const state = createRequire(path)('./state') as StateModule;
  const first = withoutTrace(original);
  let isScheduled = false;
  return (promise, context) => {
    // The first one has the SDK look for promises that never settled when the program ends.
    if (!isScheduled) {
      isScheduled = true;
      return first(promise, context);
    }
    const store = state.getStore();
    store.leakCandidates.add(promise);
    return promise
      .then((value) => {
        store.leakCandidates.delete(promise);
        return value;
      })
      .catch((error: { promise: unknown }) => {
        store.leakCandidates.delete(promise);
        error.promise = promise;
        throw error;
      });
  };
}

function withoutTrace(original: Follow): Follow {
  return (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return original(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}
