import { isSame, numberOf, recordOf } from '../kinds/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import type { ControllerContext } from './controller.ts';
import { templateHash } from './deployment/template-hash.ts';
import { claim, controllerReference } from './owners.ts';

const kindName = 'ControllerRevision.apps';
export const revisionLabel = 'controller-revision-hash';

export interface Revisions {
  /** The revision of the template as it is now. */
  readonly update: KubeObject;
  /** Oldest first; `update` is the last. */
  readonly all: readonly KubeObject[];
}

/** The history of a workload's templates as ControllerRevisions; a template seen before gets the number of the latest. */
export function recordRevision(context: ControllerContext, workload: KubeObject): Revisions {
  const { client } = context;
  const known = claim(client, workload, kindName).toSorted((a, b) => numberOf(a.revision) - numberOf(b.revision));
  const data = revisionData(workload);
  const next = numberOf(known.at(-1)?.revision) + 1;
  const same = known.findLast((revision) => isSame(revision.data, data));
  if (same !== undefined) {
    if (same === known.at(-1)) return { update: same, all: known };
    const renewed = client.update({ ...same, revision: next });
    return { update: renewed, all: [...known.filter((one) => one !== same), renewed] };
  }
  const hash = templateHash(data, numberOf(workload.status?.collisionCount));
  const created = client.create({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${workload.metadata.name.slice(0, 223)}-${hash}`,
      ...(workload.metadata.namespace === undefined ? {} : { namespace: workload.metadata.namespace }),
      labels: { ...recordOf(workload.spec.template?.metadata?.labels), [revisionLabel]: hash },
      ownerReferences: [controllerReference(workload)],
    },
    data,
    revision: next,
  });
  return { update: created, all: [...known, created] };
}

/** Deletes the oldest revisions that neither pods nor status name, beyond the limit. */
export function removeRevisions(
  context: ControllerContext,
  workload: KubeObject,
  revisions: Revisions,
  inUse: ReadonlySet<string>,
): void {
  const unused = revisions.all.filter(
    (revision) => !inUse.has(revision.metadata.name) && revision !== revisions.update,
  );
  const limit = workload.spec.revisionHistoryLimit ?? 10;
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
    context.client.delete(kindName, metadata.namespace, metadata.name);
  }
}

/** The template that a revision remembers. */
export function templateOf(revision: KubeObject): Record<string, unknown> {
  const { $patch: _, ...template } = recordOf(recordOf(recordOf(revision.data).spec).template);
  return template;
}

/** What pods of a revision bear as `controller-revision-hash`. */
export function hashOf(revision: KubeObject): string {
  return revision.metadata.labels?.[revisionLabel] ?? '';
}

function revisionData(workload: KubeObject): unknown {
  return { spec: { template: { $patch: 'replace', ...workload.spec.template } } };
}
