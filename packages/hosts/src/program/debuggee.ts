import type { WaitingDebuggee } from '@radiant/model';
import type { ProgramOptions } from './program.ts';

/** Passes on what a program prints, but for the lines of stderr that `take` takes. */
export function withoutLines(
  onOutput: ProgramOptions['onOutput'],
  take: (line: string) => boolean,
): ProgramOptions['onOutput'] {
  return (stream, line) => {
    if (stream !== 'stderr' || !take(line)) onOutput(stream, line);
  };
}

export type OnDebuggee = (debuggee: WaitingDebuggee) => void;
