import {
  type DetailedDiff,
  type DiffKind,
  type DiffResult,
  OperationError,
  type PropertyMap,
  type PropertyPath,
  parsePropertyPath,
  pathContains,
  type Urn,
} from '@radiant/model';
import { structuralDiff, topLevelKeys } from './structural-diff.ts';

type SomeDiff = Extract<DiffResult, { kind: 'some' }>;

const replacing: { readonly [kind in DiffKind]: DiffKind } = {
  add: 'add-replace',
  'add-replace': 'add-replace',
  delete: 'delete-replace',
  'delete-replace': 'delete-replace',
  update: 'update-replace',
  'update-replace': 'update-replace',
};

const initError: PropertyPath = ['#initerror'];

/** The paths of an option; refuses one that is no path. */
export function parseOptionPaths(texts: readonly string[], option: string, urn: Urn): PropertyPath[] {
  return texts.map((text) => {
    const path = parsePropertyPath(text);
    if (path !== undefined) return path;
    throw new OperationError({
      code: 'PROPERTY_PATH_INVALID',
      summary: `the option ${option} of ${urn} names "${text}", which is no property path`,
      remedy: 'Write it like a.b[0].c, a["key.with.dots"], a[*].b or *.',
      urn,
    });
  });
}

/**
 * The difference with every change under one of `paths` made a replacement (Pulumi: applyReplaceOnChanges). Where the
 * provider does not say what differs, the inputs are compared.
 */
export function applyReplaceOnChanges(
  diff: SomeDiff | undefined,
  paths: readonly PropertyPath[],
  inputs: { readonly olds: PropertyMap; readonly news: PropertyMap },
  hasInitErrors: boolean,
): SomeDiff | undefined {
  if (paths.length === 0) return diff;
  const keys = new Set(diff?.replaceKeys);
  if (hasInitErrors && isNamed(paths, initError)) keys.add('#initerror');
  if (diff === undefined) return keys.size === 0 ? undefined : anyDifference([...keys]);
  const where = diff.detailedDiff ?? structuralDiff(inputs.olds, inputs.news);
  const marked: { [path: string]: DetailedDiff[string] } = {};
  const replaced: { [path: string]: DetailedDiff[string] } = {};
  for (const [text, change] of Object.entries(where)) {
    const isMeant = isNamed(paths, parsePropertyPath(text) ?? [text]);
    marked[text] = isMeant ? { ...change, kind: replacing[change.kind] } : change;
    if (isMeant) replaced[text] = change;
  }
  for (const key of diff.diffs) if (isNamed(paths, parsePropertyPath(key) ?? [key])) keys.add(key);
  for (const key of topLevelKeys(replaced)) keys.add(key);
  return { ...diff, replaceKeys: [...keys], ...(diff.detailedDiff === undefined ? {} : { detailedDiff: marked }) };
}

function isNamed(paths: readonly PropertyPath[], path: PropertyPath): boolean {
  return paths.some((prefix) => pathContains(prefix, path));
}

function anyDifference(replaceKeys: readonly string[]): SomeDiff {
  return { kind: 'some', replaceKeys, deleteBeforeReplace: false, diffs: [] };
}
