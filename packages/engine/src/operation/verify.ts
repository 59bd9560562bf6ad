import { type IntegrityViolation, OperationError, type Snapshot, verifySnapshot } from '@radiant/model';

const shownMax = 10;

/** Refuses to plan over a stack whose records do not hold together. */
export function assertIntegrity(snapshot: Snapshot, stack: string): void {
  const violations = verifySnapshot(snapshot);
  if (violations.length === 0) return;
  throw new OperationError({
    code: 'SNAPSHOT_DAMAGED',
    summary: `the state of stack '${stack}' does not hold together: ${violations[0]!.message}`,
    detail: `Nothing was changed. Its records break these rules:\n${describe(violations)}`,
    remedy: `Look at it, or have it mended:\n    radiant stack export --stack ${stack}\n    radiant state repair --stack ${stack}`,
  });
}

/** What to say when an operation's own records do not hold together; undefined when they do. */
export function integrityProblem(snapshot: Snapshot): string | undefined {
  const violations = verifySnapshot(snapshot);
  if (violations.length === 0) return undefined;
  return (
    `failed to verify snapshot: everything that was done is recorded, but the records do not hold together:\n` +
    `${describe(violations)}\nThis is a bug in Radiant. Mend the state with:\n    radiant state repair`
  );
}

function describe(violations: readonly IntegrityViolation[]): string {
  const shown = violations
    .slice(0, shownMax)
    .map(({ index, rule, message }) => `  record ${index}, ${rule}: ${message}`);
  const more = violations.length - shown.length;
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}
