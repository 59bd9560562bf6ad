import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import type { CommandHandler } from './command.ts';
import { mayAsk, openWorkspace } from './workspace.ts';

export const changeSecretsProvider: CommandHandler = async (context, given) => {
  const provider = given.args[0]!;
  const workspace = await openWorkspace(context, given);
  const stack = await workspace.openStack(given.value('stack'));
  const passphrase = provider === 'passphrase' ? await pipedPassphrase(context, given) : undefined;
  await stack.changeSecretsProvider({ provider, passphrase });
  context.out.write(`The secrets of stack '${stack.name}' are encrypted by ${provider} now.\n`);
  return 0;
};

/** The first line of standard input, where nobody can be asked (Pulumi: passphrase.readPassphrase). */
async function pipedPassphrase(context: CliContext, given: Given): Promise<string | undefined> {
  if (mayAsk(context, given) || context.input.isTerminal) return undefined;
  const [line = ''] = (await context.input.readAll()).split('\n');
  return line.trim() === '' ? undefined : line.trim();
}
