import type { OperationOptions, OperationReport, Stack, Workspace } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { isForMachines } from '../args/output-form.ts';
import type { CliContext } from '../context.ts';

export interface Destruction {
  readonly context: CliContext;
  readonly given: Given;
  readonly workspace: Workspace;
  readonly stack: Stack;
  readonly options: OperationOptions;
}

/** What becomes of the stack itself: it is removed when it is to be and nothing is left in it. */
export async function afterDestroy(destruction: Destruction, report: OperationReport): Promise<void> {
  const { context, given, workspace, stack, options } = destruction;
  const isToBeRemoved = given.flag('remove');
  const say = (text: string) => {
    if (!isForMachines(given)) context.out.write(text);
  };
  if (report.resourceCount > 0 || report.result !== 'succeeded') {
    if (report.result === 'succeeded' && options.excludeProtected === true) say(protectedLeftText(report));
    // Whoever reads JSON has to hear that something else was not done.
    if (isToBeRemoved)
      (isForMachines(given) ? context.err : context.out).write(notRemovedText(stack.name, options, report));
    return;
  }
  if (isToBeRemoved) {
    await workspace.removeStack(stack.fullName);
    say(`Stack '${stack.name}' has been removed!\n`);
    return;
  }
  say(
    `The resources in the stack have been deleted, but the history and configuration associated with the stack are still maintained.\n` +
      `If you want to remove the stack completely, run \`radiant stack rm ${stack.name}\`.\n`,
  );
}

function notRemovedText(stack: string, options: OperationOptions, { result, resourceCount }: OperationReport): string {
  const left = resourceCount === 1 ? '1 resource is still in it' : `${resourceCount} resources are still in it`;
  return `Stack '${stack}' was not removed: ${resourceCount === 0 ? '' : `${left}, since `}${reasonOf(options, result)}.\n`;
}

function reasonOf(
  { targets, excludes, excludeProtected }: OperationOptions,
  result: OperationReport['result'],
): string {
  if (result !== 'succeeded')
    return result === 'failed' ? 'its destruction has failed' : 'its destruction was cancelled';
  if (excludeProtected === true) return '--exclude-protected keeps what is protected and all that this leans on';
  if ((targets ?? []).length > 0) return '--target names what was to be destroyed';
  if ((excludes ?? []).length > 0) return '--exclude names what was not to be destroyed';
  return 'they were not to be destroyed';
}

/** Engine reference 7.5. */
function protectedLeftText({ resourceCount, summary }: OperationReport): string {
  const hasDeleted = Object.entries(summary.changes).some(([op, count]) => op !== 'same' && (count ?? 0) > 0);
  const done = hasDeleted
    ? 'All unprotected resources were destroyed.'
    : 'There were no unprotected resources to destroy.';
  return `${done} There are still ${resourceCount} protected resources associated with this stack.\n`;
}
