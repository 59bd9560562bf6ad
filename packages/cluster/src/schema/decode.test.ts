import { describe, expect, test } from 'vitest';
import { decodeStruct } from './decode.ts';
import { structNamed } from './kube-types.ts';

const pod = structNamed('core.v1.Pod');
const deployment = structNamed('apps.v1.Deployment');
const container = (fields: object) => ({ spec: { containers: [{ name: 'c', ...fields }] } });
const decodedContainer = (fields: object) =>
  (decodeStruct(container(fields), pod).value.spec as { containers: object[] }).containers[0];

describe('what is kept', () => {
  test.each([
    { name: 'nulls go', given: { image: null, args: null }, kept: {} },
    {
      name: 'empty optional lists and maps go',
      given: { args: [], env: [], resources: { limits: {} } },
      kept: { resources: {} },
    },
    {
      name: 'empty structs stay, because they may say something',
      given: { securityContext: {} },
      kept: { securityContext: {} },
    },
    { name: 'false, zero and empty strings stay', given: { tty: false, image: '' }, kept: { tty: false, image: '' } },
    {
      name: 'quantities become canonical',
      given: { resources: { limits: { cpu: 1, memory: '1024Mi', a: '0.5' } } },
      kept: { resources: { limits: { cpu: '1', memory: '1Gi', a: '500m' } } },
    },
    {
      name: 'a port by name or number',
      given: { livenessProbe: { httpGet: { port: 'http' } } },
      kept: { livenessProbe: { httpGet: { port: 'http' } } },
    },
  ])('$name', ({ given, kept }) => {
    expect(decodedContainer(given)).toEqual({ name: 'c', ...kept });
  });

  test('an empty volume stays empty', () => {
    const spec = { containers: [], volumes: [{ name: 'v', emptyDir: {} }] };
    expect(decodeStruct({ spec }, pod).value).toEqual({ spec });
  });

  test('the input is not changed, nor shared', () => {
    const raw = { metadata: { labels: { a: 'b' } } };
    const { value } = decodeStruct(raw, pod);
    expect(value.metadata).not.toBe(raw.metadata);
    expect(raw).toEqual({ metadata: { labels: { a: 'b' } } });
  });

  test('times are whole seconds in UTC', () => {
    const { value } = decodeStruct({ metadata: { creationTimestamp: '2024-05-01T12:00:00.5+02:00' } }, pod);
    expect(value.metadata).toEqual({ creationTimestamp: '2024-05-01T10:00:00Z' });
  });
});

test('unknown fields are named with their path', () => {
  const raw = { spec: { containers: [{ name: 'a', imagee: 'x' }], nodeNam: 'n' }, extra: 1 };
  expect(decodeStruct(raw, pod).unknownFields).toEqual(['spec.containers[0].imagee', 'spec.nodeNam', 'extra']);
});

describe('wrong types are told in the words of the API server', () => {
  test.each([
    [
      deployment,
      { spec: { replicas: '2' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      deployment,
      { spec: { replicas: 2 ** 31 } },
      'json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      pod,
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels.a of type string',
    ],
    [pod, { metadata: 'x' }, 'json: cannot unmarshal string into Go struct field Pod.metadata of type v1.ObjectMeta'],
    [
      pod,
      { spec: { containers: {} } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      pod,
      { spec: { hostNetwork: 'yes' } },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      pod,
      container({ env: [{ name: 'A', value: 1 }] }),
      'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    [pod, container({ resources: { limits: { cpu: 'lots' } } }), 'quantities must match the regular expression'],
    [pod, { metadata: { creationTimestamp: 'yesterday' } }, 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"'],
    [structNamed('core.v1.Secret'), { data: { a: 'no base64!' } }, 'illegal base64 data at input byte 2'],
    [structNamed('core.v1.Secret'), { data: { a: 'abc' } }, 'illegal base64 data at input byte 3'],
    [pod, [], 'json: cannot unmarshal array into Go value of type v1.Pod'],
  ])('%#', (type, raw, message) => {
    expect(() => decodeStruct(raw, type)).toThrow(message);
  });
});

test('keys that are special to JavaScript are plain data', () => {
  const raw = JSON.parse('{"data":{"__proto__":"x","constructor":"y"}}');
  const { value } = decodeStruct(raw, structNamed('core.v1.ConfigMap'));
  expect(Object.entries(value.data as object)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});
