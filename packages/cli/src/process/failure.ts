import { exitCodes, OperationError } from '@radiant/model';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { harmless } from '../render/text-width.ts';
import { PromptAborted } from './prompts.ts';

/** Says on stderr what ended the command, and returns its exit code. */
export function reportFailure(error: unknown, context: Pick<CliContext, 'err' | 'version'>): number {
  if (error instanceof OperationError) {
    context.err.write(`${operationErrorText(error)}\n`);
    return error.exitCode;
  }
  if (error instanceof CliError) {
    context.err.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof PromptAborted) {
    context.err.write('error: cancelled\n');
    return exitCodes.cancelled;
  }
  if (isSystemError(error)) {
    context.err.write(`error: ${error.message}\n`);
    return exitCodes.generic;
  }
  context.err.write(bugText(error, context.version));
  return exitCodes.internal;
}

/** What the operating system refuses (a full disk, a missing permission) is no bug; Node's text names call and path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** What happened, then indented: why, and what mends it. It may quote what others wrote: a lock file, a plugin. */
export function operationErrorText(error: OperationError): string {
  const details = [error.detail, error.remedy].filter((part) => part !== undefined && part !== '');
  const indented = details.map((part) => part!.replaceAll(/^(?=.)/gm, '  '));
  return harmless([`error: ${error.summary}`, ...indented].join('\n'), false);
}

function bugText(error: unknown, version: string): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'error: this is a bug in Radiant, not in your program:',
    stack.replaceAll(/^(?=.)/gm, '  '),
    `Please report it with the lines above (Radiant ${version}, Node ${process.version}, ${process.platform} ${process.arch}).`,
    'Nothing that was recorded is lost: the same command can be run again.',
    '',
  ].join('\n');
}
