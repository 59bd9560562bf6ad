import { type DetailedDiff, type DiffResult, setOwn } from '@radiant/model';
import { type DiffResponse, diffChanges, diffKinds } from '../messages/provider-messages.ts';

/** A provider may name replacements and leave the rest to the engine. */
export function diffResult(reply: DiffResponse): DiffResult {
  const { replaces, stables, deleteBeforeReplace, changes, diffs } = reply;
  if (changes === diffChanges.none) return { kind: 'none', stables };
  if (changes === diffChanges.unknown && replaces.length === 0) return { kind: 'unknown' };
  return {
    kind: 'some',
    replaceKeys: replaces,
    deleteBeforeReplace,
    diffs,
    detailedDiff: reply.hasDetailedDiff ? detailedDiff(reply) : undefined,
    stables,
  };
}

function detailedDiff(reply: DiffResponse): DetailedDiff {
  const result: Record<string, DetailedDiff[string]> = {};
  for (const [path, { kind, inputDiff }] of reply.detailedDiff)
    setOwn(result, path, { kind: diffKinds[kind] ?? 'update', isInputDiff: inputDiff });
  return result;
}
