import type { ConfigEntry, HistoryEntry } from '@radiant/toolkit';
import { CliError } from '../cli-error.ts';
import { historyLines } from '../render/history.ts';
import { choosePainter } from '../render/painter.ts';
import type { CommandHandler } from './command.ts';
import { openStack } from './state-change.ts';
import { writeJson } from './write-json.ts';

const defaultPageSize = 10;

export const history: CommandHandler = async (context, given) => {
  const page = given.integer('page') ?? 1;
  if (page < 1) throw new CliError(`--page counts from 1, not ${page}`);
  const stack = await openStack(context, given);
  const entries = await stack.history({
    page,
    pageSize: given.integer('page-size') ?? defaultPageSize,
    showSecrets: given.flag('show-secrets'),
  });
  if (given.flag('json')) {
    writeJson(
      context,
      entries.map((entry) => entryJson(entry, given.flag('show-secrets'))),
    );
    return 0;
  }
  if (entries.length === 0) {
    context.out.write(page > 1 ? `No stack updates found on page '${page}'\n` : 'Stack has never been updated\n');
    return 0;
  }
  const paint = choosePainter(given.value('color'), context.env, context.out.isTerminal);
  const isFull = given.flag('full-dates');
  context.out.write(`${entries.flatMap((entry) => historyLines(entry, isFull, new Date(), paint)).join('\n')}\n`);
  return 0;
};

/** Engine reference 8.6. */
function entryJson(entry: HistoryEntry, showSecrets: boolean): object {
  const { version, kind, startedAt, endedAt, message, environment, config, result, resourceChanges } = entry;
  return {
    version,
    kind,
    startTime: startedAt.toISOString(),
    message,
    environment,
    config: Object.fromEntries(config.map((value) => [value.key, configJson(value, showSecrets)])),
    result,
    ...(result !== 'in-progress' && { endTime: endedAt.toISOString(), resourceChanges: resourceChanges ?? {} }),
  };
}

function configJson({ value, objectValue, isSecret }: ConfigEntry, showSecrets: boolean): object {
  if (isSecret && !showSecrets) return { secret: true };
  return { value, ...(objectValue !== undefined && { objectValue }), secret: isSecret };
}
