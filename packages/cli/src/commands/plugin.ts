import { CliError } from '../cli-error.ts';
import type { CommandHandler } from './command.ts';
import { writeJson } from './write-json.ts';

/** Served in process; the launcher answers for them before anything is loaded, and knows them, too. */
const nativeProviders = new Set(['kubernetes', 'pulumi']);

export const install: CommandHandler = async (context, given) => {
  const [kind, name] = given.args;
  if (kind === undefined) {
    context.out.write('Nothing to install: the providers of this version are part of Radiant.\n');
    return 0;
  }
  if (name === undefined)
    throw new CliError('plugin install needs a kind and a name: plugin install resource kubernetes');
  if (kind !== 'resource' || !nativeProviders.has(name)) {
    const known = [...nativeProviders].join(', ');
    throw new CliError(`plugin '${kind} ${name}' is not supported yet; these need no plugin: ${known}`);
  }
  context.out.write(`The ${name} provider is part of Radiant: nothing to install.\n`);
  return 0;
};

export const list: CommandHandler = async (context, given) => {
  if (given.flag('json')) writeJson(context, []);
  else context.out.write(`No plugins are installed; ${[...nativeProviders].join(' and ')} are part of Radiant.\n`);
  return 0;
};
