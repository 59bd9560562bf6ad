import type { Flag } from '../args/flag.ts';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';

/** Returns the exit code. Throws CliError, OperationError, or, for a bug, anything else. */
export type CommandHandler = (context: CliContext, given: Given) => Promise<number>;

/** A command as data, so that saying what there is costs nothing and the code of one command loads on its use. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** More for `--help`, beyond the summary. */
  readonly description?: string;
  /** As commander writes them: `<name> [value]`. */
  readonly arguments?: readonly { readonly text: string; readonly description: string }[];
  /** Why it takes no argument though that of the established CLI does, and what to do instead. */
  readonly argumentRefusal?: string;
  readonly flags?: readonly Flag[];
  /** Command lines with what they do. */
  readonly examples?: readonly (readonly [line: string, meaning: string])[];
  readonly subcommands?: readonly CommandSpec[];
  readonly isHidden?: boolean;
  /** Why there will be no such command, and what to do instead: one line that begins with the reason. */
  readonly refusal?: string;
  /** Absent for a group that does nothing by itself. */
  readonly load?: () => Promise<CommandHandler>;
}

/** Commands of the established CLI that there will not be, for one reason. */
export function refusedCommands(reason: string, ...names: readonly string[]): readonly CommandSpec[] {
  return names.map((name) => ({ name, summary: '', isHidden: true, refusal: reason }));
}
