import type { WaitingDebuggee } from '@radiant/model';
import { type OnDebuggee, withoutLines } from '../program/debuggee.ts';
import type { ProgramOptions } from '../program/program.ts';

/** What program_exec.py prints. */
const listening = /^Radiant: a debugger may attach at ([^:]+):(\d+)$/;

/** Hears from what our script prints where it waits, and passes on what the program prints. */
export function listenForDebuggee(
  onDebuggee: OnDebuggee,
  onOutput: ProgramOptions['onOutput'],
): ProgramOptions['onOutput'] {
  return withoutLines(onOutput, (line) => {
    const [, host, port] = listening.exec(line) ?? [];
    if (host === undefined) return false;
    onDebuggee(debuggeeAt(host, Number(port)));
    return true;
  });
}

/** As Pulumi's host of Python tells editors. */
function debuggeeAt(host: string, port: number): WaitingDebuggee {
  return {
    config: {
      name: 'Pulumi: Program (Python)',
      type: 'python',
      request: 'attach',
      connect: { host, port },
      justMyCode: false,
    },
    message: `at ${host}:${port}`,
  };
}
