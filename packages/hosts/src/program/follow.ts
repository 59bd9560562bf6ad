import { guardian } from '../guardian.ts';
import { onLines } from '../lines.ts';
import type { Child } from '../spawn-child.ts';
import { type ProgramResult, programResult } from './outcome.ts';
import type { ProgramOptions, RunningProgram } from './program.ts';

const killGraceMs = 1000;
/** A process the program left behind may hold its output open; its lines are not waited for longer than this. */
const outputGraceMs = 500;
/** Enough for the native trace that V8 writes after it says that memory ran out. */
const stderrTailLines = 100;

/** Watches a program that was started as a process group of its own, to its end. */
export function follow(child: Child, onOutput: ProgramOptions['onOutput']): Omit<RunningProgram, 'verdict'> {
  const { pid } = child;
  if (pid !== undefined) guardian().watch(pid);
  const stderrTail: string[] = [];
  let isKilled = false;
  onLines(child.stdout, (line) => onOutput('stdout', line));
  onLines(child.stderr, (line) => {
    stderrTail.push(line);
    if (stderrTail.length > stderrTailLines) stderrTail.shift();
    onOutput('stderr', line);
  });
  const done = new Promise<ProgramResult>((resolve) => {
    child.once('error', (error) => resolve(notStarted(error)));
    child.once('exit', (exitCode, signal) => {
      if (pid !== undefined) guardian().release(pid);
      const finish = () => {
        clearTimeout(patience);
        resolve(isKilled ? { kind: 'killed' } : programResult(exitCode, signal, stderrTail));
      };
      const patience = setTimeout(finish, outputGraceMs);
      child.once('close', finish);
    });
  });
  return {
    pid: pid ?? -1,
    done,
    kill() {
      if (isKilled || child.exitCode !== null || child.signalCode !== null) return;
      isKilled = true;
      signalGroup(child, 'SIGTERM');
      const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), killGraceMs);
      child.once('exit', () => clearTimeout(insist));
    },
  };
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

function notStarted(error: Error): ProgramResult {
  const message = `Program could not be started: ${error.message}`;
  return { kind: 'failed', exitCode: null, signal: null, message, stderrTail: [] };
}
