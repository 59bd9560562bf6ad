import { recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { matchesNodeAffinity, untoleratedTaint } from './node-matching.ts';
import { hostPortsOf, type NodeUsage } from './node-usage.ts';
import { type Amounts, amountsOf, podRequests } from './resource-amounts.ts';

export interface Misfit {
  readonly reasons: readonly string[];
  /** Whether taking other pods away could make room. */
  readonly preemptionCouldHelp: boolean;
}

const one = 1_000_000_000n;

/** Why a pod cannot run on a node, in the scheduler's words; undefined when it can. */
export function misfitOf(pod: KubeObject, node: KubeObject, usage: NodeUsage): Misfit | undefined {
  const spec = recordOf(pod.spec);
  const unmovable = (reason: string): Misfit => ({ reasons: [reason], preemptionCouldHelp: false });
  const unschedulable = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  if (node.spec?.unschedulable === true && untoleratedTaint(spec, withTaint(node, unschedulable)) !== undefined) {
    return unmovable('node(s) were unschedulable');
  }
  if (!matchesNodeAffinity(spec, node)) return unmovable("node(s) didn't match Pod's node affinity/selector");
  const taint = untoleratedTaint(spec, node);
  if (taint !== undefined)
    return unmovable(`node(s) had untolerated taint {${textOf(taint.key)}: ${textOf(taint.value)}}`);
  const taken = usage.hostPorts(node.metadata.name);
  if (hostPortsOf(spec).some((port) => taken.has(port))) {
    return { reasons: ["node(s) didn't have free ports for the requested pod ports"], preemptionCouldHelp: true };
  }
  return resourceMisfit(podRequests(spec), node, usage);
}

function withTaint(node: KubeObject, taint: Record<string, string>): KubeObject {
  return { ...node, spec: { ...node.spec, taints: [taint] } };
}

function resourceMisfit(requests: Amounts, node: KubeObject, usage: NodeUsage): Misfit | undefined {
  const allocatable = amountsOf(node.status?.allocatable);
  const requested = usage.requested(node.metadata.name);
  const reasons: string[] = [];
  let isBeyondNode = false;
  const podCount = BigInt(usage.pods(node.metadata.name).length);
  const { pods: podLimit } = allocatable;
  if (podLimit !== undefined && (podCount + 1n) * one > podLimit) reasons.push('Too many pods');
  for (const [name, amount] of Object.entries(requests)) {
    const total = allocatable[name] ?? 0n;
    if (amount === 0n || (requested[name] ?? 0n) + amount <= total) continue;
    reasons.push(`Insufficient ${name}`);
    if (amount > total) isBeyondNode = true;
  }
  return reasons.length === 0 ? undefined : { reasons, preemptionCouldHelp: !isBeyondNode };
}

/** `0/3 nodes are available: 3 Insufficient cpu. preemption: ...`, as the scheduler puts it into condition and event. */
export function unschedulableMessage(misfits: readonly Misfit[]): string {
  if (misfits.length === 0) return 'no nodes available to schedule pods';
  const total = `0/${misfits.length} nodes are available`;
  const preemption = misfits.map((misfit) =>
    misfit.preemptionCouldHelp
      ? 'No preemption victims found for incoming pod'
      : 'Preemption is not helpful for scheduling',
  );
  return `${total}: ${countReasons(misfits.flatMap((misfit) => misfit.reasons))}. preemption: ${total}: ${countReasons(preemption)}.`;
}

function countReasons(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(', ');
}
