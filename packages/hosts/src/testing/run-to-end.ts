import type { ProgramResult } from '../program/outcome.ts';
import type { ProgramOptions } from '../program/program.ts';
import { runProgram } from '../program/run-program.ts';
import { folderWith } from './program-folder.ts';
import { startTrivialMonitor, type TrivialMonitor } from './trivial-monitor.ts';

export interface EndedProgram {
  readonly result: ProgramResult;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly monitor: TrivialMonitor;
}

let sharedCacheDir: string | undefined;

/** One cache for all programs of a test file, so that the SDK is compiled once. */
export function testCacheDir(): string {
  sharedCacheDir ??= folderWith({});
  return sharedCacheDir;
}

export function programOptions(programDir: string, address: string): ProgramOptions {
  return {
    runtime: 'nodejs',
    runtimeOptions: {},
    monitorAddress: address,
    engineAddress: address,
    organization: 'organization',
    project: 'project',
    projectDir: programDir,
    stack: 'stack',
    programDir,
    dryRun: false,
    parallel: 16,
    entryPoint: '.',
    args: [],
    config: {},
    configSecretKeys: [],
    env: process.env,
    typecheck: 'off',
    wire: 'grpc',
    isDebugged: true,
    cacheDir: testCacheDir(),
    onOutput() {},
  };
}

/** Runs a program against a monitor that agrees to everything. */
export async function runToEnd(programDir: string, changes: Partial<ProgramOptions> = {}): Promise<EndedProgram> {
  const monitor = await startTrivialMonitor();
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const program = runProgram({
    ...programOptions(programDir, monitor.address),
    onOutput: (stream, line) => lines[stream].push(line),
    ...changes,
  });
  return { result: await program.done, ...lines, monitor };
}
