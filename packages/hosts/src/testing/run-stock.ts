import { spawn } from 'node:child_process';
import { onLines } from '../lines.ts';
import { programEnvironment, runnerArguments } from '../nodejs/command.ts';
import { readNodeOptions } from '../nodejs/options.ts';
import { findRunner } from '../nodejs/sdk.ts';
import { programResult } from '../program/outcome.ts';
import type { ProgramOptions } from '../program/program.ts';
import { folderWith } from './program-folder.ts';
import { type EndedProgram, programOptions } from './run-to-end.ts';
import { startTrivialMonitor } from './trivial-monitor.ts';

/** Runs a program as the established engine does: the SDK's own ts-node, type check and traces, nothing preloaded. */
export async function runStock(programDir: string, changes: Partial<ProgramOptions> = {}): Promise<EndedProgram> {
  const monitor = await startTrivialMonitor();
  const options = { ...programOptions(programDir, monitor.address), ...changes };
  const nodeOptions = readNodeOptions(options.runtimeOptions);
  const runner = findRunner(programDir, undefined, options.env);
  const child = spawn(process.execPath, [...nodeOptions.nodeArguments, runner, ...runnerArguments(options)], {
    cwd: programDir,
    // A fresh temporary directory, so that ts-node has nothing left from an earlier run.
    env: { ...options.env, ...programEnvironment(options, nodeOptions), TMPDIR: folderWith({}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  onLines(child.stdout, (line) => lines.stdout.push(line));
  onLines(child.stderr, (line) => lines.stderr.push(line));
  const result = await new Promise<EndedProgram['result']>((resolve) => {
    child.once('close', (code, signal) => resolve(programResult(code, signal, lines.stderr.slice(-20))));
  });
  return { result, ...lines, monitor };
}
