import { runNodejsProgram } from '../nodejs/run-nodejs-program.ts';
import { runPythonProgram } from '../python/run-python-program.ts';
import type { ProgramOptions, RunningProgram } from './program.ts';

type Runner = (options: ProgramOptions) => RunningProgram;

const runners: { readonly [runtime: string]: Runner } = {
  nodejs: runNodejsProgram,
  python: runPythonProgram,
};

/** Whether programs of this runtime are started here; those of others by the runtime's language plugin. */
export function runsPrograms(runtime: string): boolean {
  return Object.hasOwn(runners, runtime);
}

/**
 * Starts the user's program, as a process group of its own that ends with this process. Throws OperationError for what
 * would keep it from starting: no SDK, no program, a runtime option of the wrong type.
 */
export function runProgram(options: ProgramOptions): RunningProgram {
  if (!runsPrograms(options.runtime)) throw new Error(`programs of the runtime ${options.runtime} are not run here`);
  return runners[options.runtime]!(options);
}
