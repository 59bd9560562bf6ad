import type { CommandHandler } from './command.ts';
import { openWorkspace } from './workspace.ts';

export const version: CommandHandler = async (context) => {
  context.out.write(`${context.version}\n`);
  return 0;
};

export const about: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const project = await workspace.projectIfAny();
  const stack = project === undefined ? undefined : (given.value('stack') ?? (await workspace.selectedStack()));
  const facts = {
    version: context.version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    home: workspace.home.root,
    backend: await workspace.backendUrl(),
    project: project?.name ?? null,
    runtime: project?.runtime ?? null,
    stack: stack ?? null,
  };
  if (given.flag('json')) {
    context.out.write(`${JSON.stringify(facts, undefined, 2)}\n`);
    return 0;
  }
  for (const [name, value] of Object.entries(facts)) context.out.write(`${name.padEnd(9)} ${value ?? '-'}\n`);
  return 0;
};
