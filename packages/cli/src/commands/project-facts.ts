import { exitCodes } from '@radiant/model';
import type { Template, TemplateStore } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { hasConsent } from './state-change.ts';

/** What the command line says of names. */
export interface GivenNames {
  readonly project: string | undefined;
  /** Whether the project comes with the name of the stack (`organization/PROJECT/STACK`): then it may well exist. */
  readonly mayExist: boolean;
}

export interface ProjectFacts {
  readonly name: string;
  readonly description: string;
}

/** Refuses what cannot be, names in Pulumi's words, before anybody is asked for anything. */
export async function checkGivenNames(given: Given): Promise<GivenNames> {
  const { checkNewStack, projectDescriptionProblem, projectNameProblem } = await import('@radiant/toolkit');
  const name = given.value('name');
  const parts = given.value('stack')?.split('/') ?? [];
  const stackProject = parts.length === 3 ? parts[1] : undefined;
  if (name !== undefined && stackProject !== undefined && name !== stackProject)
    throw new CliError(
      `project name (--name ${name}) and stack reference project name (--stack ${stackProject}) must be the same`,
    );
  const project = name ?? stackProject;
  const problem = project === undefined ? undefined : projectNameProblem(project);
  if (problem !== undefined)
    throw new CliError(`'${project}' is not a valid project name: ${problem}`, exitCodes.configuration);
  const description = projectDescriptionProblem(given.value('description') ?? '');
  if (description !== undefined) throw new CliError(description, exitCodes.configuration);
  checkNewStack({ stack: given.value('stack'), secretsProvider: given.value('secrets-provider') });
  return { project, mayExist: stackProject !== undefined };
}

interface Question {
  readonly templates: TemplateStore;
  readonly template: Template;
  readonly names: GivenNames;
}

/** Name and description: as given, as a person answers, or what the template and the folder suggest. */
export async function askProjectFacts(context: CliContext, given: Given, question: Question): Promise<ProjectFacts> {
  const isAsking = !hasConsent(context, given);
  const hasAll = question.names.project !== undefined && given.value('description') !== undefined;
  if (isAsking && !hasAll) context.out.write(introduction);
  const name = await nameOf(context, given, question, isAsking);
  return { name, description: await descriptionOf(context, given, question, isAsking) };
}

const introduction = `This command will walk you through creating a new Pulumi project.

Enter a value or leave blank to accept the (default), and press <ENTER>.
Press ^C at any time to quit.

`;

async function nameOf(
  context: CliContext,
  given: Given,
  { templates, template, names }: Question,
  isAsking: boolean,
): Promise<string> {
  const { projectNameProblem } = await import('@radiant/toolkit');
  const isFree = async (name: string) =>
    names.mayExist || given.flag('generate-only') || !(await templates.isNameTaken(name, template));
  const preset = await templates.suggestName(template);
  const fixed = names.project ?? (isAsking ? undefined : preset);
  if (fixed !== undefined) {
    const problem = projectNameProblem(fixed);
    if (problem !== undefined) throw new CliError(`'${fixed}' is not a valid project name. ${problem}`);
    if (await isFree(fixed)) return fixed;
    if (!isAsking)
      throw new CliError(`a project with this name already exists: ${fixed}; give another name with --name`);
    if (await isWantedAnyway(context, fixed)) return fixed;
  }
  const prompts = await context.prompts();
  for (;;) {
    const name = await prompts.text('Project name', { preset, problemOf: projectNameProblem });
    if ((await isFree(name)) || (await isWantedAnyway(context, name))) return name;
  }
}

async function isWantedAnyway(context: CliContext, name: string): Promise<boolean> {
  const accept = `Use '${name}' anyway`;
  const prompts = await context.prompts();
  const question = `A project with the name \`${name}\` already exists.`;
  return (await prompts.choose(question, [accept, 'Specify a different project name'], accept)) === accept;
}

async function descriptionOf(
  context: CliContext,
  given: Given,
  { template }: Question,
  isAsking: boolean,
): Promise<string> {
  const fixed = given.value('description');
  if (fixed !== undefined) return fixed;
  const preset = template.projectDescription ?? template.description;
  if (!isAsking) return preset;
  const { projectDescriptionProblem } = await import('@radiant/toolkit');
  const prompts = await context.prompts();
  return await prompts.text('Project description', { preset, problemOf: projectDescriptionProblem });
}
