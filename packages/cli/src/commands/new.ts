import path from 'node:path';
import type { Template } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { harmless } from '../render/text-width.ts';
import type { CommandHandler } from './command.ts';
import { installMade } from './install-made.ts';
import { configureNewStack, openNewStack } from './new-stack.ts';
import { askProjectFacts, checkGivenNames } from './project-facts.ts';
import { hasConsent, requireConsent } from './state-change.ts';
import { listTemplates, runtimeOptionsOf, withTemplate } from './templates.ts';
import { openWorkspace } from './workspace.ts';

export const makeProject: CommandHandler = async (caller, given) => {
  const context = { ...caller, cwd: path.resolve(caller.cwd, given.value('dir') ?? '.') };
  const { templates } = await openWorkspace(context, given);
  if (given.flag('list-templates')) return await listTemplates(caller, given, templates, 'project');
  requireConsent(context, given);
  const names = await checkGivenNames(given);
  const runtimeOptions = runtimeOptionsOf(given);
  if (!given.flag('force')) await templates.requireEmptyFolder();

  const template = await withTemplate(caller, given, templates, 'project', async (chosen) => {
    const facts = await askProjectFacts(context, given, { templates, template: chosen, names });
    await templates.make(chosen, { ...facts, runtimeOptions, overwrites: given.flag('force') });
    context.out.write(`Created project '${facts.name}'\n\n`);
    return chosen;
  });
  if (!given.flag('generate-only')) await setUp(context, given, template);
  context.out.write(`Your new project is ready to go!\n\n${nextSteps(caller, context, given)}\n`);
  if (template.quickstart !== undefined) context.out.write(`\n${harmless(template.quickstart, false).trimEnd()}\n`);
  return 0;
};

/** What a project needs beyond its files. The workspace is opened now that there is a project. */
async function setUp(context: CliContext, given: Given, template: Template): Promise<void> {
  const workspace = await openWorkspace(context, given);
  const isAsking = !hasConsent(context, given);
  // Whoever wrote the template has decided where; the person should know.
  if (template.backendUrl !== undefined) context.out.write(`State is kept in ${await workspace.backendUrl()}\n`);
  const stack = await openNewStack(context, given, workspace, isAsking);
  await configureNewStack(context, given, { stack, template, isAsking });
  await installMade(context, workspace);
}

function nextSteps(caller: CliContext, { cwd }: CliContext, given: Given): string {
  const folder = path.relative(caller.cwd, cwd);
  const commands = [
    ...(folder === '' ? [] : [`cd ${/\s/.test(folder) ? `"${folder}"` : folder}`]),
    ...(given.flag('generate-only') ? ['radiant install', 'radiant stack init'] : []),
  ];
  const [first] = commands;
  if (first === undefined) return 'To perform an initial deployment, run `radiant up`';
  if (commands.length === 1) return `To perform an initial deployment, run \`${first}\`, then, run \`radiant up\``;
  const lines = commands.map((command, index) => `   ${index + 1}. ${command}\n`);
  return `To perform an initial deployment, run the following commands:\n\n${lines.join('')}\nThen, run \`radiant up\``;
}
