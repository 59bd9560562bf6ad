import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string | undefined };
}

/** Runs a command and returns its wall time. Throws with its output when it fails. */
export async function timeMs({ command, args, cwd, env }: Command): Promise<number> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const elapsed = performance.now() - started;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return elapsed;
}

/** The median of `times` runs, in which the first of all is reported apart as `firstMs`. */
export async function measure(
  command: Command,
  times: number,
): Promise<{ firstMs: number; medianMs: number; minMs: number; maxMs: number }> {
  const firstMs = await timeMs(command);
  const runs: number[] = [];
  for (let run = 0; run < times; run += 1) runs.push(await timeMs(command));
  runs.sort((a, b) => a - b);
  return { firstMs, medianMs: runs[Math.floor(runs.length / 2)]!, minMs: runs[0]!, maxMs: runs.at(-1)! };
}
