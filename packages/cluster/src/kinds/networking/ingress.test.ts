import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { apiServer, row } from '../testing/api-server.ts';

const backend = { service: { name: 'web', port: { number: 80 } } };

function ingress(path: Fields = {}, spec: Fields = {}) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      rules: [{ host: 'shop.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend, ...path }] } }],
      ...spec,
    },
  };
}

test('Nothing is filled into an Ingress but its status', () => {
  const created = apiServer().create(ingress());
  expect(created.spec).toEqual(ingress().spec);
  expect(created.status).toEqual({ loadBalancer: {} });
});

test('An Ingress without a class gets the default class, where there is one', () => {
  const server = apiServer();
  server.create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'edge', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'example.com/edge' },
  });
  expect(server.create(ingress()).spec.ingressClassName).toBe('edge');
});

describe('an Ingress is refused', () => {
  const first = 'spec.rules[0].http.paths[0]';
  test.each<[string, Fields, Fields, string]>([
    ['no path type', { pathType: undefined }, {}, `${first}.pathType: Required value: pathType must be specified`],
    [
      'a path type there is none of',
      { pathType: 'Regex' },
      {},
      `${first}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
    ],
    ['a relative path', { path: 'shop' }, {}, `${first}.path: Invalid value: "shop": must be an absolute path`],
    ['no backend', { backend: {} }, {}, `${first}.backend: Invalid value: "": resource or service backend is required`],
    [
      'a port with name and number',
      { backend: { service: { name: 'web', port: { name: 'http', number: 80 } } } },
      {},
      `${first}.backend: Invalid value: "": cannot set both port name & port number`,
    ],
    [
      'no port',
      { backend: { service: { name: 'web' } } },
      {},
      `${first}.backend: Required value: port name or number is required`,
    ],
    [
      'nothing at all',
      {},
      { rules: [] },
      'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
    ],
    [
      'a host that is an address',
      {},
      { rules: [{ host: '192.0.2.1' }] },
      'spec.rules[0].host: Invalid value: "192.0.2.1": must be a DNS name, not an IP address',
    ],
  ])('for %s', (_what, path, spec, message) => {
    expect(apiServer().refusal(ingress(path, spec))).toBe(`Ingress.networking.k8s.io "web" is invalid: ${message}`);
  });
});

test('An Ingress is shown with class, hosts, address and ports', () => {
  const hosts = ['a.example', 'b.example', 'c.example', 'd.example'].map((host) => ({
    host,
    http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
  }));
  const created = apiServer().create(
    ingress({}, { rules: hosts, ingressClassName: 'alb', tls: [{ hosts: ['a.example'] }] }),
  );
  const status = { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } };
  expect(row({ ...created, status })).toEqual({
    Name: 'web',
    Class: 'alb',
    Hosts: 'a.example,b.example,c.example + 1 more...',
    Address: 'lb.example',
    Ports: '80, 443',
    Age: '0s',
  });
});

test('The controller of an IngressClass stays what it is', () => {
  const server = apiServer();
  const created = server.create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'edge' },
    spec: { controller: 'example.com/edge' },
  });
  const refusal = server.changeRefusal(created, (one) => {
    one.spec.controller = 'example.com/other';
  });
  expect(refusal).toBe(
    'IngressClass.networking.k8s.io "edge" is invalid: spec.controller: Invalid value: "example.com/other": field is immutable',
  );
});
