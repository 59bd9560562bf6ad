import { type Json, type KubeObject, listAt, numberAt, textAt } from '../json.ts';
import { conditionOf, conditionWords, displayName, isConditionTrue } from './conditions.ts';

/** Waiting reasons that are part of every start. */
const ordinary = new Set(['ContainerCreating', 'PodInitializing', '']);

/** What keeps a pod from being ready, one line each, naming the pod and the container; empty when nothing shows. */
export function podTroubles(pod: KubeObject): readonly string[] {
  if (isConditionTrue(pod, 'Ready') || textAt(pod, 'status', 'phase') === 'Succeeded') return [];
  const name = `Pod ${displayName(pod)}`;
  const containers = [
    ...listAt(pod, 'status', 'initContainerStatuses').map((status) => containerTrouble(status, 'init container')),
    ...listAt(pod, 'status', 'containerStatuses').map((status) => containerTrouble(status, 'container')),
  ].filter((trouble) => trouble !== '');
  if (containers.length > 0) return containers.map((trouble) => `${name}: ${trouble}`);
  if (textAt(pod, 'metadata', 'deletionTimestamp') !== '') return [];
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (textAt(scheduled, 'status') === 'False') return [`${name}: ${conditionWords(scheduled)}`];
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Failed')
    return [
      `${name}: failed${prefixed(': ', [textAt(pod, 'status', 'reason'), textAt(pod, 'status', 'message')].filter(Boolean).join(': '))}`,
    ];
  return [];
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

/** The troubles of many pods, each said once however many pods share it, and not more than a person reads. */
export function troublesOf(pods: Iterable<KubeObject>): readonly string[] {
  const troubles: string[] = [];
  for (const pod of pods) troubles.push(...podTroubles(pod));
  if (troubles.length <= troublesMax) return troubles;
  return [...troubles.slice(0, troublesMax), `and ${troubles.length - troublesMax} more like these`];
}

const troublesMax = 5;
