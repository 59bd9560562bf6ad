import { execFileSync, spawn } from 'node:child_process';
import { eventually } from '../processes.ts';
import { createScreen } from './screen.ts';

/** util-linux has the pseudo-terminal that Node lacks. */
export const hasPseudoTerminals = process.platform === 'linux' && canRun('script', '--version');

export function canRun(command: string, argument: string): boolean {
  try {
    execFileSync(command, [argument], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string | undefined };
}

/** A command at a terminal of its own. */
export interface Session {
  /** All that was written, escapes included. */
  readonly written: () => string;
  /** What a person has before their eyes, and above it. Throws when something strange was written. */
  readonly screen: () => string;
  /** Waits until this text was written. */
  shows(text: string): Promise<void>;
  type(keys: string): void;
  /** Closes the terminal, whatever is going on in it. */
  hangUp(): void;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** Words of the command must need no quoting. */
export function openTerminal(command: readonly string[], options: TerminalOptions = {}): Session {
  const { columns = 100, rows = 30 } = options;
  const { CI: _, GITHUB_ACTIONS: __, NO_COLOR: ___, ...inherited } = process.env;
  const line = `stty cols ${columns} rows ${rows}; exec ${command.join(' ')}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: options.cwd,
    env: { ...inherited, TERM: 'xterm', PULUMI_DISABLE_CI_DETECTION: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  return {
    written: () => written,
    screen() {
      const screen = createScreen(columns, rows);
      screen.write(written);
      return screen.text();
    },
    async shows(text) {
      if (!(await eventually(async () => written.includes(text), 30_000)))
        throw new Error(`no '${text}' in:\n${written}`);
    },
    type: (keys) => void child.stdin.write(keys),
    hangUp: () => void child.kill('SIGKILL'),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }),
  };
}
