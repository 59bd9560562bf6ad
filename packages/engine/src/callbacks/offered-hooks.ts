import type { ResourceState, Urn } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';

/**
 * Whether a destruction can run the delete hooks of all that it takes. One that cannot takes nothing (as Pulumi's does
 * not): what would be left could hardly be run by its program any more. Tells what is missing.
 */
export function areDeleteHooksOffered(
  operation: Operation,
  doomed: readonly { readonly state: ResourceState }[],
): boolean {
  const { request, callbacks, reporter, progress } = operation;
  if (request.kind !== 'destroy') return true;
  const missing = doomed.flatMap(({ state }) => {
    const names = deleteHooks(state).filter((name) => !callbacks.offersResourceHook(name));
    return names.length === 0 ? [] : [{ urn: state.urn, names }];
  });
  if (missing.length === 0) return true;
  progress.fail();
  reporter.diagnose({ severity: 'error', message: missingText(missing) });
  return false;
}

function deleteHooks({ disposition, hooks }: ResourceState): readonly string[] {
  if (disposition === 'awaiting-recreate' || hooks === undefined) return [];
  return [...hooks.beforeDelete, ...hooks.afterDelete];
}

function missingText(missing: readonly { readonly urn: Urn; readonly names: readonly string[] }[]): string {
  const list = missing.map(({ urn, names }) => `  * ${urn}: ${[...new Set(names)].join(', ')}`);
  return (
    'nothing was destroyed, since resources have delete hooks, which are functions of the program:\n' +
    `${list.join('\n')}\nLet the program run, and register them:\n    radiant destroy --run-program`
  );
}
