import path from 'node:path';
import type { CommandHandler } from './command.ts';
import { installMade } from './install-made.ts';
import { listTemplates, runtimeOptionsOf, withTemplate } from './templates.ts';
import { openWorkspace } from './workspace.ts';

export const makePolicyPack: CommandHandler = async (caller, given) => {
  const context = { ...caller, cwd: path.resolve(caller.cwd, given.value('dir') ?? '.') };
  const workspace = await openWorkspace(context, given);
  const { templates } = workspace;
  if (given.flag('list-templates')) return await listTemplates(caller, given, templates, 'policy-pack');
  const runtimeOptions = runtimeOptionsOf(given);
  if (!given.flag('force')) await templates.requireEmptyFolder();

  await withTemplate(caller, given, templates, 'policy-pack', async (template) => {
    const name = await templates.suggestName(template);
    const { description } = template;
    await templates.make(template, { name, description, runtimeOptions, overwrites: given.flag('force') });
  });
  context.out.write('Created Policy Pack!\n\n');
  if (!given.flag('generate-only')) await installMade(context, workspace);
  context.out.write('Your new Policy Pack is ready to go!\n\n');
  if (given.flag('generate-only'))
    context.out.write('To install dependencies for the Policy Pack, run `radiant install` in its folder\n\n');
  context.out.write(
    "Once you're done editing your Policy Pack, to run the Policy Pack against a Pulumi program, in the directory of " +
      `the Pulumi program run \`radiant up --policy-pack ${context.cwd}\`\n`,
  );
  return 0;
};
