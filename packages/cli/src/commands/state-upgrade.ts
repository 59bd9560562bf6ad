import type { CommandHandler } from './command.ts';
import { hasConsent, requireConsent } from './state-change.ts';
import { mayAsk, openWorkspace } from './workspace.ts';

/** In the established CLI's words. */
const question =
  'This will upgrade the current backend to the latest supported version.\n' +
  'Older versions of Pulumi will not be able to read the new format.\n' +
  'Are you sure you want to proceed?';

export const upgrade: CommandHandler = async (context, given) => {
  requireConsent(context, given);
  const workspace = await openWorkspace(context, given);
  if (!hasConsent(context, given)) {
    const prompts = await context.prompts();
    if ((await prompts.choose(question, ['yes', 'no'], 'no')) !== 'yes') {
      context.out.write('Upgrade cancelled\n');
      return 0;
    }
  }
  const askProject = async (stack: string) =>
    mayAsk(context, given)
      ? (await (await context.prompts()).text(`Project of stack ${stack} (enter to leave it where it is):`)).trim()
      : undefined;
  const done = await workspace.upgradeStore(askProject);
  if (done === undefined) {
    context.out.write('Nothing to do\n');
    return 0;
  }
  for (const stack of done.skipped)
    context.err.write(
      `warning: Skipping stack "${stack}": it has no resources that tell its project; its file stays where it is\n`,
    );
  context.out.write(`Upgraded ${done.moved.length} stack(s) to project mode\n`);
  return 0;
};
