import type { PropertyMap } from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import { ownerUids } from '../client/informer.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, textAt } from '../json.ts';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { formatObjectId, type ObjectName } from '../kinds/object-id.ts';
import { kubeKind } from '../kinds/resource-kind.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import type { RelatedKind, Surroundings } from './readiness.ts';
import { isJudgedOnRefresh, readinessRule } from './rules.ts';

/** Why an object that was read is not ready at this moment; empty when it is, or when its kind is not judged. */
export async function judgeNow(
  route: KindRoute,
  where: ObjectName,
  object: KubeObject,
  inputs: PropertyMap,
  environment: ProviderEnvironment,
  cluster: Cluster,
): Promise<readonly string[]> {
  const rule = isJudgedOnRefresh(route) ? readinessRule(route, environment.waitsForAll) : undefined;
  const isCustom = textAt(object, 'metadata', 'annotations', annotations.waitFor) !== '';
  if (rule === undefined || isCustom || annotationIn(inputs, annotations.skipAwait) === 'true') return [];
  const seen = new Map<RelatedKind, ReadonlyMap<string, KubeObject>>();
  for (const kind of rule.related(object)) {
    const cut = kind.lastIndexOf('/');
    const related = await cluster.discovery.find(kubeKind(kind.slice(0, cut), kind.slice(cut + 1)));
    const objects = related && (await listIfAllowed(cluster, related, where.namespace));
    if (objects !== undefined) seen.set(kind, objects);
  }
  const verdict = rule.judge(object, surroundings(seen));
  if (verdict.kind === 'ready') return [];
  const words = `${route.kind} ${formatObjectId(where)}`;
  if (verdict.kind === 'failed') return [`${words}: ${verdict.causes[0]}`, ...verdict.causes.slice(1)];
  return [`${words} is not ready: ${verdict.status}`, ...verdict.causes];
}

async function listIfAllowed(
  cluster: Cluster,
  route: KindRoute,
  namespace: string | undefined,
): Promise<ReadonlyMap<string, KubeObject> | undefined> {
  try {
    return await cluster.lists.all(route, route.isNamespaced ? namespace : undefined);
  } catch (error) {
    if (error instanceof KubeApiError && error.code === 403) return undefined;
    throw error;
  }
}

function surroundings(seen: ReadonlyMap<RelatedKind, ReadonlyMap<string, KubeObject>>): Surroundings {
  const all = (kind: RelatedKind) => seen.get(kind)?.values() ?? [];
  return {
    get: (kind, name) => seen.get(kind)?.get(name),
    all,
    ownedBy: (kind, uid) => [...all(kind)].filter((object) => ownerUids(object).includes(uid)),
    sees: (kind) => seen.has(kind),
  };
}
