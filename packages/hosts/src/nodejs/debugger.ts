import type { WaitingDebuggee } from '@radiant/model';
import { type OnDebuggee, withoutLines } from '../program/debuggee.ts';
import type { ProgramOptions } from '../program/program.ts';

/** The argument of Node.js by which a program waits for a debugger, at a port that is free. */
export const debuggerArgument = '--inspect-brk=127.0.0.1:0';

const listening = /^Debugger listening on ws:\/\/([^/]+):(\d+)\//;
const chatter =
  /^(For help, see: https:\/\/nodejs\.org\/.*|Debugger attached\.|Debugger ending on .*|Waiting for the debugger to disconnect\.\.\.)$/;

/** Hears from what Node.js prints where it waits, and passes on what the program prints. */
export function listenForDebuggee(
  onDebuggee: OnDebuggee,
  onOutput: ProgramOptions['onOutput'],
): ProgramOptions['onOutput'] {
  return withoutLines(onOutput, (line) => {
    const [, address, port] = listening.exec(line) ?? [];
    if (address === undefined) return chatter.test(line);
    onDebuggee(debuggeeAt(address, Number(port)));
    return true;
  });
}

/** As Pulumi's host of Node.js tells editors, but by the port: it is not the one that they guess by the process. */
function debuggeeAt(address: string, port: number): WaitingDebuggee {
  return {
    config: {
      name: 'Pulumi: Program (Node.js)',
      type: 'node',
      request: 'attach',
      address,
      port,
      continueOnAttach: true,
      skipFiles: ['<node_internals>/**'],
    },
    message: `at ${address}:${port}`,
  };
}
