import os from 'node:os';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CommandHandler } from './command.ts';
import { openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

/** Where the established CLI keeps state without a service. */
const localUrl = 'file://~';

export const login: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const { url, user } = await workspace.login(urlOf(given));
  context.out.write(`Logged in to ${os.hostname()} as ${user} (${url})\n`);
  return 0;
};

export const logout: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const url = urlOf(given);
  const left = await workspace.logout({ all: given.flag('all'), ...(url !== undefined && { url }) });
  if (given.flag('all')) context.out.write('Logged out of everything\n');
  else context.out.write(left.url === undefined ? 'Not logged in\n' : `Logged out of ${left.url}\n`);
  return 0;
};

export const whoami: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const { user, organizations, url } = await workspace.whoAmI();
  if (given.flag('json')) {
    writeJson(context, { user, ...(organizations.length > 0 && { organizations }), url });
  } else if (given.flag('verbose')) {
    context.out.write(`User: ${user}\nOrganizations: ${organizations.join(', ')}\nBackend URL: ${url}\n`);
  } else {
    context.out.write(`${user}\n`);
  }
  return 0;
};

function urlOf(given: Given): string | undefined {
  const urls = [given.args[0], given.value('cloud-url'), given.flag('local') ? localUrl : undefined];
  const named = urls.filter((url) => url !== undefined);
  if (named.length > 1) throw new CliError('only one of [url], --cloud-url or --local may be given');
  return named[0];
}
