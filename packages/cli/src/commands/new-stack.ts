import { OperationError } from '@radiant/model';
import type { ConfigSetting, Stack, Template, TemplateConfig, Workspace } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { singleLine } from '../render/text-width.ts';
import { splitAssignment } from './operation-stack.ts';

/** The stack of a new project; one that exists, since the project is made once more, is taken as it is. */
export async function openNewStack(
  context: CliContext,
  given: Given,
  workspace: Workspace,
  isAsking: boolean,
): Promise<Stack> {
  const fixed = given.value('stack') ?? (isAsking ? undefined : 'dev');
  if (fixed !== undefined) return await openOrCreate(context, given, workspace, fixed);
  const prompts = await context.prompts();
  for (;;) {
    const name = (await prompts.text('Stack name', { preset: 'dev' })).trim();
    try {
      return await openOrCreate(context, given, workspace, name);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      context.err.write(`Sorry, could not create stack '${name}': ${error.summary}\n`);
    }
  }
}

async function openOrCreate(context: CliContext, given: Given, workspace: Workspace, name: string): Promise<Stack> {
  const names = (await workspace.listStacks()).flatMap((stack) => [stack.name, stack.fullName]);
  if (names.includes(name)) {
    await workspace.selectStack(name);
    context.out.write(`Selected stack '${name}', which exists\n\n`);
    return await workspace.openStack(name);
  }
  const secretsProvider = given.value('secrets-provider');
  const stack = await workspace.createStack(name, {
    select: true,
    ...(secretsProvider !== undefined && { secretsProvider }),
  });
  context.out.write(`Created stack '${stack.name}'\n\n`);
  return stack;
}

interface NewStack {
  readonly stack: Stack;
  readonly template: Template;
  readonly isAsking: boolean;
}

/** Sets what the command line and the person say, and what the template presets; all of it, or nothing. */
export async function configureNewStack(context: CliContext, given: Given, made: NewStack): Promise<void> {
  const assigned = assignedSettings(given, made);
  const settings = [...(await askedSettings(context, made, new Set(assigned.map(({ key }) => key)))), ...assigned];
  if (settings.length === 0) return;
  await made.stack.config.setAll(settings);
  context.out.write('Saved config\n\n');
}

/** What the template says is secret is, on the command line too. */
function assignedSettings(given: Given, { stack, template }: NewStack): readonly ConfigSetting[] {
  const secrets = new Set(template.config.filter(({ isSecret }) => isSecret).map(({ key }) => fullKey(key, stack)));
  return given.values('config').map((assignment) => {
    const [name, value] = splitAssignment(assignment);
    const key = fullKey(name, stack);
    return { key, value, path: given.flag('config-path'), ...(secrets.has(key) && { secret: true }) };
  });
}

async function askedSettings(
  context: CliContext,
  { stack, template, isAsking }: NewStack,
  assigned: ReadonlySet<string>,
): Promise<readonly ConfigSetting[]> {
  const awaited = template.config.filter(({ key }) => !assigned.has(fullKey(key, stack)));
  if (awaited.length === 0) return [];
  const present = new Map((await stack.config.list()).map((entry) => [entry.key, entry]));
  const settings: ConfigSetting[] = [];
  for (const config of awaited) {
    const key = fullKey(config.key, stack);
    const entry = present.get(key);
    const value = isAsking
      ? await ask(context, config, entry?.value)
      : entry === undefined
        ? config.default
        : undefined;
    // Nothing was answered: what is there stays, and what is not stays unset.
    if (value !== undefined && value !== '') settings.push({ key, value, secret: config.isSecret });
  }
  return settings;
}

async function ask(context: CliContext, config: TemplateConfig, present: string | undefined): Promise<string> {
  const { key, description, isSecret } = config;
  const question = description === undefined ? key : `${singleLine(description)} (${key})`;
  const prompts = await context.prompts();
  if (isSecret) return (await prompts.secret(question)) || (present === undefined ? (config.default ?? '') : '');
  return await prompts.text(question, { preset: present ?? config.default });
}

function fullKey(key: string, { project }: Stack): string {
  return key.includes(':') ? key : `${project.name}:${key}`;
}
