import { type PropertyMap, Secret } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { kubeKind } from '../kinds/resource-kind.ts';
import { fromJson, withSecrets } from './from-json.ts';
import { redact } from './redact.ts';
import { pruneToInputs } from './shape.ts';
import { toJson } from './to-json.ts';

const configMap = kubeKind('v1', 'ConfigMap');
const deployment = kubeKind('apps/v1', 'Deployment');

describe('what is sent', () => {
  test('has its secrets opened and its extension keys in the spelling of the server, and back', () => {
    const inputs = {
      schema: { x_kubernetes_list_map_keys: ['a'], x_kubernetes_other: 1 },
      data: new Secret({ a: new Secret('b') }),
    };
    const json = toJson(inputs, false);
    expect(json).toEqual({ schema: { 'x-kubernetes-list-map-keys': ['a'], x_kubernetes_other: 1 }, data: { a: 'b' } });
    expect(fromJson(json).schema).toEqual(inputs.schema);
  });

  test('keeps nulls only where they may mean something', () => {
    expect(toJson({ a: null, b: new Secret(null), c: [null] }, true)).toEqual({ c: [null] });
    expect(toJson({ a: null }, false)).toEqual({ a: null });
  });

  test('takes any key of a user, even one that means something to the language', () => {
    const inputs = JSON.parse('{"data": {"__proto__": "x", "constructor": "y"}}') as PropertyMap;
    expect(JSON.stringify(toJson(inputs, true))).toBe('{"data":{"__proto__":"x","constructor":"y"}}');
    expect(JSON.stringify(fromJson(toJson(inputs, true)))).toBe('{"data":{"__proto__":"x","constructor":"y"}}');
  });
});

describe('secrets', () => {
  test('of inputs are secrets of outputs at the same path; inside a list they make the list secret', () => {
    const inputs = { data: { a: new Secret('1'), b: '2' }, list: [{ x: new Secret('1') }] };
    const outputs = { data: { a: '1', b: '2', c: '3' }, list: [{ x: '1' }] };
    expect(withSecrets(configMap, inputs, outputs)).toEqual({
      data: { a: new Secret('1'), b: '2', c: '3' },
      list: new Secret([{ x: '1' }]),
    });
  });

  test('of the kind Secret are its data and what kubectl copied of them', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{}}', other: 'x' };
    const object = { metadata: { annotations }, data: { a: 'YQ==' } };
    expect(withSecrets(kubeKind('v1', 'Secret'), {}, object)).toEqual({
      metadata: {
        annotations: { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': new Secret('{"data":{}}') },
      },
      data: new Secret({ a: 'YQ==' }),
    });
  });

  test('are taken out of what the server says, encoded or not', () => {
    const data = { password: Buffer.from('hunter22').toString('base64') };
    const message = `Invalid value: "hunter22" (${data.password})`;
    expect(redact(message, kubeKind('v1', 'Secret'), { data })).toBe('Invalid value: "[secret]" ([secret])');
    expect(redact('quoted: "a\\"bc"', configMap, { data: { x: new Secret('a"bc') } })).toBe('quoted: "[secret]"');
  });
});

describe('a live object in the shape of the program', () => {
  test('lacks what the program does not mention, and keeps its spelling of what is the same', () => {
    const inputs = {
      spec: {
        replicas: 1,
        template: { spec: { containers: [{ name: 'a', image: 'i', resources: { limits: { cpu: '1000m' } } }] } },
      },
    };
    const container = {
      name: 'a',
      image: 'j',
      imagePullPolicy: 'Always',
      resources: { limits: { cpu: '1', memory: '1Gi' } },
    };
    const live = {
      status: {},
      spec: { replicas: 1, paused: false, template: { spec: { containers: [{ name: 'sidecar' }, container] } } },
    };
    expect(pruneToInputs(deployment, inputs, live)).toEqual({
      spec: {
        replicas: 1,
        template: { spec: { containers: [{ name: 'a', image: 'j', resources: { limits: { cpu: '1000m' } } }] } },
      },
    });
  });

  test('lacks what is gone, but not what was nothing', () => {
    const inputs = { data: { a: '1', b: '2' }, none: [], nothing: null, empty: {} };
    expect(pruneToInputs(configMap, inputs, { data: { a: '1' } })).toEqual({
      data: { a: '1' },
      none: [],
      nothing: null,
      empty: {},
    });
  });

  test('keeps secrets secret', () => {
    expect(pruneToInputs(configMap, { data: new Secret({ a: '1' }) }, { data: { a: '2', b: '3' } })).toEqual({
      data: new Secret({ a: '2' }),
    });
  });
});
