import type { Workspace, WorkspaceOptions } from '@radiant/toolkit';
import type { Interrupts } from './process/interrupts.ts';
import type { Prompts } from './process/prompts.ts';

export interface OutputStream {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Of the terminal now; 80 where there is none. */
  readonly columns: number;
  readonly rows: number;
  /** Aborted once nobody reads any more (`radiant logs --follow | head`), which is found out by writing. */
  readonly unread: AbortSignal;
}

/** What a command touches of the world around it. */
export interface CliContext {
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  /** `v3.270.0+radiant.1.2.3` */
  readonly version: string;
  readonly out: OutputStream;
  readonly err: OutputStream;
  readonly input: {
    readonly isTerminal: boolean;
    /** Everything until its end. */
    readAll(): Promise<string>;
  };
  /** How to start this program again. */
  readonly relaunch: WorkspaceOptions['relaunch'];
  openWorkspace(options: WorkspaceOptions): Promise<Workspace>;
  /** Asks a person. Loaded on use. */
  prompts(form?: 'drawn' | 'plain'): Promise<Prompts>;
  /** Begins to catch Ctrl-C; before that it ends the process. */
  catchInterrupts(): Interrupts;
  /** Monotonic, in milliseconds. */
  nowMs(): number;
}
