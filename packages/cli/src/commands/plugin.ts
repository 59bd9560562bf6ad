import type { PluginName, PluginSource } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError, missingConfirmation } from '../cli-error.ts';
import { tableLines } from '../render/table.ts';
import type { CommandHandler } from './command.ts';
import { mayAsk, openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

/** Served in process; the launcher answers for them before anything is loaded, and knows them, too. */
const nativeProviders = new Set(['kubernetes', 'pulumi']);

export const install: CommandHandler = async (context, given) => {
  const [kind, name, version] = given.args;
  const source = sourceOf(given);
  if (kind === undefined) {
    context.out.write('Nothing to install: plugins are started from where they are.\n');
    return 0;
  }
  if (name === undefined)
    throw new CliError('plugin install needs a kind and a name: plugin install resource kubernetes');
  if (source === undefined) {
    if (kind !== 'resource' || !nativeProviders.has(name)) throw notDownloaded(kind, name, version);
    context.out.write(`The ${name} provider is part of Radiant: nothing to install.\n`);
    return 0;
  }
  if (version === undefined)
    throw new CliError(`plugin install needs a version: plugin install ${kind} ${name} 1.2.3 ...`);
  const { plugins } = await openWorkspace(context, given);
  const checksum = given.value('checksum');
  const options = checksum === undefined ? {} : { checksum };
  const folder = await plugins.install({ kind, name, version }, source, options);
  context.out.write(`Installed ${kind} ${name} ${version} in ${folder}\n`);
  return 0;
};

function sourceOf(given: Given): PluginSource | undefined {
  const [file, server] = [given.value('file'), given.value('server')];
  if (file !== undefined) return /^https?:\/\//.test(file) ? { kind: 'url', url: file } : { kind: 'file', path: file };
  return server === undefined ? undefined : { kind: 'server', url: server };
}

export const list: CommandHandler = async (context, given) => {
  const { plugins } = await openWorkspace(context, given);
  const installed = await plugins.list();
  if (given.flag('json')) {
    const described = installed.map(({ name, kind, version, sizeBytes, installedAt }) => ({
      name,
      kind,
      version,
      size: sizeBytes,
      installTime: installedAt.toISOString(),
    }));
    writeJson(context, described);
    return 0;
  }
  if (installed.length === 0) {
    context.out.write(`No plugins are installed; ${[...nativeProviders].join(' and ')} are part of Radiant.\n`);
    return 0;
  }
  const rows = installed.map(({ name, kind, version, dir }) => [name, kind, version, dir]);
  context.out.write(`${tableLines(['NAME', 'KIND', 'VERSION', 'FOLDER'], rows).join('\n')}\n`);
  return 0;
};

export const remove: CommandHandler = async (context, given) => {
  const [kind, name, versions] = given.args;
  if (kind === undefined && !given.flag('all'))
    throw new CliError("please pass --all if you'd like to remove all plugins");
  const { plugins } = await openWorkspace(context, given);
  const filter = { ...(kind && { kind }), ...(name && { name }), ...(versions && { versions }) };
  const found = await plugins.removable(filter);
  if (found.length === 0) {
    context.err.write('no plugins found to uninstall\n');
    return 0;
  }
  if (!given.flag('yes')) {
    if (!mayAsk(context, given)) throw missingConfirmation('non-interactive mode requires --yes flag');
    const count = `${found.length} plugin${found.length === 1 ? '' : 's'}`;
    context.out.write(`This will remove ${count}:\n${found.map((plugin) => `    ${textOf(plugin)}\n`).join('')}`);
    const prompts = await context.prompts();
    if ((await prompts.choose(`Remove ${count}?`, ['yes', 'no'], 'no')) !== 'yes') return 0;
  }
  for (const plugin of found) {
    await plugins.remove(plugin);
    context.out.write(`removed: ${textOf(plugin)}\n`);
  }
  return 0;
};

export const run: CommandHandler = async (context, given) => {
  const [asked = '', ...args] = given.args;
  const [name = '', version] = asked.split('@', 2);
  const { plugins } = await openWorkspace(context, given);
  const kind = given.value('kind') ?? 'tool';
  const executable = await plugins.executable({ kind, name, ...(version !== undefined && { version }) });
  const { runInherited } = await import('../process/run-inherited.ts');
  return await runInherited(executable, args, context);
};

function textOf({ kind, name, version }: PluginName): string {
  return `${kind} ${name}-${version}`;
}

function notDownloaded(kind: string, name: string, version = '<version>'): CliError {
  return new CliError(
    `Radiant downloads a plugin only from where you say. From a file or URL, or a server that has its archives:\n` +
      `    radiant plugin install ${kind} ${name} ${version} --file pulumi-${kind}-${name}.tar.gz\n` +
      `    radiant plugin install ${kind} ${name} ${version} --server https://example.com/plugins`,
  );
}
