import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, OperationError } from '@radiant/model';
import type { PlannedStateChange, Stack, StateChange } from '@radiant/toolkit';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { openInEditor } from '../process/editor.ts';
import { operationErrorText } from '../process/failure.ts';
import type { CommandHandler } from './command.ts';
import { openStack, showEffects } from './state-change.ts';
import { mayAsk } from './workspace.ts';

/** Edits the state until a person is content with it, or leaves it as it was. */
export const edit: CommandHandler = async (context, given) => {
  if (!mayAsk(context, given)) throw new CliError('radiant state edit must be run in interactive mode');
  const stack = await openStack(context, given);
  const original = `${JSON.stringify(await stack.exportDeployment(), undefined, 4)}\n`;
  const folder = mkdtempSync(join(tmpdir(), 'radiant-state-edit-'));
  const file = join(folder, `${stack.name}.json`);
  const reset = () => writeFileSync(file, original, { mode: 0o600 });
  try {
    reset();
    for (;;) {
      await openInEditor(context.env, file);
      context.out.write(`Previewing state edit (${stack.fullName})\n\n`);
      const change: StateChange = { kind: 'edit', text: readFileSync(file, 'utf8') };
      const planned = await planOrSay(context, stack, change);
      if (planned?.isNeeded === false) {
        context.err.write('warning: provided state was not changed\n');
        return 0;
      }
      if (planned !== undefined) showEffects(context, given, stack, planned);
      switch (await ask(context, planned !== undefined)) {
        case 'accept':
          await stack.changeState(change, planned!);
          context.out.write('State edited\n');
          return 0;
        case 'edit':
          break;
        case 'reset':
          reset();
          break;
        case 'cancel':
          throw new CliError('state edit cancelled; nothing was changed', exitCodes.cancelled);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function planOrSay(
  context: CliContext,
  stack: Stack,
  change: StateChange,
): Promise<PlannedStateChange | undefined> {
  try {
    return await stack.planStateChange(change);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    context.err.write(`${operationErrorText(error)}\n`);
    return undefined;
  }
}

type Answer = 'accept' | 'edit' | 'reset' | 'cancel';

async function ask(context: CliContext, isValid: boolean): Promise<Answer> {
  const prompts = await context.prompts();
  const question = isValid ? 'Do you want to perform this edit?' : 'Received invalid state. What would you like to do?';
  const choices: readonly Answer[] = [...(isValid ? (['accept'] as const) : []), 'edit', 'reset', 'cancel'];
  return (await prompts.choose(question, choices, 'edit')) as Answer;
}
