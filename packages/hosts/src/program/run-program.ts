import { OperationError } from '@radiant/model';
import { runNodejsProgram } from '../nodejs/run-nodejs-program.ts';
import type { ProgramOptions, RunningProgram } from './program.ts';

type Runner = (options: ProgramOptions) => RunningProgram;

const runners: { readonly [runtime: string]: Runner } = {
  nodejs: runNodejsProgram,
};

/**
 * Starts the user's program, as a process group of its own that ends with this process. Throws OperationError for what
 * would keep it from starting: a runtime that nobody runs, no SDK, no program, a runtime option of the wrong type.
 */
export function runProgram(options: ProgramOptions): RunningProgram {
  const run = Object.hasOwn(runners, options.runtime) ? runners[options.runtime] : undefined;
  if (run === undefined) throw unsupportedRuntime(options.runtime);
  return run(options);
}

function unsupportedRuntime(runtime: string): OperationError {
  return new OperationError({
    code: 'RUNTIME_UNSUPPORTED',
    summary: `programs of the runtime '${runtime}' cannot be run`,
    detail: 'Node.js programs (`runtime: nodejs`) can.',
    remedy: 'Correct `runtime` in Pulumi.yaml.',
  });
}
