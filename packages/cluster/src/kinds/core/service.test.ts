import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { apiServer, row } from '../testing/api-server.ts';

function service(spec: Fields = {}, name = 'web') {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  };
}

describe('a Service is filled in', () => {
  test('with a cluster IP and the defaults of the API server', () => {
    const { spec, status } = apiServer().create(service());
    expect(spec).toEqual({
      type: 'ClusterIP',
      selector: { app: 'web' },
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      clusterIP: expect.stringMatching(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/),
      clusterIPs: [spec.clusterIP],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    expect(status).toEqual({ loadBalancer: {} });
  });

  test('with an address that no other Service has', () => {
    const server = apiServer();
    const addresses = Array.from({ length: 50 }, (_, at) => server.create(service({}, `web-${at}`)).spec.clusterIP);
    expect(new Set(addresses).size).toBe(50);
  });

  test('with node ports where its type has them', () => {
    const server = apiServer();
    const { spec } = server.create(service({ type: 'NodePort' }));
    expect(spec.ports[0].nodePort).toBeGreaterThanOrEqual(30_000);
    expect(spec.ports[0].nodePort).toBeLessThanOrEqual(32_767);
    expect(spec.externalTrafficPolicy).toBe('Cluster');
    const balanced = server.create(service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }, 'balanced'));
    expect(balanced.spec).toMatchObject({
      allocateLoadBalancerNodePorts: true,
      healthCheckNodePort: expect.any(Number),
    });
  });

  test('as headless without an address', () => {
    const { spec } = apiServer().create(service({ clusterIP: 'None' }));
    expect(spec).toMatchObject({
      clusterIP: 'None',
      clusterIPs: ['None'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
  });

  test('as headless without a selector for both address families', () => {
    const { spec } = apiServer().create(service({ clusterIP: 'None', selector: undefined }));
    expect(spec).toMatchObject({ ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' });
  });

  test('as ExternalName without anything to reach it by', () => {
    const { spec } = apiServer().create(
      service({ type: 'ExternalName', externalName: 'db.example.com', selector: undefined, ports: undefined }),
    );
    expect(spec).toEqual({ type: 'ExternalName', externalName: 'db.example.com', sessionAffinity: 'None' });
  });

  test('with the timeout of its session affinity', () => {
    const { spec } = apiServer().create(service({ sessionAffinity: 'ClientIP' }));
    expect(spec.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } });
  });
});

describe('a Service is refused', () => {
  test.each<[string, Fields, string]>([
    ['no ports', { ports: [] }, 'spec.ports: Required value'],
    [
      'several ports without names',
      { ports: [{ port: 80 }, { port: 81 }] },
      '[spec.ports[0].name: Required value, spec.ports[1].name: Required value]',
    ],
    [
      'the same port twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
    [
      'a type there is none of',
      { type: 'Internal' },
      'spec.type: Unsupported value: "Internal": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [
      'a node port without the type',
      { ports: [{ port: 80, nodePort: 30080 }] },
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      'a node port out of range',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      'an address out of range',
      { clusterIP: '192.0.2.1' },
      'spec.clusterIPs: Invalid value: ["192.0.2.1"]: failed to allocate IP 192.0.2.1: the provided IP (192.0.2.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    ],
    ['no external name', { type: 'ExternalName' }, 'spec.externalName: Required value'],
  ])('for %s', (_what, spec, message) => {
    expect(apiServer().refusal(service(spec))).toBe(`Service "web" is invalid: ${message}`);
  });

  test('for what another Service has', () => {
    const server = apiServer();
    server.create(
      service({ type: 'NodePort', clusterIP: '10.96.5.5', ports: [{ port: 80, nodePort: 30080 }] }, 'first'),
    );
    expect(server.refusal(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }))).toBe(
      'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    expect(server.refusal(service({ clusterIP: '10.96.5.5' }))).toBe(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.5.5"]: failed to allocate IP 10.96.5.5: provided IP is already allocated',
    );
  });

  test('for a change of its address', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(service({ clusterIP: '10.96.5.5' })), (one) => {
      one.spec.clusterIP = '10.96.5.6';
    });
    expect(refusal).toBe(
      'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.5.6"]: may not change once set',
    );
  });

  test('for a name that is no DNS-1035 label', () => {
    expect(apiServer().refusal(service({}, '1web'))).toContain(
      'metadata.name: Invalid value: "1web": a DNS-1035 label must consist of',
    );
  });
});

describe('replacing a Service', () => {
  test('keeps what the server gave it', () => {
    const server = apiServer();
    const created = server.create(service({ type: 'NodePort' }));
    const replaced = server.change(created, (one) => {
      one.spec = service({ type: 'NodePort', ports: [{ port: 80, targetPort: 8080 }] }).spec;
    });
    expect(replaced.spec.clusterIP).toBe(created.spec.clusterIP);
    expect(replaced.spec.ports[0]).toMatchObject({ targetPort: 8080, nodePort: created.spec.ports[0].nodePort });
  });

  test('by another type gives up what that has no use for', () => {
    const server = apiServer();
    const created = server.create(service({ type: 'LoadBalancer' }));
    const plain = server.change(created, (one) => {
      one.spec.type = 'ClusterIP';
    });
    expect(plain.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(plain.spec).not.toHaveProperty('externalTrafficPolicy');
    expect(plain.spec).not.toHaveProperty('allocateLoadBalancerNodePorts');
  });
});

test.each<[Fields, Fields, Record<string, string>]>([
  [{}, {}, { Type: 'ClusterIP', 'External-IP': '<none>', 'Port(s)': '80/TCP', Selector: 'app=web' }],
  [
    { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
    {},
    { Type: 'NodePort', 'External-IP': '<none>', 'Port(s)': '80:30080/TCP' },
  ],
  [{ type: 'LoadBalancer' }, { loadBalancer: {} }, { 'External-IP': '<pending>' }],
  [{ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } }, { 'External-IP': '203.0.113.7' }],
  [
    { type: 'ExternalName', externalName: 'db.example.com', ports: undefined },
    {},
    { 'Cluster-IP': '<none>', 'External-IP': 'db.example.com', 'Port(s)': '<none>' },
  ],
])('A Service %j is shown as kubectl shows it', (spec, status, cells) => {
  expect(row({ ...apiServer().create(service(spec)), status })).toMatchObject(cells);
});
