import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import {
  ensureRecord,
  isRecord,
  isSame,
  isZero,
  itemsOf,
  numberOf,
  recordOf,
  setDefault,
  stringMapOf,
  textOf,
} from '../fields.ts';
import { humanDuration } from '../human-duration.ts';
import { selectorForMessage, selectorMatches } from '../label-selector.ts';
import { defaultPodTemplate } from '../pod/pod-spec-defaults.ts';
import { immutable, invalidValue, required } from '../validation/field-error.ts';
import { rfc1123Subdomain } from '../validation/names.ts';
import { validateJobSpec } from './job-validation.ts';

type Part = Record<string, unknown>;

export const jobKind = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  categories: ['all'],
  subresources: ['status'],
  hasGeneration: true,
  checkName: rfc1123Subdomain,
  columns: [
    nameColumn,
    column('Status', formatStatus),
    column('Completions', formatCompletions),
    column('Duration', formatDuration),
    ageColumn,
    ...templateColumns(({ spec }) => spec?.template),
    selectorColumn,
  ],
  applyDefaults: (job) => defaultJobSpec(ensureRecord(job, 'spec')),
  prepareCreate: (job) => {
    job.status = {};
    nameSelector(job);
  },
  prepareUpdate: (job, old) => {
    // Clients that replace a Job need not repeat what the server generated.
    const spec = recordOf(job.spec);
    if (spec.selector === undefined) spec.selector = structuredClone(old.spec?.selector);
  },
  validate: (job, old) => [
    ...validateSelector(recordOf(job.spec)),
    ...validateJobSpec('spec', recordOf(job.spec)),
    ...(old === undefined ? [] : validateUpdate(job, old)),
  ],
});

/** Also for the Jobs that a CronJob makes. */
export function defaultJobSpec(spec: Part): void {
  // Neither given means one pod; with only parallelism given, one success is enough.
  if (isZeroOrAbsent(spec.completions) && isZeroOrAbsent(spec.parallelism)) setDefault(spec, 'completions', 1);
  setDefault(spec, 'parallelism', 1);
  const perIndex = spec.backoffLimitPerIndex !== undefined;
  setDefault(spec, 'backoffLimit', perIndex ? 2_147_483_647 : 6);
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'podReplacementPolicy', isRecord(spec.podFailurePolicy) ? 'Failed' : 'TerminatingOrFailed');
  for (const rule of itemsOf(recordOf(spec.podFailurePolicy).rules)) {
    for (const pattern of itemsOf(rule.onPodConditions)) setDefault(pattern, 'status', 'True');
  }
  defaultPodTemplate(spec);
}

function isZeroOrAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A Job's selector is made of its uid, so that no two Jobs ever share pods. */
function nameSelector(job: KubeObject): void {
  const spec = recordOf(job.spec);
  if (spec.manualSelector === true) return;
  const { name, uid } = job.metadata;
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const metadata = ensureRecord(ensureRecord(spec, 'template'), 'metadata');
  metadata.labels = { ...stringMapOf(metadata.labels), ...labels };
  if (!isRecord(spec.selector)) {
    spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  }
}

function validateSelector(spec: Part): FieldError[] {
  if (!isRecord(spec.selector)) return [required('spec.selector')];
  const labels = recordOf(recordOf(recordOf(spec.template).metadata).labels);
  if (selectorMatches(spec.selector, labels)) return [];
  return [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
}

function validateUpdate(job: KubeObject, old: KubeObject): FieldError[] {
  const spec = recordOf(job.spec);
  const before = recordOf(old.spec);
  const errors: FieldError[] = [];
  const isElastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!isSame(spec.completions, before.completions) && !isElastic)
    errors.push(immutable('spec.completions', spec.completions));
  if (!isSame(spec.selector, before.selector))
    errors.push(immutable('spec.selector', selectorForMessage(spec.selector)));
  if (!isSame(templateToKeep(spec, before, old), templateToKeep(before, before, old))) {
    errors.push(immutable('spec.template', spec.template));
  }
  for (const field of ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy']) {
    if (!isSame(spec[field], before[field])) errors.push(immutable(`spec.${field}`, spec[field]));
  }
  return errors;
}

/** Where a Job runs may still be changed while it is suspended and has not started. */
function templateToKeep(spec: Part, before: Part, old: KubeObject): unknown {
  const mayMove = before.suspend === true && isZero(old.status?.startTime);
  const template = recordOf(spec.template);
  if (!mayMove) return template;
  const { affinity: _a, nodeSelector: _n, tolerations: _t, schedulingGates: _g, ...podSpec } = recordOf(template.spec);
  const { labels: _l, annotations: _b, ...metadata } = recordOf(template.metadata);
  return { metadata, spec: podSpec };
}

function formatStatus(job: KubeObject): string {
  const isTrue = (type: string) =>
    itemsOf(job.status?.conditions).some((one) => one.type === type && one.status === 'True');
  const ended = ['Complete', 'Failed'].find(isTrue);
  if (ended !== undefined) return ended;
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(isTrue) ?? 'Running';
}

function formatCompletions({ spec, status }: KubeObject): string {
  const succeeded = numberOf(status?.succeeded);
  if (typeof spec?.completions === 'number') return `${succeeded}/${spec.completions}`;
  const parallelism = numberOf(spec?.parallelism);
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function formatDuration({ status }: KubeObject, nowMs: number): string {
  const startMs = Date.parse(textOf(status?.startTime));
  if (Number.isNaN(startMs)) return '';
  const endMs = Date.parse(textOf(status?.completionTime));
  return humanDuration((Number.isNaN(endMs) ? nowMs : endMs) - startMs);
}
