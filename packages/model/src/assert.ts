/** A fault of ours, not of the user's world: the process stops rather than act on a confused state. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new BugError(`This is a bug in Radiant: it should hold that ${claim}.`);
}

/** Closes an exhaustive `switch`. */
export function unreachable(value: never, what: string): never {
  throw new BugError(`This is a bug in Radiant: ${what}: ${JSON.stringify(value)}`);
}
