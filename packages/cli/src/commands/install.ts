import type { InstallEvent, InstallOptions, Workspace } from '@radiant/toolkit';
import type { CliContext } from '../context.ts';
import type { CommandHandler } from './command.ts';
import { openWorkspace } from './workspace.ts';

export const install: CommandHandler = async (context, given) => {
  await installNeeds(context, await openWorkspace(context, given), {
    dependencies: !given.flag('no-dependencies'),
    plugins: !given.flag('no-plugins'),
    usesVersionTools: given.flag('use-language-version-tools'),
  });
  return 0;
};

/** Installs, and shows how. The last line is one that scripts look for (engine reference 8.7). */
export async function installNeeds(context: CliContext, workspace: Workspace, what: InstallOptions): Promise<void> {
  await workspace.install(what, (event) => show(context, event));
  context.out.write('Finished installing dependencies\n');
}

function show({ out, err }: CliContext, event: InstallEvent): void {
  switch (event.kind) {
    case 'begins':
      out.write(`For ${event.title}, ${event.action}:\n    ${event.command}\n`);
      return;
    case 'output':
      (event.stream === 'stdout' ? out : err).write(`${event.line}\n`);
      return;
    case 'nothing-needed':
      out.write(`${event.title[0]!.toUpperCase()}${event.title.slice(1)} lists nothing to install.\n`);
  }
}
