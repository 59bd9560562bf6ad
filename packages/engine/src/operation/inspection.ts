import type { InspectionNote, ResourceState, Snapshot } from '@radiant/model';
import type { ProviderHandle } from '../provider/provider-handle.ts';
import { callContext, type Operation } from './operation.ts';

/**
 * What providers notice about recorded resources while the program runs: things that drifted or vanished. Notes beside
 * the plan, never steps.
 */
export class Inspection {
  readonly #findings: Promise<readonly InspectionNote[]>[] = [];
  readonly #recorded: ReadonlyMap<string, readonly ResourceState[]>;

  constructor(base: Snapshot) {
    this.#recorded = Map.groupBy(
      base.resources.filter((state) => state.ownership === 'managed' && state.disposition === 'live'),
      (state) => state.provider,
    );
  }

  /** Lets a provider look. Nobody waits for it until the end. */
  begin(operation: Operation, { provider, reference }: ProviderHandle): void {
    const resources = this.#recorded.get(reference);
    if (resources === undefined || provider.inspect === undefined) return;
    const context = { ...callContext(operation, resources[0]!.urn), report: () => {}, warn: () => {} };
    this.#findings.push(provider.inspect(resources, context).catch((error: unknown) => [unverified(reference, error)]));
  }

  /** Tells what was found about resources that this operation left alone. */
  async tell(operation: Operation): Promise<void> {
    for (const notes of await operation.progress.untilTerminated(Promise.all(this.#findings)))
      for (const note of notes) {
        const op = note.urn === undefined ? undefined : operation.registrations.get(note.urn)?.result?.op;
        if (note.urn === undefined || op === 'same') operation.reporter.diagnose({ ...note, isNote: true });
      }
  }
}

function unverified(reference: string, error: unknown): InspectionNote {
  const reason = error instanceof Error ? error.message : String(error);
  return { severity: 'info', message: `what ${reference} serves was not verified: ${reason}` };
}
