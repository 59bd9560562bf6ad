import { expect, test } from 'vitest';
import type { JsonMap } from '../json.ts';
import { withoutIgnored } from './ignored-fields.ts';

const ours = { manager: 'us', operation: 'Apply', fieldsType: 'FieldsV1' };
const theirs = { manager: 'them', operation: 'Update', fieldsType: 'FieldsV1' };

function deployment(containers: JsonMap[], managedFields: JsonMap[] = [], replicas = 2): JsonMap {
  return { metadata: { managedFields }, spec: { replicas, template: { spec: { containers } } } };
}

const settled = (body: JsonMap, live: JsonMap, ...paths: string[]) =>
  withoutIgnored(body, live, paths, 'us', 'Deployment');

test('a field that only others own is not sent', () => {
  const live = deployment([], [{ ...theirs, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }], 5);
  expect(settled(deployment([]), live, 'spec.replicas').spec).not.toHaveProperty('replicas');
});

test('a field that we own is sent as it is in the cluster', () => {
  const live = deployment([], [{ ...ours, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }], 5);
  expect(settled(deployment([]), live, 'spec.replicas').spec).toMatchObject({ replicas: 5 });
});

test('positions mean the item of the same name', () => {
  const key = (name: string) => `k:${JSON.stringify({ name })}`;
  const fields = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { [key('b')]: { 'f:image': {} } } } } } };
  const live = deployment(
    [
      { name: 'injected', image: 'x' },
      { name: 'a', image: '9' },
      { name: 'b', image: '9' },
    ],
    [{ ...theirs, fieldsV1: fields }],
  );
  const body = deployment([
    { name: 'a', image: '1' },
    { name: 'b', image: '1' },
  ]);
  expect(settled(body, live, 'spec.template.spec.containers[1].image').spec).toMatchObject({
    template: { spec: { containers: [{ name: 'a', image: '1' }, { name: 'b' }] } },
  });
  expect(settled(body, live, 'spec.template.spec.containers[*].image').spec).toMatchObject({
    template: { spec: { containers: [{ name: 'a', image: '9' }, { name: 'b' }] } },
  });
});

test('what is not there stays not there', () => {
  const body = { metadata: { annotations: { a: '1' } } };
  expect(settled(body, { metadata: { managedFields: [] } }, 'metadata.annotations.a', 'spec.nothing')).toEqual(body);
  expect(settled(body, { metadata: { managedFields: [], annotations: {} } }, 'metadata.annotations.a')).toEqual({
    metadata: { annotations: {} },
  });
});
