import type { Interaction, Workspace } from '@radiant/toolkit';
import { readWait } from '../args/duration.ts';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { isInteractive } from '../process/interactivity.ts';

/** Opens the workspace of a command; what the library has to say goes to stderr, so that stdout stays what was asked for. */
export function openWorkspace(
  context: CliContext,
  given: Given,
  notices: Notices = createNotices(context),
): Promise<Workspace> {
  return context.openWorkspace({
    cwd: context.cwd,
    env: context.env,
    interaction: interactionOf(context, given, notices),
    relaunch: context.relaunch,
    configFile: given.value('config-file'),
    wait: readWait(given.value('wait')),
  });
}

/** Lines for the person, each said once however often the library says it. */
export interface Notices {
  show(line: string): void;
  /** Sends them elsewhere, while something is drawn on the terminal; back to stderr without an argument. */
  divert(show?: (line: string) => void): void;
}

export function createNotices(context: Pick<CliContext, 'err'>): Notices {
  const said = new Set<string>();
  const toStderr = (line: string): void => context.err.write(`${line}\n`);
  let target = toStderr;
  return {
    show(line) {
      if (said.has(line)) return;
      said.add(line);
      target(line);
    },
    divert(show) {
      target = show ?? toStderr;
    },
  };
}

export function mayAsk(context: CliContext, given: Given): boolean {
  return isInteractive(context, given.flag('non-interactive'));
}

function interactionOf(context: CliContext, given: Given, notices: Notices): Interaction {
  return {
    isInteractive: mayAsk(context, given),
    notice: notices.show,
    warn: (line) => notices.show(`warning: ${line}`),
    askSecret: async (question) => (await context.prompts()).secret(question),
    ask: async (question, choices) => {
      const prompts = await context.prompts();
      return choices === undefined ? prompts.text(question) : prompts.choose(question, choices);
    },
  };
}
