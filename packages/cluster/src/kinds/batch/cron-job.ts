import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, templateColumns, wideColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, itemsOf, recordOf, setDefault, setDefaultWhenZero, textOf } from '../fields.ts';
import { ageOf } from '../human-duration.ts';
import { formatSelector } from '../label-selector.ts';
import { invalidValue, mustNotBeNegative, notSupported, required } from '../validation/field-error.ts';
import { isTimeZone, parseSchedule } from './cron-schedule.ts';
import { defaultJobSpec } from './job.ts';
import { validateJobSpec } from './job-validation.ts';

export const cronJobKind = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  subresources: ['status'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Schedule', ({ spec }) => textOf(spec?.schedule)),
    column('Timezone', ({ spec }) => textOf(spec?.timeZone) || '<none>'),
    column('Suspend', ({ spec }) => (spec?.suspend === true ? 'True' : spec?.suspend === false ? 'False' : '<unset>')),
    column('Active', ({ status }) => itemsOf(status?.active).length, 'integer'),
    column('Last Schedule', ({ status }, nowMs) => {
      return status?.lastScheduleTime === undefined ? '<none>' : ageOf(status.lastScheduleTime, nowMs);
    }),
    ageColumn,
    ...templateColumns(({ spec }) => spec?.jobTemplate?.spec?.template),
    wideColumn('Selector', ({ spec }) => formatSelector(spec?.jobTemplate?.spec?.selector)),
  ],
  applyDefaults: defaultCronJob,
  prepareCreate: (cronJob) => {
    cronJob.status = {};
  },
  validate: (cronJob, old) => [
    ...(old === undefined ? validateName(cronJob) : []),
    ...validateSpec(recordOf(cronJob.spec)),
  ],
});

function defaultCronJob(cronJob: KubeObject): void {
  const spec = ensureRecord(cronJob, 'spec');
  setDefaultWhenZero(spec, 'concurrencyPolicy', 'Allow');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'successfulJobsHistoryLimit', 3);
  setDefault(spec, 'failedJobsHistoryLimit', 1);
  const template = ensureRecord(spec, 'jobTemplate');
  ensureRecord(template, 'metadata');
  const jobSpec = ensureRecord(template, 'spec');
  // What a Job is filled in with when it is made, its pods aside, stays open in the template.
  const { completions, parallelism, backoffLimit, completionMode, suspend, podReplacementPolicy } = jobSpec;
  defaultJobSpec(jobSpec);
  for (const [field, value] of Object.entries({
    completions,
    parallelism,
    backoffLimit,
    completionMode,
    suspend,
    podReplacementPolicy,
  })) {
    if (value === undefined) delete jobSpec[field];
  }
}

/** The Jobs are named after it and a time: 11 characters more. */
function validateName({ metadata: { name } }: KubeObject): FieldError[] {
  return textOf(name).length > 52 ? [invalidValue('metadata.name', name, 'must be no more than 52 characters')] : [];
}

const policies = ['Allow', 'Forbid', 'Replace'];

function validateSpec(spec: Record<string, unknown>): FieldError[] {
  const template = recordOf(recordOf(spec.jobTemplate).spec);
  return [
    ...validateSchedule(spec),
    ...mustNotBeNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...validateTimeZone('spec.timeZone', spec.timeZone),
    ...(policies.includes(textOf(spec.concurrencyPolicy))
      ? []
      : [notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, policies)]),
    ...validateJobSpec('spec.jobTemplate.spec', { completionMode: 'NonIndexed', ...template }),
    ...mustNotBeNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...mustNotBeNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ];
}

function validateSchedule(spec: Record<string, unknown>): FieldError[] {
  const field = 'spec.schedule';
  const schedule = textOf(spec.schedule);
  if (schedule === '') return [required(field)];
  if (schedule.includes('TZ')) {
    return [invalidValue(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  }
  const parsed = parseSchedule(schedule);
  return typeof parsed === 'string' ? [invalidValue(field, schedule, parsed)] : [];
}

function validateTimeZone(field: string, timeZone: unknown): FieldError[] {
  if (timeZone === undefined || timeZone === null) return [];
  const name = textOf(timeZone);
  if (name === '') return [invalidValue(field, name, 'timeZone must be nil or non-empty string')];
  if (name.toLowerCase() === 'local')
    return [
      invalidValue(field, name, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    ];
  return isTimeZone(name) ? [] : [invalidValue(field, name, `unknown time zone ${name}`)];
}
