import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import type { UrnPatterns } from './urn-patterns.ts';

/** What must be recorded for an operation to make sense, before anything is begun (engine reference 7.6, "Literal checks"). */
export function assertSelectionRecorded(operation: Operation): void {
  const recorded = new Set<string>(operation.request.snapshot.resources.map(({ urn }) => urn));
  assertFound(operation, mustBeRecorded(operation), (urn) => recorded.has(urn));
}

function mustBeRecorded({ selection, request }: Operation): readonly UrnPatterns[] {
  switch (request.kind) {
    case 'refresh':
      return [selection.targets, selection.excludes];
    case 'destroy':
      return [selection.targets];
    case 'preview':
    case 'up':
      return [selection.replaces];
  }
}

/** Targets of an update may also be what the program has declared by now. */
export function assertTargetsFound(operation: Operation): void {
  const { selection, request, registrations, aliased } = operation;
  if (selection.targets.isEmpty) return;
  const known = new Set<string>(request.snapshot.resources.map(({ urn }) => urn));
  for (const urn of registrations.keys()) known.add(urn);
  assertFound(operation, [selection.targets], (urn) => known.has(urn) || aliased.has(urn as never));
}

/** Globs may match nothing. Pulumi: diagnostics 2010 and 2011. Throws ReportedError. */
function assertFound(
  { reporter, progress }: Operation,
  patterns: readonly UrnPatterns[],
  exists: (urn: string) => boolean,
): void {
  const missing = patterns.flatMap(({ literals }) => [...literals]).filter((urn) => !exists(urn));
  if (missing.length === 0) return;
  for (const urn of missing) {
    const hint = urn.includes('$') ? '' : ' Did you forget to escape $ in your shell?';
    reporter.diagnose({ severity: 'error', message: `Target '${urn}' could not be found in the stack.${hint}` });
  }
  progress.fail();
  reporter.diagnose({ severity: 'error', message: 'one or more targets could not be found in the stack' });
  throw new ReportedError('one or more targets could not be found in the stack');
}
