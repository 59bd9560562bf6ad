import type { KubeObject } from '../../kube-object.ts';
import type { TableColumn } from '../../registry/kube-kind.ts';
import { column, wideColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isRecord, numberOf, recordOf, textOf } from '../fields.ts';
import { ageOf } from '../human-duration.ts';
import { invalidValue } from '../validation/field-error.ts';

const columns: readonly TableColumn[] = [
  column('Last Seen', (event, nowMs) => ageOf(lastSeen(event), nowMs)),
  column('Type', ({ type }) => textOf(type)),
  column('Reason', ({ reason }) => textOf(reason)),
  column('Object', formatTarget),
  wideColumn('Subobject', ({ involvedObject }) => textOf(recordOf(involvedObject).fieldPath)),
  wideColumn('Source', formatSource),
  column('Message', ({ message }) => textOf(message).trim()),
  wideColumn('First Seen', (event, nowMs) => ageOf(firstSeen(event), nowMs)),
  wideColumn('Count', (event) => `${numberOf(recordOf(event.series).count) || numberOf(event.count) || 1}`),
  { ...wideColumn('Name', (event) => event.metadata.name), format: 'name' },
];

/** An Event as v1 has it, which is also how both versions are stored. */
export const eventKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  shortNames: ['ev'],
  columns,
  validate: (event) => {
    const expected = textOf(recordOf(event.involvedObject).namespace) || 'default';
    const isInPlace = event.metadata.namespace === expected;
    const detail = 'does not match event.namespace';
    return isInPlace
      ? []
      : [invalidValue('involvedObject.namespace', textOf(recordOf(event.involvedObject).namespace), detail)];
  },
});

/** The same Event as events.k8s.io/v1 has it. */
export const newEventKind = defineKind({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  shortNames: ['ev'],
  columns: columns.map((one) => ({ ...one, value: (event, nowMs) => one.value(toCore(event), nowMs) })),
  storedAs: { group: '', version: 'v1', kind: 'Event', toStored: toCore, fromStored: fromCore },
});

/** What the two versions call differently. */
const renamed = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['reportingController', 'reportingComponent'],
] as const;

function toCore(event: KubeObject): KubeObject {
  if (event.apiVersion === 'v1') return event;
  const names = new Map<string, string>(renamed);
  const entries = Object.entries(event).map(([field, value]) => [names.get(field) ?? field, value]);
  return { ...(Object.fromEntries(entries) as KubeObject), apiVersion: 'v1' };
}

function fromCore(event: KubeObject): KubeObject {
  const names = new Map<string, string>(renamed.map(([own, core]) => [core, own]));
  const entries = Object.entries(event).map(([field, value]) => [names.get(field) ?? field, value]);
  return { ...(Object.fromEntries(entries) as KubeObject), apiVersion: 'events.k8s.io/v1' };
}

function firstSeen(event: KubeObject): unknown {
  return event.firstTimestamp ?? event.eventTime;
}

function lastSeen(event: KubeObject): unknown {
  return recordOf(event.series).lastObservedTime ?? event.lastTimestamp ?? firstSeen(event);
}

function formatTarget({ involvedObject }: KubeObject): string {
  if (!isRecord(involvedObject)) return '';
  const kind = textOf(involvedObject.kind).toLowerCase();
  return textOf(involvedObject.name) === '' ? kind : `${kind}/${involvedObject.name}`;
}

function formatSource(event: KubeObject): string {
  const source = recordOf(event.source);
  const component = textOf(source.component) || textOf(event.reportingComponent);
  const instance = textOf(source.host) || textOf(event.reportingInstance);
  return instance === '' ? component : `${component}, ${instance}`;
}
