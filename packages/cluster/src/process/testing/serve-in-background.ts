/** What a CLI's `cluster serve --background` comes down to; started by tests as a process of its own. */
import { clusterDaemon } from '../daemon.ts';

const [dir, idleMs] = process.argv.slice(2);
try {
  await clusterDaemon(dir!).serve({
    mode: 'background',
    version: '1.0.0',
    ...(idleMs !== undefined && { idleMs: Number(idleMs) }),
  });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
