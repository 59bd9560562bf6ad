import { expect, test } from 'vitest';
import { createCluster } from '../../cluster.ts';
import { row } from '../testing/api-server.ts';

const involvedObject = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'default' };

test('An Event is one and the same in v1 and in events.k8s.io/v1', () => {
  const { client } = createCluster({ controllers: false });
  client.create({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'web.1', namespace: 'default' },
    regarding: involvedObject,
    note: 'It happened.',
    reason: 'Happened',
    type: 'Normal',
    action: 'Happening',
    eventTime: '2030-01-01T00:00:00.000000Z',
    reportingController: 'example.com/me',
    reportingInstance: 'me-1',
  });
  const stored = client.get('Event', 'default', 'web.1')!;
  expect(stored).toMatchObject({
    apiVersion: 'v1',
    involvedObject,
    message: 'It happened.',
    reportingComponent: 'example.com/me',
  });
  expect(row(stored, Date.parse('2030-01-01T00:01:00Z'))).toEqual({
    'Last Seen': '60s',
    Type: 'Normal',
    Reason: 'Happened',
    Object: 'pod/web',
    Subobject: '',
    Source: 'example.com/me, me-1',
    Message: 'It happened.',
    'First Seen': '60s',
    Count: '1',
    Name: 'web.1',
  });
});

test('An Event is in the namespace of what it is about', () => {
  const { client } = createCluster({ controllers: false });
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'web.1', namespace: 'kube-system' },
    involvedObject,
  };
  expect(() => client.create(event)).toThrow(
    'involvedObject.namespace: Invalid value: "default": does not match event.namespace',
  );
});
