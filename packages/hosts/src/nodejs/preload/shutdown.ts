import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadReal, provideModule } from './loading.ts';

interface Settings {
  signalAndWaitForShutdown?: () => Promise<void>;
}

interface StateModule {
  getStore(): { readonly leakCandidates?: ReadonlySet<unknown> };
}

/**
 * A program that waits for a promise which never settles fails when it exits, and the SDK finds out no sooner. By then it
 * has told the engine that everything is declared, and what is not is deleted: the resource that waits for the promise,
 * for one. So a program says that it has declared everything only when nothing of it is left waiting.
 */
export function signalOnlyWhatIsWhole(sdkDir: string): void {
  const path = join(sdkDir, 'runtime', 'settings.js');
  provideModule(path, () => {
    const real = loadReal(path) as Settings;
    const state = createRequire(path)('./state') as StateModule;
    const signal = real.signalAndWaitForShutdown;
    if (signal === undefined) return real;
    // In the SDK's own exports: modules that it requires in a circle have these in hand already.
    real.signalAndWaitForShutdown = async () => {
      if ((state.getStore().leakCandidates?.size ?? 0) === 0) await signal();
    };
    return real;
  });
}
