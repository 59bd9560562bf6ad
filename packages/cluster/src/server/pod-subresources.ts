import { ApiError } from '../api-error.ts';
import { selectorMatches } from '../kinds/label-selector.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, conflict, getStored, type RegistryContext } from '../registry/context.ts';
import { deleteObject } from '../registry/delete.ts';
import { updateObject } from '../registry/update.ts';
import { jsonResponse, type KubeResponse, textResponse } from './http-messages.ts';
import { parseBody } from './request-body.ts';
import { readDeleteOptions, readWriteQuery } from './request-options.ts';
import { methodNotAllowed } from './status.ts';
import type { SubresourceTarget } from './subresource-target.ts';

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** POST of a Binding: puts the pod on a node, once. */
export async function bindPod({
  context,
  resource,
  namespace,
  name,
  request,
  view,
}: SubresourceTarget): Promise<KubeResponse> {
  if (request.method !== 'POST') throw methodNotAllowed();
  const options = readWriteQuery(request, view.query);
  const { value } = await parseBody(request);
  const node = (value as { target?: { name?: unknown } } | undefined)?.target?.name;
  if (typeof node !== 'string' || node === '') throw badRequest('Binding "" is invalid: target.name: Required value');
  const live = getStored(context.registry, resource, namespace, name);
  if (live.spec?.nodeName)
    throw conflict(resource, name, `pod ${name} is already assigned to node ${JSON.stringify(live.spec.nodeName)}`);
  updateObject(
    context.registry,
    resource,
    live,
    structuredClone({ ...live, spec: { ...live.spec, nodeName: node } }),
    '',
    options,
  );
  return jsonResponse(201, success);
}

/** POST of an Eviction: a deletion that respects disruption budgets. */
export async function evictPod({
  context,
  resource,
  namespace,
  name,
  request,
  view,
}: SubresourceTarget): Promise<KubeResponse> {
  if (request.method !== 'POST') throw methodNotAllowed();
  const { value } = await parseBody(request);
  const body = (value ?? {}) as { deleteOptions?: unknown };
  const { dryRun, ...deletion } = readDeleteOptions(body.deleteOptions, view.query);
  const live = getStored(context.registry, resource, namespace, name);
  const budget = blockingBudget(context.registry, live);
  if (budget !== undefined) {
    const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
    const message = `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    throw new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [{ reason: 'DisruptionBudget', message }],
    });
  }
  deleteObject(context.registry, resource, live, deletion, { manager: '', dryRun });
  return jsonResponse(201, success);
}

function blockingBudget({ table, store }: RegistryContext, pod: KubeObject): KubeObject | undefined {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return undefined;
  const budgets = table.ofKindName('PodDisruptionBudget.policy');
  if (budgets === undefined) return undefined;
  return store
    .list(budgets.collection, `${pod.metadata.namespace}/`)
    .find(
      (budget) =>
        selectorMatches(budget.spec?.selector, pod.metadata.labels) && (budget.status?.disruptionsAllowed ?? 0) <= 0,
    );
}

/**
 * What a simulated container may plausibly have written: that it started, and how it ended. The query parameters of the real endpoint
 * work on these lines.
 */
export async function podLog({
  context,
  resource,
  namespace,
  name,
  request,
  view,
}: SubresourceTarget): Promise<KubeResponse> {
  if (request.method !== 'GET') throw methodNotAllowed();
  const pod = getStored(context.registry, resource, namespace, name);
  const { query } = view;
  const container = containerOf(pod, query.get('container') ?? '');
  const wantsPrevious = query.get('previous') === 'true';
  const lines = selectLines(logLines(pod, container, wantsPrevious), query, context.registry.clock.nowMs());
  const text = lines
    .map(({ time, text: line }) => (query.get('timestamps') === 'true' ? `${time} ${line}\n` : `${line}\n`))
    .join('');
  const limit = Number(query.get('limitBytes') ?? 0);
  return textResponse(200, limit > 0 ? text.slice(0, limit) : text, 'text/plain');
}

interface LogLine {
  readonly time: string;
  readonly text: string;
}

type Container = { name: string; image?: string };

function containerOf(pod: KubeObject, wanted: string): Container {
  const { name } = pod.metadata;
  const regular: Container[] = pod.spec?.containers ?? [];
  const init: Container[] = pod.spec?.initContainers ?? [];
  if (wanted === '') {
    if (regular.length === 1) return regular[0]!;
    const names = regular.map((container) => container.name).join(' ');
    const initNames =
      init.length > 0 ? ` or one of the init containers: [${init.map((container) => container.name).join(' ')}]` : '';
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names}]${initNames}`);
  }
  const found = [...regular, ...init].find((container) => container.name === wanted);
  if (found === undefined) throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  return found;
}

function logLines(pod: KubeObject, container: Container, wantsPrevious: boolean): LogLine[] {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = statuses.find((one: { name: string }) => one.name === container.name);
  const state = wantsPrevious ? status?.lastState : status?.state;
  if (state?.running !== undefined) return [started(container, state.running.startedAt)];
  if (state?.terminated !== undefined) {
    const { startedAt, finishedAt, exitCode, reason } = state.terminated;
    return [
      started(container, startedAt),
      {
        time: finishedAt,
        text: `simulated container ${container.name} ended: ${reason ?? 'Completed'} (exit code ${exitCode})`,
      },
    ];
  }
  if (wantsPrevious)
    throw badRequest(
      `previous terminated container ${JSON.stringify(container.name)} in pod ${JSON.stringify(pod.metadata.name)} not found`,
    );
  const reason: string = state?.waiting?.reason ?? 'ContainerCreating';
  const why = reason === 'ImagePullBackOff' || reason === 'ErrImagePull' ? 'trying and failing to pull image' : reason;
  throw badRequest(
    `container ${JSON.stringify(container.name)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ${why}`,
  );
}

function started({ name, image = '' }: Container, time: string): LogLine {
  return { time, text: `simulated container ${name} started from image ${image}` };
}

function selectLines(lines: readonly LogLine[], query: URLSearchParams, nowMs: number): readonly LogLine[] {
  const sinceSeconds = Number(query.get('sinceSeconds') ?? 0);
  const sinceMs = query.has('sinceTime')
    ? Date.parse(query.get('sinceTime')!)
    : sinceSeconds > 0
      ? nowMs - sinceSeconds * 1000
      : 0;
  const recent = lines.filter(({ time }) => Date.parse(time) >= sinceMs);
  const tail = query.get('tailLines');
  if (tail === null) return recent;
  const count = Number(tail);
  return count > 0 ? recent.slice(-count) : [];
}
