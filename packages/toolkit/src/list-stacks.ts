import { OperationError } from '@radiant/model';
import { type Backend, formatStackRef, type StackRef } from '@radiant/state';
import type { StackFilter, StackSummary } from './api.ts';

/** What is known of stacks; those of the `current` project go by their short names. */
export async function summarizeStacks(
  backend: Backend,
  refs: readonly StackRef[],
  current: { readonly project: string | undefined; readonly stack: string | undefined },
): Promise<readonly StackSummary[]> {
  return await Promise.all(
    refs.map(async (ref): Promise<StackSummary> => {
      const names = {
        name: displayName(ref, current.project),
        fullName: formatStackRef(ref),
        project: ref.project,
        isCurrent: ref.project === current.project && ref.stack === current.stack,
      };
      const summary = await backend.summarizeStack(ref).catch(asProblem);
      if (summary instanceof OperationError) return { ...names, isUpdating: false, problem: summary.message };
      const { lastUpdate, isUpdateInProgress, resourceCount } = summary;
      return {
        ...names,
        lastUpdate: lastUpdate === undefined || resourceCount === 0 ? undefined : new Date(lastUpdate),
        isUpdating: isUpdateInProgress,
        resourceCount,
      };
    }),
  );
}

/** One stack that cannot be read is no reason not to list the others; a store that cannot be reached is. */
function asProblem(error: unknown): OperationError {
  if (error instanceof OperationError && error.code !== 'STATE_UNREADABLE') return error;
  throw error;
}

export function displayName(ref: StackRef, currentProject: string | undefined): string {
  return ref.project === currentProject ? ref.stack : formatStackRef(ref);
}

export async function stacksWithTag(
  backend: Backend,
  refs: readonly StackRef[],
  tag: StackFilter['tag'],
): Promise<readonly StackRef[]> {
  if (tag === undefined) return refs;
  const values = await Promise.all(refs.map(async (ref) => (await backend.readTags(ref))[tag.name]));
  return refs.filter((_, index) => values[index] !== undefined && (tag.value ?? values[index]) === values[index]);
}
