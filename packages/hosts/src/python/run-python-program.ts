import { follow } from '../program/follow.ts';
import type { ProgramOptions, RunningProgram } from '../program/program.ts';
import { spawnChild } from '../spawn-child.ts';
import { configVariables, execArguments } from './command.ts';
import { listenForDebuggee } from './debugger.ts';
import { requireEntry } from './entry.ts';
import { readPythonOptions } from './options.ts';
import { findPython, installsWith } from './python.ts';
import { explainMissingSdk } from './sdk.ts';
import { noTypecheck, startTypecheck } from './typecheck.ts';

/**
 * Starts the user's Python program on the Python and the SDK of its virtual environment, as a process group of its own
 * that ends with this process. Throws OperationError for what would keep it from starting: no Python, no program, a
 * runtime option of the wrong type. A missing SDK is told as the program ends.
 */
export function runPythonProgram(options: ProgramOptions): RunningProgram {
  const { projectDir, programDir, entryPoint, onDebuggee, onOutput } = options;
  const pythonOptions = readPythonOptions(options.runtimeOptions);
  requireEntry(programDir, entryPoint);
  const python = findPython(options, pythonOptions, options.env);
  const installWith = installsWith(python, { projectDir, programDir }, pythonOptions);
  const child = spawnChild(
    python.command,
    execArguments({ ...options, installWith, attachesDebugger: onDebuggee !== undefined }),
    {
      title: 'the program',
      cwd: programDir,
      env: { ...python.env, ...configVariables(options) },
    },
  );
  const program = follow(child, onDebuggee === undefined ? onOutput : listenForDebuggee(onDebuggee, onOutput));
  const { typechecker: checker } = pythonOptions;
  const typecheck =
    checker === undefined || options.typecheck === 'off'
      ? noTypecheck
      : startTypecheck({ checker, python, programDir, installWith });
  return {
    ...program,
    done: program.done.then((result) => explainMissingSdk(result, { programDir, python: python.command, installWith })),
    verdict: typecheck.verdict,
    kill() {
      typecheck.stop();
      program.kill();
    },
  };
}
