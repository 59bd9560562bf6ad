import {
  followLogs,
  mayRunPods,
  mergeByTime,
  type PodLogLine,
  podLogs,
  type RecordedProvider,
} from '@radiant/kubernetes';
import {
  OperationError,
  packageOfType,
  parseProviderReference,
  type ResourceState,
  type Snapshot,
  type Urn,
  urnName,
  urnType,
} from '@radiant/model';
import { userHome } from '../home.ts';
import type { StackContext } from '../stack-context.ts';
import { systemClock } from '../system.ts';
import type { LogsWanted, StackLogLine } from './logs-api.ts';
import { stateSecrets } from './state-secrets.ts';

const never = new AbortController().signal;

/** Reads what the pods of a stack write, from the cluster of each of its providers. Throws OperationError. */
export async function stackLogs(
  context: StackContext,
  { since, resource, isFollowed, signal = never }: LogsWanted,
  onLine: (line: StackLogLine) => void,
): Promise<void> {
  const { ref, backend, env, cluster, interaction } = context;
  // A provider may have its kubeconfig as a secret.
  const { snapshot } = await backend.loadStack(ref, { secrets: stateSecrets(context) });
  const running = selected(snapshot.resources, resource).filter(runsPods);
  if (running.length === 0) throw nothingRuns(ref.stack, resource);
  const failed = new AbortController();
  const request = {
    sinceNanos: BigInt(since?.getTime() ?? 0) * 1_000_000n,
    // What ends the logs of one cluster ends those of all.
    signal: AbortSignal.any([signal, failed.signal]),
    warn: interaction.warn,
  };
  const ports = { env, homeDir: userHome(env), embedded: cluster.embedded, clock: systemClock };
  const tell = ({ nanos, ...line }: PodLogLine): void =>
    onLine({ ...line, time: new Date(Number(nanos / 1_000_000n)) });
  const groups = Array.from(
    Map.groupBy(running, ({ provider }) => provider),
    ([reference, resources]) => ({
      provider: providerOf(snapshot, reference),
      wanted: { ...request, resources },
    }),
  );
  if (!isFollowed) {
    const logs = groups.map(({ provider, wanted }) => podLogs(provider, wanted, ports));
    for await (const line of mergeByTime(logs)) tell(line);
    return;
  }
  const followed = groups.map(({ provider, wanted }) => followLogs(provider, wanted, tell, ports));
  try {
    await Promise.all(followed);
  } finally {
    failed.abort();
    await Promise.allSettled(followed);
  }
}

function runsPods(state: ResourceState): boolean {
  return packageOfType(state.type) === 'kubernetes' && mayRunPods(state);
}

/** Those that are named, and what is in them. Throws when none is. */
function selected(resources: readonly ResourceState[], name: string | undefined): readonly ResourceState[] {
  if (name === undefined) return resources;
  const found = new Set<Urn>();
  for (const { urn, parent } of resources) {
    const names = [urnName(urn), `${urnType(urn)}::${urnName(urn)}`, urn];
    // The order of a state is that of parents before their children.
    if (names.includes(name) || (parent !== undefined && found.has(parent))) found.add(urn);
  }
  if (found.size > 0) return resources.filter(({ urn }) => found.has(urn));
  throw new OperationError({
    code: 'LOGS_RESOURCE_UNKNOWN',
    summary: `the stack has no resource '${name}'`,
    remedy: 'Name one as its name, `type::name` or URN. See them with:\n    radiant stack --show-urns',
  });
}

function providerOf({ resources }: Snapshot, reference: string): RecordedProvider {
  const { urn, id } = parseProviderReference(reference) ?? {};
  const state =
    resources.find((each) => each.urn === urn && each.id === id) ?? resources.find((each) => each.urn === urn);
  if (state !== undefined) return state;
  throw new OperationError({
    code: 'LOGS_PROVIDER_MISSING',
    summary: `the provider '${reference}' of a resource is not recorded`,
    remedy: 'Mend the state:\n    radiant state repair',
  });
}

function nothingRuns(stack: string, resource: string | undefined): OperationError {
  const what = resource === undefined ? `stack '${stack}' has` : `'${resource}' is or holds`;
  return new OperationError({
    code: 'LOGS_NONE',
    summary: `${what} no resource of Kubernetes that runs pods`,
    detail:
      'Logs are those of the pods of Deployments, StatefulSets, DaemonSets, Jobs, custom resources and their like.',
  });
}
