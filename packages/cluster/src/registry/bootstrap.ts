import { standardObjects } from '../kinds/standard-objects.ts';
import type { KubeObject } from '../kube-object.ts';
import { objectKey, type RegistryContext, timestamp } from './context.ts';
import { createObject } from './create.ts';
import { apiVersionOf } from './kind-table.ts';
import { readObject } from './read-body.ts';
import { updateObject } from './update.ts';

/** A simulated machine. */
export interface NodeSpec {
  readonly name: string;
  /** Quantities: `8`, `32Gi`. */
  readonly cpu: string;
  readonly memory: string;
  readonly pods: number;
  readonly zone: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { key: string; value?: string; effect: string }[];
}

export const defaultNodes: readonly NodeSpec[] = ['a', 'b', 'c'].map((zone, index) => ({
  name: `node-${index + 1}`,
  cpu: '8',
  memory: '32Gi',
  pods: 110,
  zone: `embedded-1${zone}`,
}));

export const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

export interface BootstrapOptions {
  readonly nodes: readonly NodeSpec[];
  /** So that a cluster emptied and filled again is still the same one to those who recorded it. */
  readonly kubeSystemUid?: string;
  /** `v1.36.0`. */
  readonly kubeletVersion: string;
}

/** Makes what every cluster has from its first moment and is not there yet. */
export function bootstrap(context: RegistryContext, { nodes, kubeSystemUid, kubeletVersion }: BootstrapOptions): void {
  const ensure = (object: KubeObject, newUid: () => string = context.newUid) => {
    const resource = context.table.ofObject(object.apiVersion, object.kind)!;
    const { namespace, name } = object.metadata;
    if (context.store.get(resource.collection, objectKey(namespace, name)) !== undefined) return;
    const { status } = object;
    const options = { manager: 'kube-apiserver', dryRun: false };
    const created = createObject({ ...context, newUid }, resource, readObject(resource, object, 'Ignore', []), options);
    if (status !== undefined && resource.kind.subresources.includes('status')) {
      updateObject(
        context,
        resource,
        created,
        readObject(resource, { ...created, status }, 'Ignore', []),
        'status',
        options,
      );
    }
  };
  for (const name of systemNamespaces) {
    const keepsUid = name === 'kube-system' && kubeSystemUid !== undefined;
    ensure({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, keepsUid ? () => kubeSystemUid : undefined);
  }
  ensure(kubernetesService);
  if (context.store.list('nodes').length > 0) return;
  for (const [index, node] of nodes.entries()) ensure(nodeObject(node, index, kubeletVersion, timestamp(context)));
  for (const object of standardObjects) ensure(object);
}

const kubernetesService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
  },
};

function nodeObject(node: NodeSpec, index: number, kubeletVersion: string, now: string): KubeObject {
  const capacity = { cpu: node.cpu, memory: node.memory, pods: String(node.pods), 'ephemeral-storage': '100Gi' };
  return {
    apiVersion: apiVersionOf('', 'v1'),
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': node.zone,
        'topology.kubernetes.io/region': node.zone.replace(/[a-z]$/, ''),
        ...node.labels,
      },
    },
    spec: {
      podCIDR: `10.244.${index}.0/24`,
      podCIDRs: [`10.244.${index}.0/24`],
      providerID: `embedded://${node.zone}/${node.name}`,
      ...(node.taints !== undefined && { taints: node.taints }),
    },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address: `10.0.${index >> 8}.${(index & 255) + 10}` },
        { type: 'Hostname', address: node.name },
      ],
      conditions: nodeConditions(now),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: nodeInfo(kubeletVersion),
    },
  };
}

function nodeConditions(now: string) {
  const conditions = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ] as const;
  return conditions.map(([type, status, reason, message]) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  }));
}

function nodeInfo(kubeletVersion: string) {
  return {
    architecture: 'amd64',
    bootID: '',
    containerRuntimeVersion: 'embedded://1.0.0',
    kernelVersion: 'simulated',
    kubeProxyVersion: '',
    kubeletVersion,
    machineID: '',
    operatingSystem: 'linux',
    osImage: 'Simulated',
    systemUUID: '',
  };
}
