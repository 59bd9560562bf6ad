import type { HeldLock, Patience } from '@radiant/state';
import type { WorkspaceOptions } from '../api.ts';

/** How a workspace waits for stacks that others hold: it says for whom, and since when they have it. */
export function patienceOf({ wait, interaction }: WorkspaceOptions): Patience | undefined {
  if (wait === undefined) return undefined;
  return {
    limitMs: wait.limitMs,
    onWait: (stack, holders) => interaction.notice(waitingText(stack, holders)),
  };
}

function waitingText(stack: string, holders: readonly HeldLock[]): string {
  return `Waiting for stack '${stack}', held by ${holders.map(holderText).join(' and by ')}. Ctrl-C ends the wait.`;
}

function holderText({ user, host, pid, since, operation }: HeldLock): string {
  const what = operation === undefined ? '' : ` for its ${operation}`;
  return `${user}@${host} (pid ${pid}) since ${since}${what}`;
}
