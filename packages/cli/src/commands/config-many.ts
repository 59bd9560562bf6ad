import type { ConfigSetting } from '@radiant/toolkit';
import { CliError } from '../cli-error.ts';
import type { CommandHandler } from './command.ts';
import { openStack } from './config.ts';
import { openWorkspace } from './workspace.ts';

export const setAll: CommandHandler = async (context, given) => {
  const settings = settingsOf(
    given.value('json'),
    given.values('plaintext'),
    given.values('secret'),
    given.flag('path'),
  );
  const stack = await openStack(context, given);
  await stack.config.setAll(settings);
  return 0;
};

export const removeAll: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  await stack.config.removeAll(given.args, { path: given.flag('path') });
  return 0;
};

export const copy: CommandHandler = async (context, given) => {
  const to = given.value('dest');
  if (to === undefined) throw new CliError('missing the stack to copy to: radiant config cp --dest <stack>');
  const [key] = given.args;
  const workspace = await openWorkspace(context, given);
  await workspace.copyConfig({
    from: given.value('stack'),
    to,
    path: given.flag('path'),
    ...(key !== undefined && { key }),
  });
  return 0;
};

export const refresh: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  const { backup } = await stack.refreshConfig({ force: given.flag('force') });
  if (backup !== undefined) context.out.write(`backed up existing configuration file to ${backup}\n`);
  context.out.write(`refreshed configuration for stack '${stack.name}'\n`);
  return 0;
};

function settingsOf(
  json: string | undefined,
  plaintexts: readonly string[],
  secrets: readonly string[],
  path: boolean,
): readonly ConfigSetting[] {
  if (json !== undefined) {
    if (plaintexts.length > 0 || secrets.length > 0 || path)
      throw new CliError('--json cannot be used together with --plaintext, --secret or --path');
    return settingsOfJson(json);
  }
  const pairs = (texts: readonly string[], flag: string) => texts.map((text) => ({ ...splitPair(text, flag), path }));
  return [
    ...pairs(plaintexts, 'plaintext'),
    ...pairs(secrets, 'secret').map((setting) => ({ ...setting, secret: true })),
  ];
}

/** What follows the first `=` may be a secret, so it is not repeated. */
function splitPair(text: string, flag: string): { readonly key: string; readonly value: string } {
  const cut = text.indexOf('=');
  if (cut <= 0) throw new CliError(`--${flag} takes key=value`);
  return { key: text.slice(0, cut), value: text.slice(cut + 1) };
}

/** As `config --json` prints: `{key: {value?, objectValue?, secret}}`. */
function settingsOfJson(text: string): readonly ConfigSetting[] {
  const entries = parseObject(text);
  if (entries === undefined) throw new CliError('--json takes an object as `radiant config --json` prints it');
  return Object.entries(entries).map(([key, entry]) => {
    const { value, objectValue, secret } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
      readonly value?: unknown;
      readonly objectValue?: unknown;
      readonly secret?: unknown;
    };
    const isStructure = typeof objectValue === 'object' && objectValue !== null;
    if (!isStructure && typeof value !== 'string')
      throw new CliError(
        `--json: ${key} has no "value" of text${secret === true ? '; print secrets too: radiant config --json --show-secrets' : ''}`,
      );
    const setting = { key, value: isStructure ? JSON.stringify(objectValue) : String(value) };
    if (secret === true) return { ...setting, secret };
    return isStructure ? { ...setting, type: 'object' } : setting;
  });
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
