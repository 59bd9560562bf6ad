import { itemsOf, numberOf, recordOf } from '../../kinds/fields.ts';
import { randomSuffix } from '../../kinds/safe-hash.ts';
import type { KubeObject } from '../../kube-object.ts';
import { podFromTemplate } from '../replicaset/pod-from-template.ts';

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
const indexKey = 'batch.kubernetes.io/job-completion-index';

/** A pod of a Job, which stays until the Job has counted how it ended. */
export function jobPod(job: KubeObject, index: number | undefined, random: () => number): KubeObject {
  const pod = podFromTemplate(job, job.spec.template, random);
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
  if (index === undefined) return pod;
  pod.metadata.name = `${job.metadata.name}-${index}-${randomSuffix(random)}`;
  pod.metadata.generateName = `${job.metadata.name}-${index}-`;
  pod.metadata.annotations = { ...pod.metadata.annotations, [indexKey]: String(index) };
  pod.metadata.labels = { ...pod.metadata.labels, [indexKey]: String(index) };
  pod.spec.hostname = `${job.metadata.name}-${index}`;
  const fieldPath = `metadata.annotations['${indexKey}']`;
  for (const container of [...itemsOf(pod.spec.containers), ...itemsOf(pod.spec.initContainers)]) {
    container.env = [
      ...itemsOf(container.env),
      { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath } } },
    ];
  }
  return pod;
}

export function indexOf(pod: KubeObject): number | undefined {
  const index = Number(pod.metadata.annotations?.[indexKey]);
  return Number.isInteger(index) ? index : undefined;
}

/** `0-2,5`: how a status writes the indexes that are done. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].toSorted((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const index of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs
    .map(([first, last]) =>
      first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
    )
    .join(',');
}

export function parseIndexes(text: unknown): Set<number> {
  const indexes = new Set<number>();
  if (typeof text !== 'string' || text === '') return indexes;
  for (const run of text.split(',')) {
    const [first = 0, last = first] = run.split('-').map(Number);
    for (let index = first; index <= last; index += 1) indexes.add(index);
  }
  return indexes;
}

/** What a failure of this pod means under the Job's policy: it counts, unless a rule says otherwise. */
export function failureAction(job: KubeObject, pod: KubeObject): 'Count' | 'Ignore' | 'FailJob' {
  const codes = itemsOf(pod.status?.containerStatuses).map((status) => ({
    name: status.name,
    code: numberOf(recordOf(recordOf(status.state).terminated).exitCode),
  }));
  for (const rule of itemsOf(recordOf(job.spec.podFailurePolicy).rules)) {
    const exit = recordOf(rule.onExitCodes);
    const values = Array.isArray(exit.values) ? exit.values : [];
    const relevant = codes.filter(
      ({ name, code }) => code !== 0 && (exit.containerName === undefined || exit.containerName === name),
    );
    const byCode = relevant.some(({ code }) =>
      exit.operator === 'In' ? values.includes(code) : exit.operator === 'NotIn' && !values.includes(code),
    );
    const byCondition = itemsOf(rule.onPodConditions).some((pattern) => {
      return itemsOf(pod.status?.conditions).some((one) => one.type === pattern.type && one.status === pattern.status);
    });
    if (!byCode && !byCondition) continue;
    return rule.action === 'Ignore' || rule.action === 'FailJob' ? rule.action : 'Count';
  }
  return 'Count';
}
