export type MarkedLine = readonly [mark: '+' | '-' | ' ', line: string];

/** Lines of context around what differs. */
const contextLines = 2;
/** More differing lines than this are folded. */
const longestBlock = 40;

/** What differs between two texts: common lines at both ends are left out but for a little context. */
export function lineDiff(old: string, next: string, showFull: boolean): readonly MarkedLine[] {
  const [olds, news] = [old.split('\n'), next.split('\n')];
  let start = 0;
  while (start < olds.length && start < news.length && olds[start] === news[start]) start++;
  let end = 0;
  const longestEnd = Math.min(olds.length, news.length) - start;
  while (end < longestEnd && olds.at(-1 - end) === news.at(-1 - end)) end++;
  const before = olds.slice(Math.max(0, start - contextLines), start);
  const after = olds.slice(olds.length - end, olds.length - end + contextLines);
  return [
    ...before.map((line): MarkedLine => [' ', line]),
    ...folded(olds.slice(start, olds.length - end), '-', showFull),
    ...folded(news.slice(start, news.length - end), '+', showFull),
    ...after.map((line): MarkedLine => [' ', line]),
  ];
}

function folded(lines: readonly string[], mark: '+' | '-', showFull: boolean): readonly MarkedLine[] {
  if (showFull || lines.length <= longestBlock) return lines.map((line): MarkedLine => [mark, line]);
  const kept = lines.slice(0, longestBlock).map((line): MarkedLine => [mark, line]);
  return [...kept, [mark, `… ${lines.length - longestBlock} more lines`]];
}
