import type { Stack } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { tableLines } from '../render/table.ts';
import type { CommandHandler } from './command.ts';
import { openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

export const list: CommandHandler = async (context, given) => {
  const tags = await (await tagsOf(context, given)).list();
  if (given.flag('json')) writeJson(context, tags);
  else context.out.write(`${tableLines(['NAME', 'VALUE'], Object.entries(tags)).join('\n')}\n`);
  return 0;
};

export const get: CommandHandler = async (context, given) => {
  context.out.write(`${await (await tagsOf(context, given)).get(given.args[0]!)}\n`);
  return 0;
};

export const set: CommandHandler = async (context, given) => {
  await (await tagsOf(context, given)).set(given.args[0]!, given.args[1]!);
  return 0;
};

export const remove: CommandHandler = async (context, given) => {
  await (await tagsOf(context, given)).remove(given.args[0]!);
  return 0;
};

async function tagsOf(context: CliContext, given: Given): Promise<Stack['tags']> {
  const workspace = await openWorkspace(context, given);
  return (await workspace.openStack(given.value('stack'))).tags;
}
