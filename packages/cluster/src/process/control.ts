import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { ServerStatus } from './cluster-files.ts';
import type { ClusterIdentity } from './identity.ts';

/** Requests to the server process itself, beside the Kubernetes API; authenticated as that is. */
export const stopPath = '/embedded/stop';
export const resetPath = '/embedded/reset';

const answerTimeoutMs = 3000;

/** Sends a control request. False when nobody answers, or somebody else does. */
export async function sendControl(status: ServerStatus, identity: ClusterIdentity, path: string): Promise<boolean> {
  const { request } = await import('node:https');
  return new Promise((resolve) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: status.port,
        path,
        method: 'POST',
        ca: identity.caPem,
        agent: false,
        timeout: answerTimeoutMs,
        headers: { authorization: `Bearer ${identity.token}` },
      },
      (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode === 200);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(false));
    outgoing.end();
  });
}

/** Whether the process lives and somebody listens on its port: cheap enough to ask before every command. */
export async function isServing(status: ServerStatus): Promise<boolean> {
  if (!isAlive(status.pid)) return false;
  if (status.processStart !== undefined && status.processStart !== processStart(status.pid)) return false;
  return isListening(status.port);
}

/** Ticks since boot, from Linux's /proc; undefined elsewhere. */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may contain anything; the start is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: answerTimeoutMs });
    const answer = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.on('connect', () => answer(true));
    socket.on('timeout', () => answer(false));
    socket.on('error', () => answer(false));
  });
}
