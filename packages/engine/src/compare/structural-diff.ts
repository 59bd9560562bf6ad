import {
  type DetailedDiff,
  type DiffKind,
  formatPropertyPath,
  isPropertyList,
  isPropertyMap,
  type PathSegment,
  type PropertyMap,
  type PropertyValue,
  propertyEquals,
  Secret,
  setOwn,
} from '@radiant/model';

/**
 * Where two maps of properties differ, path by path; for providers that leave the comparison to the engine. Secrets are
 * looked through; an unknown differs from everything (Pulumi: plugin.NewDetailedDiffFromObjectDiff).
 */
export function structuralDiff(olds: PropertyMap, news: PropertyMap): DetailedDiff {
  const found: Record<string, { kind: DiffKind; isInputDiff: boolean }> = {};
  compareValues(olds, news, [], (path, kind) => {
    setOwn(found, formatPropertyPath(path), { kind, isInputDiff: true });
  });
  return found;
}

type Report = (path: readonly PathSegment[], kind: DiffKind) => void;

function compareValues(
  olds: PropertyValue | undefined,
  news: PropertyValue | undefined,
  path: readonly PathSegment[],
  report: Report,
): void {
  const before = olds instanceof Secret ? olds.value : olds;
  const after = news instanceof Secret ? news.value : news;
  if (before === undefined && after === undefined) return;
  if (before === undefined) report(path, 'add');
  else if (after === undefined) report(path, 'delete');
  else if (isPropertyMap(before) && isPropertyMap(after)) compareMaps(before, after, path, report);
  else if (before !== null && after !== null && isPropertyList(before) && isPropertyList(after)) {
    const count = Math.max(before.length, after.length);
    for (let index = 0; index < count; index += 1) compareValues(before[index], after[index], [...path, index], report);
  } else if (!propertyEquals(before, after)) report(path, 'update');
}

function compareMaps(before: PropertyMap, after: PropertyMap, path: readonly PathSegment[], report: Report): void {
  for (const key of Object.keys(before))
    compareValues(before[key], Object.hasOwn(after, key) ? after[key] : undefined, [...path, key], report);
  for (const key of Object.keys(after))
    if (!Object.hasOwn(before, key)) compareValues(undefined, after[key], [...path, key], report);
}

/** The top-level properties that a detailed difference touches. */
export function topLevelKeys(diff: DetailedDiff): string[] {
  const keys = new Set<string>();
  for (const path of Object.keys(diff)) {
    const quoted = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path);
    keys.add(quoted === null ? /^[^.[]*/.exec(path)![0] : quoted[1]!.replaceAll(/\\(.)/g, '$1'));
  }
  return [...keys];
}
