import type { DiffRequest, DiffResult } from '@radiant/model';
import { readinessRule } from '../await/rules.ts';
import type { Cluster } from '../cluster-session.ts';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import { builtinRoute } from '../kinds/builtin-kinds.ts';
import { parseObjectId } from '../kinds/object-id.ts';
import type { ResourceKind } from '../kinds/resource-kind.ts';

/** Whether the program asks for a Job to be made anew when it has not come to a good end (Pulumi: replaceUnready). */
export function asksToReplaceUnready(request: DiffRequest, kind: ResourceKind): boolean {
  const isJob = kind.kind === 'Job' && kind.group === 'batch' && kind.role === 'object';
  return isJob && annotationIn(request.newInputs, annotations.replaceUnready) === 'true';
}

/** `found` as a replacement, when the Job exists and is not ready. */
export async function replacingUnready(
  found: DiffResult,
  request: DiffRequest,
  kind: ResourceKind,
  deleteBeforeReplace: boolean,
  cluster: Cluster,
): Promise<DiffResult> {
  const { namespace, name } = parseObjectId(request.id);
  const job = await cluster.lists.find(builtinRoute(kind)!, namespace, name);
  const nothing = { get: () => undefined, all: () => [], ownedBy: () => [], sees: () => false };
  if (job === undefined || readinessRule(kind, false)!.judge(job, nothing).kind === 'ready') return found;
  const path = `metadata.annotations["${annotations.replaceUnready}"]`;
  const detail = { [path]: { kind: 'update-replace', isInputDiff: false } } as const;
  const some = found.kind === 'some' ? found : { replaceKeys: [], diffs: [], detailedDiff: {} };
  return {
    kind: 'some',
    deleteBeforeReplace,
    replaceKeys: [...some.replaceKeys, path],
    diffs: [...new Set([...some.diffs, 'metadata'])],
    detailedDiff: { ...some.detailedDiff, ...detail },
  };
}
