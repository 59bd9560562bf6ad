import type { PropertyMap, ResourceState, Urn } from '@radiant/model';
import { type Cluster, ClusterSession } from '../cluster-session.ts';
import { isBuiltinKind } from '../kinds/builtin-kinds.ts';
import { parseObjectId } from '../kinds/object-id.ts';
import { groupKindOf, parseResourceType, type ResourceKind } from '../kinds/resource-kind.ts';
import type { KubernetesProviderOptions } from '../kubernetes-provider.ts';
import { choosingInputs } from '../provider-config.ts';
import { optionText, readProviderOptions } from '../provider-options.ts';
import { refuseChangedCluster } from '../target/changed-cluster.ts';
import { recalledIdentity } from '../target/identity.ts';
import { selectTarget } from '../target/select-target.ts';
import type { PodLogLine, PodLogRequest } from './logged-containers.ts';
import { followPodLogs, readPodLogs } from './pod-logs.ts';
import type { StackObject } from './pod-owners.ts';

/** A provider as it is recorded, and what it serves. */
export interface RecordedProvider {
  readonly urn: Urn;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** What is wanted of the pods that go back to some resources of one provider. */
export type PodLogsWanted = Omit<PodLogRequest, 'objects'> & { readonly resources: readonly ResourceState[] };

/**
 * What the pods have written so far, by time, from the cluster to which the provider leads. Throws OperationError: it
 * cannot be reached, is another than the recorded one, or refuses.
 */
export async function* podLogs(
  provider: RecordedProvider,
  { resources, ...request }: PodLogsWanted,
  ports: KubernetesProviderOptions,
): AsyncGenerator<PodLogLine> {
  const objects = deployedObjects(provider, resources, ports);
  if (objects.length === 0) return;
  const session = await openSession(provider, ports);
  try {
    yield* readPodLogs(await clusterOf(provider, session), { ...request, objects });
  } finally {
    await session.close();
  }
}

/** The same, and what they write until the signal aborts. */
export async function followLogs(
  provider: RecordedProvider,
  { resources, ...request }: PodLogsWanted,
  onLine: (line: PodLogLine) => void,
  ports: KubernetesProviderOptions,
): Promise<void> {
  const objects = deployedObjects(provider, resources, ports);
  if (objects.length === 0) return;
  const session = await openSession(provider, ports);
  try {
    await followPodLogs(await clusterOf(provider, session), { ...request, objects }, onLine);
  } finally {
    await session.close();
  }
}

async function openSession(
  { inputs }: RecordedProvider,
  { env, homeDir, embedded, clock }: KubernetesProviderOptions,
): Promise<ClusterSession> {
  const [kubeconfig = '', context = '', cluster = ''] = choosingInputs.map((name) => optionText(inputs[name]));
  const target = await selectTarget({ kubeconfig, context, cluster, env, homeDir });
  const { answerTimeoutSeconds } = readProviderOptions(inputs, env);
  return new ClusterSession(target, { env, clock, embedded, answerTimeoutSeconds });
}

async function clusterOf(provider: RecordedProvider, session: ClusterSession): Promise<Cluster> {
  const cluster = await session.require();
  const [reach, recorded] = [await session.reach(), recalledIdentity(provider.outputs)];
  if (recorded !== undefined && reach.kind === 'reachable')
    refuseChangedCluster(provider, recorded, reach.identity, session.words());
  return cluster;
}

/** Whether pods may go back to resources of this kind. */
export function mayRunPods(state: Pick<ResourceState, 'type' | 'inputs' | 'ownership' | 'disposition'>): boolean {
  if (state.ownership !== 'managed' || state.disposition !== 'live') return false;
  const kind = parseResourceType(state.type, state.inputs);
  return kind?.role === 'object' && runsPods(kind);
}

/** Of the kinds that Kubernetes has itself these; of a custom one its operator knows. */
const builtinRunners: ReadonlySet<string> = new Set([
  ...['Pod', 'ReplicationController', 'Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps', 'DaemonSet.apps'],
  ...['Job.batch', 'CronJob.batch'],
]);

function runsPods(kind: ResourceKind): boolean {
  return builtinRunners.has(groupKindOf(kind)) || !isBuiltinKind(kind);
}

/** What was rendered into files is not deployed. */
function deployedObjects(
  { inputs }: RecordedProvider,
  resources: readonly ResourceState[],
  { env }: KubernetesProviderOptions,
): readonly StackObject[] {
  return readProviderOptions(inputs, env).renderYamlToDirectory === '' ? resources.flatMap(runningObject) : [];
}

function runningObject(state: ResourceState): readonly StackObject[] {
  const kind = parseResourceType(state.type, state.inputs);
  const { namespace, name } = parseObjectId(state.id);
  if (kind === undefined || namespace === undefined || !mayRunPods(state)) return [];
  return [{ urn: state.urn, kind, namespace, name }];
}
