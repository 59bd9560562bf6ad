/** Starts the cluster as a command would, says so, and stays: for tests that kill it. */
import { clusterDaemon } from '../daemon.ts';

const [dir, script] = process.argv.slice(2);
const { status } = await clusterDaemon(dir!).ensureRunning({
  spawn: { command: process.execPath, args: [script!, dir!] },
});
process.stdout.write(`${status.pid}\n`);
setInterval(() => {}, 1000);
