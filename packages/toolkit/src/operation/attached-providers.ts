import { OperationError } from '@radiant/model';
import type { Environment } from '../home.ts';

/**
 * The port of a provider that somebody runs in a debugger: PULUMI_DEBUG_PROVIDERS=name:port[,name:port…]. Throws
 * OperationError when its entry is no port.
 */
export function attachedPort(packageName: string, env: Environment): number | undefined {
  const entry = entryOf(packageName, env);
  if (entry === undefined) return undefined;
  const port = Number(entry.slice(entry.lastIndexOf(':') + 1));
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new OperationError({
    code: 'DEBUG_PROVIDERS_INVALID',
    summary: `PULUMI_DEBUG_PROVIDERS has "${entry}", which is no name and port`,
    remedy: `PULUMI_DEBUG_PROVIDERS=${packageName}:51234`,
  });
}

export function isAttached(packageName: string, env: Environment): boolean {
  return entryOf(packageName, env) !== undefined;
}

function entryOf(packageName: string, env: Environment): string | undefined {
  const entries = (env.PULUMI_DEBUG_PROVIDERS ?? '').split(',').map((entry) => entry.trim());
  return entries.find((entry) => entry.startsWith(`${packageName}:`));
}
