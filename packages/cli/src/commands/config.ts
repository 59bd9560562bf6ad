import type { ConfigEntry, ConfigSettingType, Stack } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { tableLines } from '../render/table.ts';
import type { CommandHandler } from './command.ts';
import { mayAsk, openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

export const list: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  const listed = await stack.config.list({ showSecrets: given.flag('show-secrets') });
  const entries = listed.toSorted((left, right) => (left.key < right.key ? -1 : 1));
  if (given.flag('json')) {
    writeJson(context, Object.fromEntries(entries.map((entry) => [entry.key, entryJson(entry)])));
    return 0;
  }
  const rows = entries.map((entry) => [shortKey(entry.key, stack), entry.value ?? '[secret]']);
  context.out.write(`${tableLines(['KEY', 'VALUE'], rows).join('\n')}\n`);
  return 0;
};

export const get: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  const entry = await stack.config.get(given.args[0]!, { path: given.flag('path') });
  if (given.flag('json')) writeJson(context, entryJson(entry));
  else context.out.write(`${entry.value ?? ''}\n`);
  return 0;
};

export const set: CommandHandler = async (context, given) => {
  const [key, value] = given.args;
  const secret = given.flag('secret');
  if (secret && given.flag('plaintext')) throw new CliError('--secret and --plaintext cannot be used together');
  const type = given.value('type') as ConfigSettingType | undefined;
  if (secret && type !== undefined && type !== 'string')
    throw new CliError(`a secret is text: --secret and --type ${type} cannot be used together`);
  const stack = await openStack(context, given);
  await stack.config.set(key!, value ?? (await askValue(context, given, secret)), {
    secret,
    path: given.flag('path'),
    ...(!given.flag('plaintext') && { refusesLikelySecret: true }),
    ...(type !== undefined && !secret && { type }),
  });
  return 0;
};

export const remove: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  await stack.config.remove(given.args[0]!, { path: given.flag('path') });
  return 0;
};

export async function openStack(context: CliContext, given: Given): Promise<Stack> {
  const workspace = await openWorkspace(context, given);
  return await workspace.openStack(given.value('stack'));
}

/** The last newline of what is piped in is the shell's, not the value's. */
async function askValue(context: CliContext, given: Given, secret: boolean): Promise<string> {
  if (!context.input.isTerminal) return (await context.input.readAll()).replace(/\r?\n$/, '');
  if (!mayAsk(context, given)) throw new CliError('config value must be specified in non-interactive mode');
  const prompts = await context.prompts();
  return secret ? prompts.secret('value') : prompts.text('value');
}

function entryJson(entry: ConfigEntry): object {
  return {
    ...(entry.value !== undefined && { value: entry.value }),
    ...(entry.objectValue !== undefined && { objectValue: entry.objectValue }),
    secret: entry.isSecret,
  };
}

/** Keys of the project itself are shown without its name. */
function shortKey(key: string, stack: Stack): string {
  const prefix = `${stack.project.name}:`;
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}
