import { type ChildProcess, spawn } from 'node:child_process';

/** Ends the process groups of this process's children when this process dies, however it dies. */
export interface Guardian {
  /** Watches over a group whose leader was started with `detached: true`; its id is the leader's pid. */
  watch(groupId: number): void;
  /** Lets a group go; call it as soon as its leader has ended, before its id can name another. */
  release(groupId: number): void;
}

/**
 * Reads `+ ID` and `- ID` until the one writer is gone, then kills the groups that are left. Its own session, so that
 * a signal to this process's group, or its terminal, does not reach it.
 */
const script = `groups=
while read -r verb id; do
  case $verb in
    +) groups="$groups $id" ;;
    -) left=; for each in $groups; do [ "$each" = "$id" ] || left="$left $each"; done; groups=$left ;;
  esac
done
for each in $groups; do kill -s KILL -- "-$each" 2>/dev/null; done`;

const watched = new Set<number>();
let shell: ChildProcess | undefined;

const none: Guardian = { watch() {}, release() {} };

const real: Guardian = {
  watch(groupId) {
    watched.add(groupId);
    // A shell that somebody has killed is replaced, and its successor takes over all it watched.
    if (shell === undefined) startShell();
    else tell(shell, '+', groupId);
  },
  release(groupId) {
    if (watched.delete(groupId) && shell !== undefined) tell(shell, '-', groupId);
  },
};

/**
 * The one guardian of this process; its shell starts on first use. A shell that blocks on a pipe costs nothing while it
 * waits, and no child, however busy, can hold it up. On Windows children are not watched.
 */
export function guardian(): Guardian {
  return process.platform === 'win32' ? none : real;
}

function startShell(): void {
  const starting = spawn('/bin/sh', ['-c', script], {
    detached: true,
    // No inherited file but the pipe: whoever reads this process's output must see it end when this process does.
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: {},
  });
  shell = starting;
  const forget = () => {
    if (shell === starting) shell = undefined;
  };
  starting.once('error', forget);
  starting.once('exit', forget);
  starting.stdin?.on('error', () => {});
  starting.unref();
  (starting.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  for (const groupId of watched) tell(starting, '+', groupId);
}

/** The write is done when this returns: libuv tries a pipe at once, and these lines never fill it. */
function tell(to: ChildProcess, verb: '+' | '-', groupId: number): void {
  to.stdin?.write(`${verb} ${groupId}\n`);
}
