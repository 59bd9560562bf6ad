import type { InstallEvent } from '@radiant/toolkit';
import type { CliContext } from '../context.ts';
import type { CommandHandler } from './command.ts';
import { openWorkspace } from './workspace.ts';

export const install: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  await workspace.install(
    {
      dependencies: !given.flag('no-dependencies'),
      plugins: !given.flag('no-plugins'),
      usesVersionTools: given.flag('use-language-version-tools'),
    },
    (event) => show(context, event),
  );
  context.out.write('Installed.\n');
  return 0;
};

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
