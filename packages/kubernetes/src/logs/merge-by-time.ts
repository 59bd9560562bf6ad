/** Merges logs that are each in order into one that is. Of each only the next line is held. */
export async function* mergeByTime<Line extends { readonly nanos: bigint }>(
  logs: readonly AsyncGenerator<Line>[],
): AsyncGenerator<Line> {
  const heads = await Promise.all(logs.map(async (log) => ({ log, next: await log.next() })));
  let open = heads.filter(({ next }) => next.done !== true);
  while (open.length > 0) {
    const first = open.reduce((best, head) => (nanosOf(head.next) < nanosOf(best.next) ? head : best));
    yield first.next.value as Line;
    first.next = await first.log.next();
    if (first.next.done === true) open = open.filter((head) => head !== first);
  }
}

function nanosOf(next: IteratorResult<{ readonly nanos: bigint }>): bigint {
  return next.value.nanos;
}
