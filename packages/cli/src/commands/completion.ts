import { CliError } from '../cli-error.ts';
import { type Completion, complete } from '../completion/complete.ts';
import { completionScripts, type Shell, shells } from '../completion/scripts.ts';
import type { CliContext } from '../context.ts';
import type { CommandHandler, CommandSpec } from './command.ts';

export const generateCompletion: CommandHandler = async (context, given) => {
  const shell = given.args[0]!;
  if (!isShell(shell)) throw new CliError(`there is completion for ${shells.join(', ')}, not for '${shell}'`);
  context.out.write(completionScripts[shell]);
  return 0;
};

function isShell(name: string): name is Shell {
  return (shells as readonly string[]).includes(name);
}

/** Answers a shell. Its arguments are the words of the line as far as the cursor, the last of them unfinished. */
export function answerCompletionFrom(catalogue: readonly CommandSpec[]): CommandHandler {
  return async (context, given) => {
    const current = given.args.at(-1) ?? '';
    const lines = await answerLines(context, complete(given.args.slice(0, -1), current, catalogue), current);
    context.out.write(`${lines.join('\n')}\n`);
    return 0;
  };
}

async function answerLines(context: CliContext, completion: Completion, current: string): Promise<readonly string[]> {
  switch (completion.kind) {
    case 'words':
      return [':words', ...completion.words.map(({ text, description }) => `${text}\t${description}`)];
    case 'stacks': {
      const texts = (await stackNames(context)).map((name) => completion.prefix + name);
      return [':words', ...texts.filter((text) => text.startsWith(current)).map((text) => `${text}\tstack`)];
    }
    default:
      return [`:${completion.kind}`];
  }
}

/** Where no stacks can be listed there are none to offer: a Tab is no place for an error, nor for a question. */
async function stackNames(context: CliContext): Promise<readonly string[]> {
  const silent = { isInteractive: false, notice: () => {}, warn: () => {}, ask: refuse, askSecret: refuse };
  try {
    const { cwd, env, relaunch } = context;
    const workspace = await context.openWorkspace({ cwd, env, relaunch, interaction: silent });
    return (await workspace.listStacks()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function refuse(): never {
  throw new Error('nobody can be asked while a word is completed');
}
