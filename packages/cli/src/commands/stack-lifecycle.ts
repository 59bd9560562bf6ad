import { exitCodes } from '@radiant/model';
import type { StackFilter, StackSummary, Workspace } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError, missingConfirmation } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { agoText } from '../render/ago.ts';
import { tableLines } from '../render/table.ts';
import type { CommandHandler } from './command.ts';
import { confirmByName } from './confirm.ts';
import { chooseStack } from './operation-stack.ts';
import { mayAsk, openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

export const init: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const name = given.args[0] ?? given.value('stack') ?? (await askName(context, given));
  const secretsProvider = given.value('secrets-provider');
  const from = given.value('copy-config-from');
  // Before anything is made.
  if (from !== undefined) await workspace.openStack(from);
  const stack = await workspace.createStack(name, {
    select: !given.flag('no-select'),
    ...(secretsProvider !== undefined && { secretsProvider }),
  });
  if (from !== undefined) await workspace.copyConfig({ from, to: name });
  context.out.write(`Created stack '${stack.name}'\n`);
  return 0;
};

async function askName(context: CliContext, given: Given): Promise<string> {
  if (!mayAsk(context, given)) throw new CliError('missing stack name: radiant stack init <name>');
  const prompts = await context.prompts();
  const name = (await prompts.text('Name of the new stack (dev, say):')).trim();
  if (name === '') throw new CliError('missing stack name');
  return name;
}

export const select: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const name = given.args[0] ?? given.value('stack');
  if (name !== undefined) {
    await (given.flag('create') ? createAndSelect(workspace, name, given) : workspace.selectStack(name));
    return 0;
  }
  if (!mayAsk(context, given)) {
    throw new CliError('no stack selected; name one: radiant stack select <name>', exitCodes.stackNotFound);
  }
  const chosen = await chooseStack(context, workspace);
  if (chosen === undefined) throw new CliError('no stack selected', exitCodes.stackNotFound);
  await workspace.openOrCreateStack(chosen);
  await workspace.selectStack(chosen);
  return 0;
};

async function createAndSelect(workspace: Workspace, name: string, given: Given): Promise<void> {
  const names = (await workspace.listStacks()).flatMap((stack) => [stack.name, stack.fullName]);
  const secretsProvider = given.value('secrets-provider');
  if (names.includes(name)) await workspace.selectStack(name);
  else await workspace.createStack(name, { select: true, ...(secretsProvider !== undefined && { secretsProvider }) });
}

export const list: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const project = given.value('project');
  const isEverywhere = given.flag('all') || (project === undefined && (await workspace.projectIfAny()) === undefined);
  const stacks = await workspace.listStacks({
    all: isEverywhere,
    ...(project !== undefined && { project }),
    ...tagFilter(given),
  });
  for (const { problem } of stacks) if (problem !== undefined) context.err.write(`warning: ${problem}\n`);
  if (given.flag('json')) {
    writeJson(context, stacks.map(summaryJson));
    return 0;
  }
  const rows = stacks.map((stack) => [
    stack.name + (stack.isCurrent ? '*' : ''),
    stack.isUpdating ? 'in progress' : stack.lastUpdate === undefined ? 'n/a' : agoText(stack.lastUpdate, new Date()),
    stack.resourceCount === undefined ? 'n/a' : String(stack.resourceCount),
  ]);
  context.out.write(`${tableLines(['NAME', 'LAST UPDATE', 'RESOURCE COUNT'], rows).join('\n')}\n`);
  return 0;
};

/** `name`, or `name=value`. */
function tagFilter(given: Given): Pick<StackFilter, 'tag'> {
  const [name, ...value] = given.value('tag')?.split('=') ?? [];
  if (name === undefined) return {};
  return { tag: { name, ...(value.length > 0 && { value: value.join('=') }) } };
}

function summaryJson(stack: StackSummary): object {
  const lastUpdate = stack.isUpdating ? 'in progress' : stack.lastUpdate?.toISOString();
  return {
    name: stack.name,
    current: stack.isCurrent,
    ...(lastUpdate !== undefined && { lastUpdate }),
    ...(stack.isUpdating && { updateInProgress: true }),
    ...(stack.resourceCount !== undefined && { resourceCount: stack.resourceCount }),
  };
}

export const rename: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const { from, to } = await workspace.renameStack(given.value('stack'), given.args[0]!);
  context.out.write(`Renamed ${from} to ${to}\n`);
  return 0;
};

export const remove: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const stack = await workspace.findStack(given.args[0] ?? given.value('stack'));
  if (!given.flag('yes')) {
    if (!mayAsk(context, given)) throw missingConfirmation('non-interactive mode requires --yes flag');
    const warning = `This will permanently remove the '${stack.name}' stack!`;
    if (!(await confirmByName(context, warning, stack.name))) throw new CliError('confirmation declined');
  }
  await workspace.removeStack(stack.fullName, {
    force: given.flag('force'),
    preserveConfig: given.flag('preserve-config'),
  });
  context.out.write(`Stack '${stack.name}' has been removed!\n`);
  return 0;
};

export const unselect: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  await workspace.unselectStack();
  context.out.write('Stack was unselected\n');
  return 0;
};
