import type { JsonObject, UpdateInfo } from '@radiant/state';
import type { ConfigEntry, HistoryEntry, HistoryOptions } from '../api.ts';
import type { StackContext } from '../stack-context.ts';

/** Reads the configuration an operation ran with, as the history keeps it: like a stack file, secrets sealed. */
export type ReadWrittenConfig = (
  written: JsonObject,
  options: { readonly showSecrets: boolean },
) => Promise<readonly ConfigEntry[]>;

/** What was done to a stack, newest first. */
export async function readStackHistory(
  { backend, ref }: Pick<StackContext, 'backend' | 'ref'>,
  readConfig: ReadWrittenConfig,
  { showSecrets = false, pageSize = 0, page = 1 }: HistoryOptions,
): Promise<readonly HistoryEntry[]> {
  const entries = await backend.history(ref, { size: pageSize, number: page });
  return await Promise.all(
    entries.map(async ({ startTime, endTime, config, ...entry }) => ({
      ...entry,
      startedAt: timeOf(startTime),
      endedAt: timeOf(endTime),
      config: await readConfig(config, { showSecrets }),
    })),
  );
}

function timeOf(seconds: UpdateInfo['startTime']): Date {
  return new Date(seconds * 1000);
}
