import { itemsOf, recordOf } from '../../kinds/fields.ts';
import { randomSuffix } from '../../kinds/safe-hash.ts';
import type { KubeObject } from '../../kube-object.ts';
import { controllerReference } from '../owners.ts';
import { podNamePrefix } from '../replicaset/pod-from-template.ts';
import { hashOf, revisionLabel } from '../revision-history.ts';
import { matchesNodeAffinity, untoleratedTaint } from '../scheduler/node-matching.ts';

type Part = Record<string, unknown>;

/** What daemons put up with, whatever their template says (kubernetes docs: DaemonSet, Taints and tolerations). */
const daemonTolerations = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

/** Whether a daemon belongs on a node: its selector and affinity match, and it tolerates the taints. */
export function belongsOn(set: KubeObject, node: KubeObject): boolean {
  const spec = recordOf(recordOf(set.spec?.template).spec);
  if (!matchesNodeAffinity(spec, node)) return false;
  return untoleratedTaint({ ...spec, tolerations: withDaemonTolerations(spec) }, node) === undefined;
}

/** The node a daemon was made for, by the affinity that binds it there. */
export function nodeOf(pod: KubeObject): string | undefined {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  const affinity = recordOf(
    recordOf(recordOf(pod.spec?.affinity).nodeAffinity).requiredDuringSchedulingIgnoredDuringExecution,
  );
  for (const term of itemsOf(affinity.nodeSelectorTerms)) {
    const field = itemsOf(term.matchFields).find((one) => one.key === 'metadata.name');
    if (Array.isArray(field?.values)) return String(field.values[0]);
  }
  return undefined;
}

/** A daemon for one node; the scheduler puts it there. */
export function daemonPod(set: KubeObject, revision: KubeObject, node: string, random: () => number): KubeObject {
  const { metadata, spec } = structuredClone(recordOf(set.spec?.template)) as { metadata: Part; spec: Part };
  const generateName = podNamePrefix(set.metadata.name);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${generateName}${randomSuffix(random)}`,
      generateName,
      ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      labels: {
        ...(recordOf(metadata.labels) as Record<string, string>),
        [revisionLabel]: hashOf(revision),
        'pod-template-generation': String(set.metadata.generation ?? 1),
      },
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations as Record<string, string> }),
      ownerReferences: [controllerReference(set)],
    },
    spec: { ...spec, affinity: boundTo(node, recordOf(spec.affinity)), tolerations: withDaemonTolerations(spec) },
  };
}

function boundTo(node: string, affinity: Part): unknown {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return {
    ...affinity,
    nodeAffinity: { ...recordOf(affinity.nodeAffinity), requiredDuringSchedulingIgnoredDuringExecution: required },
  };
}

function withDaemonTolerations(spec: Part): unknown[] {
  const hostNetwork = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' };
  const added = spec.hostNetwork === true ? [...daemonTolerations, hostNetwork] : daemonTolerations;
  return [...itemsOf(spec.tolerations), ...added];
}
