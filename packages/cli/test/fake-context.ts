import { EventEmitter } from 'node:events';
import type { CliContext } from '../src/context.ts';
import { catchInterrupts } from '../src/process/interrupts.ts';
import { run } from '../src/run.ts';
import { type FakeWorkspaceOptions, fakeWorkspace } from './fake-workspace.ts';

export interface FakeCliOptions extends FakeWorkspaceOptions {
  /** Whether both ends are terminals. */
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly env?: { readonly [name: string]: string };
  readonly input?: string;
  readonly cwd?: string;
  /** The real one, in this folder, in the place of the fake. */
  readonly real?: { readonly openWorkspace: CliContext['openWorkspace']; readonly cwd: string };
  /** What the person answers, in order; `<never>` keeps the question open. */
  readonly answers?: readonly string[];
  /** Told what is written, as it is. */
  readonly onWrite?: (text: string) => void;
}

export interface FakeCli {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
  /** What was asked of the workspace. */
  readonly calls: readonly string[];
  readonly questions: readonly string[];
}

/** Runs a command line in this process against a fake workspace. `signals` stands for Ctrl-C. */
export async function runCli(
  line: string | readonly string[],
  options: FakeCliOptions = {},
  signals = new EventEmitter(),
): Promise<FakeCli> {
  const [out, err, questions]: [string[], string[], string[]] = [[], [], []];
  const workspace = fakeWorkspace(options);
  const answers = [...(options.answers ?? [])];
  const answer = async (question: string): Promise<string> => {
    questions.push(question);
    const next = answers.shift();
    if (next === undefined) throw new Error(`nobody answers: ${question}`);
    return next === '<never>' ? new Promise(() => {}) : next;
  };
  const stream = (texts: string[]) => ({
    write: (text: string) => {
      texts.push(text);
      options.onWrite?.(text);
    },
    isTerminal: options.isTerminal === true,
    columns: options.columns ?? 80,
    rows: 24,
    unread: new AbortController().signal,
  });
  const context: CliContext = {
    env: options.env ?? {},
    cwd: options.real?.cwd ?? options.cwd ?? '/projects/day',
    version: 'v3.270.0+radiant.0.1.0',
    out: stream(out),
    err: stream(err),
    input: { isTerminal: options.isTerminal === true, readAll: async () => options.input ?? '' },
    relaunch: { command: 'node', args: ['radiant.cjs'] },
    openWorkspace: options.real?.openWorkspace ?? (async () => workspace),
    prompts: async () => ({
      choose: async (question, choices, preselected) => (await answer(question)) || (preselected ?? choices[0]!),
      text: async (question, { preset = '', problemOf } = {}) => {
        for (;;) {
          const text = (await answer(question)) || preset;
          const problem = problemOf?.(text);
          if (problem === undefined) return text;
          questions.push(problem);
        }
      },
      secret: answer,
    }),
    catchInterrupts: () => catchInterrupts(signals),
    nowMs: () => 0,
  };
  const args = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const exitCode = await run(args, context);
  return { out: out.join(''), err: err.join(''), exitCode, calls: workspace.calls, questions };
}
