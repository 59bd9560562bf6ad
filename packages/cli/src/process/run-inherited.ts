import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { CliContext } from '../context.ts';

/** Runs another program on our own input and output, to its end. Returns its exit code; of a signal what shells make of it. */
export function runInherited(
  command: string,
  args: readonly string[],
  { env, cwd, catchInterrupts }: Pick<CliContext, 'env' | 'cwd' | 'catchInterrupts'>,
): Promise<number> {
  // Ctrl-C is for the one in front, who hears it, too.
  const interrupts = catchInterrupts();
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command, [...args], { stdio: 'inherit', env: { ...env }, cwd });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  }).finally(() => interrupts.release());
}
