import { ApiError } from '../../api-error.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { AdmissionContext, KubeKind } from '../../registry/kube-kind.ts';
import { recordOf, textOf } from '../fields.ts';
import { compareQuantities, sumQuantities } from '../quantity.ts';
import { isInScope, kindsCountedBy, quotaUsage, usageOf } from './quota-usage.ts';

/** Refuses a new object that would use more than a quota of its namespace leaves (admission plug-in ResourceQuota). */
export function admitToQuotas(
  kind: Pick<KubeKind, 'group' | 'kind' | 'resource'>,
  object: KubeObject,
  context: AdmissionContext,
): void {
  const { namespace } = object.metadata;
  const quotaKind = context.find('', 'ResourceQuota');
  if (namespace === undefined || quotaKind === undefined) return;
  const quotas = context.list(quotaKind, namespace);
  if (quotas.length === 0) return;
  const name = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const list = (kindName: string) => {
    const [one = '', ...group] = kindName.split('.');
    const found = context.find(group.join('.'), one);
    return found === undefined ? [] : context.list(found, namespace);
  };
  for (const quota of quotas) {
    if (!isInScope(quota, name, object)) continue;
    checkQuota(kind, name, object, quota, quotaUsage(quota, list));
  }
}

function checkQuota(
  kind: Pick<KubeKind, 'group' | 'resource'>,
  kindName: string,
  object: KubeObject,
  quota: KubeObject,
  used: Record<string, string>,
): void {
  const hard = recordOf(quota.spec?.hard);
  const requested = usageOf(kindName, object);
  if (kindName === 'Pod') requireAmounts(kind, object, quota, requested);
  const exceeded = Object.keys(hard).filter((name) => {
    const amount = requested[name];
    return amount !== undefined && compareQuantities(sumQuantities([used[name], amount]), hard[name]) > 0;
  });
  if (exceeded.length === 0) return;
  const show = (amounts: Record<string, unknown>) =>
    exceeded
      .toSorted()
      .map((name) => `${name}=${textOf(amounts[name]) || '0'}`)
      .join(',');
  const cause = `exceeded quota: ${quota.metadata.name}, requested: ${show(requested)}, used: ${show(used)}, limited: ${show(hard)}`;
  throw refusal(kind, object, cause);
}

/** A quota on CPU or memory makes every container say what it needs. */
function requireAmounts(
  kind: Pick<KubeKind, 'group' | 'resource'>,
  object: KubeObject,
  quota: KubeObject,
  requested: Record<string, string>,
): void {
  const compute = /^(cpu|memory|ephemeral-storage|(requests|limits)\.(cpu|memory|ephemeral-storage))$/;
  const missing = Object.keys(recordOf(quota.spec?.hard)).filter((name) => {
    return compute.test(name) && kindsCountedBy(name)[0] === 'Pod' && requested[name] === undefined;
  });
  if (missing.length === 0) return;
  const containers = (object.spec?.containers ?? []).map((container: { name?: string }) => container.name).join(',');
  const list = missing
    .toSorted()
    .map((name) => `${name} for: ${containers}`)
    .join('; ');
  throw refusal(kind, object, `failed quota: ${quota.metadata.name}: must specify ${list}`);
}

function refusal(
  { group, resource }: Pick<KubeKind, 'group' | 'resource'>,
  { metadata }: KubeObject,
  cause: string,
): ApiError {
  const name = metadata.name || metadata.generateName || '';
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return new ApiError(403, 'Forbidden', `${qualified} "${name}" is forbidden: ${cause}`, { name, kind: resource });
}
