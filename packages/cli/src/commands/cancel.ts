import { CliError, missingConfirmation } from '../cli-error.ts';
import type { CommandHandler } from './command.ts';
import { confirmByName } from './confirm.ts';
import { mayAsk, openWorkspace } from './workspace.ts';

export const cancel: CommandHandler = async (context, given) => {
  const name = given.args[0] ?? given.value('stack');
  const workspace = await openWorkspace(context, given);
  const stack = await workspace.openStack(name);
  if (!given.flag('yes')) {
    if (!mayAsk(context, given)) throw missingConfirmation('non-interactive mode requires --yes flag');
    const warning = `This breaks the lock of an operation on '${stack.name}': if it still runs, two would write at once.`;
    if (!(await confirmByName(context, warning, stack.name))) throw new CliError('cancelled: the names differ');
  }
  const broken = await stack.cancel();
  const text =
    broken === 0
      ? `Nothing holds '${stack.name}'.`
      : `The currently running update for '${stack.name}' has been canceled!`;
  context.out.write(`${text}\n`);
  return 0;
};
