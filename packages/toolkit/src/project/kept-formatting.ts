/**
 * A YAML library writes a document in its own format. This gives every line that an edit leaves alone the form it had:
 * `before` and `after` are what the library writes without and with the edit, so a line that both have is a line of
 * `original`, which differs from it in white space at most. Whether the outcome still means the same is for the caller
 * to check: a new line stands where the library indents it, which may not fit.
 */
export function keepFormatting(original: string, before: string, after: string): string {
  const [originals, befores, afters] = [original, before, after].map((text) => text.split('\n'));
  const toOriginal = alignLines(befores!.map(withoutSpace), originals!.map(withoutSpace));
  const toBefore = alignLines(afters!, befores!);
  const kept = new Set(toOriginal.values());
  const lines: string[] = [];
  let next = 0;
  for (const [index, line] of afters!.entries()) {
    const old = toBefore.get(index);
    const place = old === undefined ? undefined : toOriginal.get(old);
    if (place === undefined) {
      // A blank line that the library alone put there.
      if (old === undefined || line.trim() !== '') lines.push(line);
      continue;
    }
    for (; next < place; next += 1)
      if (!kept.has(next) && originals![next]!.trim() === '') lines.push(originals![next]!);
    lines.push(originals![place]!);
    next = place + 1;
  }
  return lines.join('\n');
}

function withoutSpace(line: string): string {
  return line.replaceAll(/\s/g, '');
}

/** Pairs up the lines of the longest common subsequence: index in `left` to index in `right`. */
function alignLines(left: readonly string[], right: readonly string[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) {
    pairs.set(start, start);
    start += 1;
  }
  let [leftEnd, rightEnd] = [left.length, right.length];
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd -= 1;
    rightEnd -= 1;
    pairs.set(leftEnd, rightEnd);
  }
  const [height, width] = [leftEnd - start, rightEnd - start];
  // Row by row from the end: the length of what the rests have in common.
  const lengths = Array.from({ length: height + 1 }, () => new Uint32Array(width + 1));
  for (let row = height - 1; row >= 0; row -= 1)
    for (let column = width - 1; column >= 0; column -= 1)
      lengths[row]![column] =
        left[start + row] === right[start + column]
          ? lengths[row + 1]![column + 1]! + 1
          : Math.max(lengths[row + 1]![column]!, lengths[row]![column + 1]!);
  for (let row = 0, column = 0; row < height && column < width; ) {
    if (left[start + row] === right[start + column]) pairs.set(start + row++, start + column++);
    else if (lengths[row + 1]![column]! >= lengths[row]![column + 1]!) row += 1;
    else column += 1;
  }
  return pairs;
}
