import { type Json, type KubeObject, listAt, numberAt, textAt } from '../json.ts';
import { conditionOf, conditionWords, displayName, isConditionTrue } from './conditions.ts';

/** Waiting reasons that are part of every start. */
const ordinary = new Set(['ContainerCreating', 'PodInitializing', '']);

/** What keeps a pod from being ready, one line each, naming the pod and the container; empty when nothing shows. */
export function podTroubles(pod: KubeObject): readonly string[] {
  return troublesIn(pod).map((trouble) => `Pod ${displayName(pod)}: ${trouble}`);
}

function troublesIn(pod: KubeObject): readonly string[] {
  if (isConditionTrue(pod, 'Ready') || textAt(pod, 'status', 'phase') === 'Succeeded') return [];
  const containers = [
    ...listAt(pod, 'status', 'initContainerStatuses').map((status) => containerTrouble(status, 'init container')),
    ...listAt(pod, 'status', 'containerStatuses').map((status) => containerTrouble(status, 'container')),
  ].filter((trouble) => trouble !== '');
  if (containers.length > 0) return containers;
  if (textAt(pod, 'metadata', 'deletionTimestamp') !== '') return [];
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (textAt(scheduled, 'status') === 'False') return [conditionWords(scheduled)];
  if (textAt(pod, 'status', 'phase') !== 'Failed') return [];
  const words = [textAt(pod, 'status', 'reason'), textAt(pod, 'status', 'message')].filter((part) => part !== '');
  return [`failed${prefixed(': ', words.join(': '))}`];
}

function containerTrouble(status: Json, what: string): string {
  const name = `${what} "${textAt(status, 'name')}"`;
  const waitingReason = textAt(status, 'state', 'waiting', 'reason');
  if (!ordinary.has(waitingReason)) {
    const message = textAt(status, 'state', 'waiting', 'message');
    const last = waitingReason === 'CrashLoopBackOff' ? prefixed('; ', exitWords(status, 'lastState')) : '';
    return `${name}: ${waitingReason}${prefixed(': ', message)}${last}`;
  }
  const exitCode = numberAt(status, 'state', 'terminated', 'exitCode');
  if (exitCode !== undefined && exitCode !== 0) return `${name}: ${exitWords(status, 'state')}`;
  const wasTerminated = numberAt(status, 'lastState', 'terminated', 'exitCode') ?? 0;
  const isReady = typeof status === 'object' && status !== null && 'ready' in status && status.ready === true;
  if (!isReady && wasTerminated !== 0) return `${name}: it ${exitWords(status, 'lastState')}`;
  return '';
}

function exitWords(status: Json, state: 'state' | 'lastState'): string {
  const code = numberAt(status, state, 'terminated', 'exitCode');
  if (code === undefined) return '';
  const reason = textAt(status, state, 'terminated', 'reason');
  const message = textAt(status, state, 'terminated', 'message').trim();
  return `exited with code ${code}${reason === '' || reason === 'Error' ? '' : ` (${reason})`}${prefixed(': ', message)}`;
}

function prefixed(prefix: string, text: string): string {
  return text === '' ? '' : prefix + text;
}

const troublesMax = 5;

/** The troubles of many pods: each said once, of the first pod that has it, and not more than a person reads. */
export function troublesOf(pods: Iterable<KubeObject>): readonly string[] {
  const sufferers = new Map<string, string[]>();
  for (const pod of pods)
    for (const trouble of troublesIn(pod))
      sufferers.set(trouble, [...(sufferers.get(trouble) ?? []), displayName(pod)]);
  const lines = [...sufferers].map(([trouble, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `Pod ${first}${more}: ${trouble}`;
  });
  if (lines.length <= troublesMax) return lines;
  return [...lines.slice(0, troublesMax), `and ${lines.length - troublesMax} more troubles of Pods`];
}
