import { OperationError } from '@radiant/model';
import { guardian } from '../guardian.ts';
import { onLines } from '../lines.ts';
import type { OutputStream } from '../program/program.ts';
import { spawnChild } from '../spawn-child.ts';
import type { InstallStep } from './install-step.ts';

/** Runs a command to its end, as a process group of its own that ends with this process. Throws OperationError when it fails. */
export async function runInstallStep(
  { title, command, args, cwd, env }: InstallStep,
  onOutput: (stream: OutputStream, line: string) => void,
): Promise<void> {
  const child = spawnChild(command, args, { title, cwd, env });
  const { pid } = child;
  if (pid !== undefined) guardian().watch(pid);
  onLines(child.stdout, (line) => onOutput('stdout', line));
  onLines(child.stderr, (line) => onOutput('stderr', line));
  const trouble = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', () => pid !== undefined && guardian().release(pid));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(code === null ? `was ended by signal ${signal}` : `ended with exit code ${code}`);
    });
  });
  if (trouble === undefined) return;
  throw new OperationError({
    code: 'INSTALL_FAILED',
    summary: `${title}: \`${[command, ...args].join(' ')}\` ${trouble}`,
    remedy: `What it said is above. It can be tried by hand in ${cwd}`,
  });
}
