import type { CallContext, PropertyMap, Urn } from '@radiant/model';
import { isNamespaceTerminating, KubeApiError, missingNamespace } from '../client/api-error.ts';
import { untilLive } from '../client/wait.ts';
import type { Cluster } from '../cluster-session.ts';
import { textAt } from '../json.ts';
import { builtinRoute, type KindRoute } from '../kinds/builtin-kinds.ts';
import type { ObjectName } from '../kinds/object-id.ts';
import { groupKindOf, metadataText, type ResourceKind } from '../kinds/resource-kind.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import { type Attempt, cancelled, kindMissing } from './failures.ts';

/** How long a creation waits for the namespace or kind it needs, when this program brings it, and when nobody is known to. */
const waitExpectedMs = 120_000;
const waitUnexpectedMs = 10_000;
const unwatchedPauseMs = 1_000;

export function objectName(route: KindRoute, inputs: PropertyMap, environment: ProviderEnvironment): ObjectName {
  const name = metadataText(inputs, 'name') ?? '';
  if (!route.isNamespaced) return { namespace: undefined, name };
  return { namespace: metadataText(inputs, 'namespace') ?? environment.defaultNamespace, name };
}

export interface RouteRequest {
  readonly urn: Urn;
  readonly kind: ResourceKind;
  readonly inputs: PropertyMap;
}

/** How the kind is reached, waiting for a definition that is being created. Throws OperationError when it never comes. */
export async function awaitRoute(
  request: RouteRequest,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<KindRoute> {
  const { kind, urn, inputs } = request;
  const { clock, program } = environment;
  const found = await cluster.discovery.find(kind, { signal: context.signal });
  if (found !== undefined) return found;
  const isExpected = program.definesAsNamespaced(groupKindOf(kind)) !== undefined;
  const deadlineMs = clock.nowMs() + (isExpected ? waitExpectedMs : waitUnexpectedMs);
  context.report(`Waiting for the cluster to serve ${kind.kind}`);
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 1_000)) {
    const route = await cluster.discovery.find(kind, { isFresh: true, signal: context.signal });
    if (route !== undefined) return route;
    if (clock.nowMs() >= deadlineMs) {
      const where = { namespace: undefined, name: metadataText(inputs, 'name') ?? '' };
      throw kindMissing({ action: 'created', urn, kind, where, inputs });
    }
    await clock.sleep(delayMs, context.signal);
    context.signal.throwIfAborted();
  }
}

/**
 * Does `act`, and where it fails because the namespace is missing or still going, waits for it and does it again.
 * Throws what `act` last threw.
 */
export async function inNamespace<T>(
  act: () => Promise<T>,
  attempt: Attempt,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<T> {
  const { clock, program } = environment;
  const startMs = clock.nowMs();
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const namespace = isNamespaceTerminating(error) ? attempt.where.namespace : missingNamespace(error);
      if (namespace === undefined) throw error;
      const deadlineMs = startMs + (program.makesNamespace(namespace) ? waitExpectedMs : waitUnexpectedMs);
      if (clock.nowMs() >= deadlineMs || !(await awaitNamespace(namespace, deadlineMs, environment, cluster, context)))
        throw error;
    }
  }
}

/** False when it did not come in time. */
async function awaitNamespace(
  name: string,
  deadlineMs: number,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<boolean> {
  context.report(`Waiting for namespace ${name}`);
  const namespaces = cluster.informers.open(builtinRoute({ group: '', version: 'v1', kind: 'Namespace' })!, undefined);
  const isThere = () => {
    const namespace = namespaces.get(name);
    return namespace !== undefined && textAt(namespace, 'metadata', 'deletionTimestamp') === '' ? true : undefined;
  };
  const limits = { clock: environment.clock, deadlineMs, signal: context.signal };
  const waited = await untilLive([namespaces], isThere, limits).catch(async (error: unknown) => {
    // Who may not watch namespaces finds out by trying again.
    if (!(error instanceof KubeApiError)) throw error;
    await environment.clock.sleep(unwatchedPauseMs, context.signal);
    return { kind: context.signal.aborted ? 'cancelled' : 'done' } as const;
  });
  if (waited.kind === 'cancelled') throw cancelled(`while waiting for namespace ${name}`);
  return waited.kind === 'done';
}
