import { OperationError, type ResourceState, referencedUrns, type Urn } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import type { Held } from './hold.ts';
import { stayingDependent } from './may-outlive.ts';
import { replaceKeys } from './replace-keys.ts';

/**
 * Those of the dependents that their provider, or an option, wants replaced when what they lean on is. Each is asked again
 * only when more of what it leans on turned out to be replaced.
 */
export async function findReplaced(operation: Operation, root: Recorded, dependents: readonly Held[]): Promise<Held[]> {
  const urns = [root.state.urn];
  const replaced: Held[] = [];
  let open = dependents.map((held) => ({ held, needs: referencedUrns(held.record.state), asked: 0 }));
  for (let known = 0; known < urns.length; ) {
    known = urns.length;
    const staying: typeof open = [];
    for (const candidate of open) {
      const { state } = candidate.held.record;
      const isAffected = urns.slice(candidate.asked).some((urn) => candidate.needs.has(urn));
      candidate.asked = urns.length;
      const keys = isAffected ? await replaceKeys(operation, state, new Set(urns)) : undefined;
      if (keys === undefined) {
        staying.push(candidate);
        continue;
      }
      if (state.isProtected && !operation.ignoresProtection) throw protectedDependent(state.urn, root.state.urn);
      if (isExcluded(operation, state)) throw stayingDependent(operation, state.urn, root.state.urn);
      urns.push(state.urn);
      replaced.push(candidate.held);
      if (state.disposition === 'live') operation.cascaded.set(state.urn, keys);
    }
    open = staying;
  }
  return replaced;
}

function isExcluded({ selection, reach }: Operation, state: ResourceState): boolean {
  return !selection.excludes.isEmpty && !reach.admits(state);
}

function protectedDependent(urn: Urn, cause: Urn): OperationError {
  return new OperationError({
    code: 'DEPENDENT_PROTECTED',
    summary: `unable to replace resource "${urn}" as part of replacing "${cause}"`,
    detail: 'as it is currently marked for protection, and it cannot outlive what it depends on.',
    remedy:
      'To unprotect it, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n' +
      `\`pulumi state unprotect '${urn}'\``,
    urn,
  });
}
