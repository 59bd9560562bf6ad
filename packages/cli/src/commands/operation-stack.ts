import { exitCodes, OperationError } from '@radiant/model';
import type { Stack, Workspace } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { mayAsk } from './workspace.ts';

/** The stack to work on, with the configuration of `--config` set. On a terminal a missing stack can be made. */
export async function openOperationStack(context: CliContext, given: Given, workspace: Workspace): Promise<Stack> {
  const stack = await openOrOffer(context, given, workspace);
  for (const assignment of given.values('config')) {
    const [key, value] = splitAssignment(assignment);
    await stack.config.set(key, value, { path: given.flag('config-path') });
  }
  return stack;
}

/** `key=value` of `--config`; without a sign the value is empty. */
export function splitAssignment(assignment: string): readonly [string, string] {
  const at = assignment.indexOf('=');
  return at === -1 ? [assignment, ''] : [assignment.slice(0, at), assignment.slice(at + 1)];
}

async function openOrOffer(context: CliContext, given: Given, workspace: Workspace): Promise<Stack> {
  const name = given.value('stack');
  try {
    return await workspace.openStack(name);
  } catch (error) {
    const isMissing = error instanceof OperationError && error.exitCode === exitCodes.stackNotFound;
    if (!isMissing || !mayAsk(context, given)) throw error;
    const chosen = name === undefined ? await chooseStack(context, workspace) : await offer(context, name);
    if (chosen === undefined) throw error;
    const secretsProvider = given.value('secrets-provider');
    const stack = await workspace.openOrCreateStack(chosen, {
      ...(secretsProvider !== undefined && { secretsProvider }),
    });
    await workspace.selectStack(chosen);
    return stack;
  }
}

async function offer(context: CliContext, name: string): Promise<string | undefined> {
  const prompts = await context.prompts();
  const answer = await prompts.choose(`The stack '${name}' does not exist. Make it now?`, ['yes', 'no']);
  return answer === 'yes' ? name : undefined;
}

const another = '<make a new stack>';

/** Lets the person choose among the stacks of the project, or name a new one. */
export async function chooseStack(context: CliContext, workspace: Workspace): Promise<string | undefined> {
  const prompts = await context.prompts();
  const names = (await workspace.listStacks()).map((stack) => stack.name);
  const choice = names.length === 0 ? another : await prompts.choose('Which stack?', [...names, another]);
  if (choice !== another) return choice;
  const name = (await prompts.text('Name of the new stack (dev, say):')).trim();
  return name === '' ? undefined : name;
}
