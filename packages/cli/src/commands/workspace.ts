import type { Interaction, Workspace } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { isInteractive } from '../process/interactivity.ts';

/** Opens the workspace of a command; what the library has to say goes to stderr, so that stdout stays what was asked for. */
export function openWorkspace(context: CliContext, given: Given): Promise<Workspace> {
  return context.openWorkspace({
    cwd: context.cwd,
    env: context.env,
    interaction: interactionOf(context, given),
    relaunch: context.relaunch,
  });
}

export function mayAsk(context: CliContext, given: Given): boolean {
  return isInteractive(context, given.flag('non-interactive'));
}

function interactionOf(context: CliContext, given: Given): Interaction {
  return {
    isInteractive: mayAsk(context, given),
    notice: (line) => context.err.write(`${line}\n`),
    warn: (line) => context.err.write(`warning: ${line}\n`),
    askSecret: async (question) => (await context.prompts()).secret(question),
    ask: async (question, choices) => {
      const prompts = await context.prompts();
      return choices === undefined ? prompts.text(question) : prompts.choose(question, choices);
    },
  };
}
