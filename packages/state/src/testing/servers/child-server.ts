import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server that runs as long as the test file does. */
export interface ChildServer {
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts a server, and resolves once `isReady` says so of what it has written. */
export async function startServer(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  isReady: (output: string) => boolean,
): Promise<ChildServer> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text.toString();
      if (isReady(output)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}: ${output}`)));
  });
  return {
    process: child,
    stop: async () => {
      process.removeListener('exit', killed);
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}
