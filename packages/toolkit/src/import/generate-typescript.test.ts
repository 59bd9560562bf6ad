import { childUrn, type PropertyMap, type ResourceState, Secret, stackUrn, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { generateTypeScript } from './generate-typescript.ts';
import type { Imports } from './import-api.ts';

function state(type: string, name: string, inputs: PropertyMap, more: Partial<ResourceState> = {}): ResourceState {
  const urn = childUrn('dev', 'proj', undefined, type, name);
  const [packageName] = type.split(':');
  const provider = `urn:pulumi:dev::proj::pulumi:providers:${packageName}::default_1_0_0::id`;
  const bare = { ownership: 'managed', parent: stackUrn('dev', 'proj'), isProtected: false, outputs: {} };
  return { ...bare, urn, type, inputs, provider, ...more } as ResourceState;
}

const imports = (nameTable: Imports['nameTable'] = {}): Imports => ({ nameTable, resources: [], protect: true });

test('code names classes, inputs and options as a person would', () => {
  const states = [
    state(
      'kubernetes:apps/v1:Deployment',
      'my-web',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web' } },
        spec: { replicas: 2, paused: false, volumes: [], list: ['a', { b: null }] },
        __defaults: [],
      },
      { isProtected: true },
    ),
    state('random:index/randomPet:RandomPet', 'my.web', { length: 2 }),
  ];
  expect(generateTypeScript(states, imports())).toBe(`import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";

const myWeb = new kubernetes.apps.v1.Deployment("my-web", {
    metadata: {
        name: "web",
        labels: {
            "app.kubernetes.io/name": "web",
        },
    },
    spec: {
        replicas: 2,
        paused: false,
        volumes: [],
        list: [
            "a",
            {
                b: null,
            },
        ],
    },
}, {
    protect: true,
});

const myWeb2 = new random.RandomPet("my.web", {
    length: 2,
});
`);
});

test('secrets are left to the configuration', () => {
  const inputs = { password: new Secret('hush'), user: 'ada', tags: new Secret({ a: 'hush' }) };
  const states = [state('aws:rds/instance:Instance', 'aws', inputs)];
  const code = generateTypeScript(states, imports());
  expect(code).not.toContain('hush');
  expect(code).toContain(
    [
      '//     radiant config set --secret aws2Password',
      "//     radiant config set --secret aws2Tags '<JSON>'",
      'const config = new pulumi.Config();',
    ].join('\n'),
  );
  expect(code).toContain(
    'const aws2 = new aws.rds.Instance("aws", {\n    password: config.requireSecret("aws2Password"),',
  );
});

test('parents and providers are the variables of the program', () => {
  const group = childUrn('dev', 'proj', undefined, 'app:index:Group', 'group');
  const own = 'urn:pulumi:dev::proj::pulumi:providers:aws::own' as Urn;
  const states = [
    state('app:index:Group', 'group', {}, { ownership: 'component', provider: '' }),
    state('aws:s3/bucketV2:BucketV2', 'default', {}, { parent: group, provider: `${own}::id` }),
  ];
  expect(generateTypeScript(states, imports({ mine: own }))).toBe(`import * as aws from "@pulumi/aws";

// Declare "group" of your own component app:index:Group here.

const default2 = new aws.s3.BucketV2("default", {}, {
    parent: group,
    provider: mine,
});
`);
});

test.each([
  ['kubernetes:rbac.authorization.k8s.io/v1:Role', 'kubernetes.rbac.v1.Role'],
  ['kubernetes:core/v1:ConfigMap', 'kubernetes.core.v1.ConfigMap'],
  ['kubernetes:gateway.networking.k8s.io/v1:Gateway', 'kubernetes.apiextensions.CustomResource'],
  ['azure-native:storage:StorageAccount', 'azure_native.storage.StorageAccount'],
])('the class of %s is %s', (type, path) => {
  expect(generateTypeScript([state(type, 'x', { apiVersion: 'v', kind: 'K' })], imports())).toContain(
    `new ${path}("x"`,
  );
});
