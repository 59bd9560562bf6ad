export type ShopState = 'first' | 'second' | 'greedy' | 'stuck' | 'careless';

/** A shop in five states, as its program tells them apart by SHOP; one resource of each sort that a screen shows. */
export const shopFiles: { readonly [file: string]: string } = {
  'Pulumi.yaml': 'name: shop\nruntime: nodejs\n',
  'package.json': '{ "name": "shop", "private": true, "main": "index.ts" }',
  'tsconfig.json':
    '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "commonjs", "moduleResolution": "node", "esModuleInterop": true, "skipLibCheck": true, "types": ["node"] } }',
  'policies/PulumiPolicy.yaml': 'runtime: nodejs\n',
  'policies/package.json': '{ "name": "house-rules", "version": "1.2.0", "main": "index.js" }',
  'policies/index.js': `
const { PolicyPack, validateResourceOfType } = require('@pulumi/policy');
const k8s = require('@pulumi/kubernetes');
new PolicyPack('house-rules', {
  policies: [
    {
      name: 'two-replicas',
      description: 'What customers see survives the loss of a node.',
      enforcementLevel: 'mandatory',
      validateResource: (args, report) => {
        if (args.type === 'kubernetes:apps/v1:Deployment' && args.props.spec.replicas < 2) report('One replica is one too few.');
      },
    },
    {
      name: 'no-latest',
      description: 'Images have a version.',
      enforcementLevel: 'advisory',
      validateResource: (args, report) => {
        if (args.type !== 'kubernetes:apps/v1:Deployment') return;
        for (const { image } of args.props.spec.template.spec.containers)
          if (image.endsWith(':latest')) report(image + ' says nothing of its version.');
      },
    },
  ],
});
`,
  'index.ts': `
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

type State = { tag: string; replicas: number; level: string; plan: string; seats: number; legacy: boolean };
const states: { [name: string]: State } = {
  first: { tag: 'v1', replicas: 2, level: 'INFO', plan: 'trial', seats: 5, legacy: true },
  second: { tag: 'v2', replicas: 3, level: 'DEBUG', plan: 'company', seats: 50, legacy: false },
  greedy: { tag: 'v2', replicas: 3, level: 'DEBUG', plan: 'company', seats: 500, legacy: false },
  stuck: { tag: 'missing', replicas: 3, level: 'DEBUG', plan: 'company', seats: 50, legacy: false },
  careless: { tag: 'latest', replicas: 1, level: 'DEBUG', plan: 'company', seats: 50, legacy: false },
};
const state = states[process.env.SHOP ?? 'first']!;
const namespace = 'default';
const labels = { app: 'shop' };

const licences: pulumi.dynamic.ResourceProvider = {
  async diff(_id, olds, news) {
    return { changes: olds.plan !== news.plan || olds.seats !== news.seats, replaces: olds.plan === news.plan ? [] : ['plan'] };
  },
  async create(inputs) {
    return { id: 'licence-' + inputs.plan, outs: inputs };
  },
  async update(_id, _olds, news) {
    if (news.seats > 100) throw new Error('the vendor sells at most 100 seats to a company');
    return { outs: news };
  },
};
class Licence extends pulumi.dynamic.Resource {
  constructor(name: string, args: { plan: string; seats: number }, opts?: pulumi.CustomResourceOptions) {
    super(licences, name, args, opts);
  }
}

class Storefront extends pulumi.ComponentResource {
  readonly address: pulumi.Output<string>;
  constructor(name: string) {
    super('shop:web:Storefront', name);
    const opts = { parent: this };
    const settings = new k8s.core.v1.ConfigMap('settings', {
      metadata: { name: 'settings', namespace, labels },
      data: {
        LOG_LEVEL: state.level,
        certificate: state.tag.repeat(120),
        'nginx.conf': ['server {', '  listen 80;', '  error_log ' + state.level.toLowerCase() + ';', '  root /shop;', '}', ''].join('\\n'),
      },
    }, opts);
    const credentials = new k8s.core.v1.Secret('credentials', {
      metadata: { name: 'credentials', namespace, labels },
      stringData: { password: pulumi.secret('hunter2-' + state.tag) },
    }, opts);
    new k8s.apps.v1.Deployment('storefront', {
      metadata: { name: 'storefront', namespace, labels },
      spec: {
        replicas: state.replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{
              name: 'storefront',
              image: 'registry.example/storefront:' + state.tag,
              envFrom: [{ configMapRef: { name: settings.metadata.name } }, { secretRef: { name: credentials.metadata.name } }],
              env: [{ name: 'THEME', value: 'light' }, ...(state.legacy ? [] : [{ name: 'CART', value: 'new' }])],
            }],
          },
        },
      },
    }, opts);
    const service = new k8s.core.v1.Service('storefront', {
      metadata: { name: 'storefront', namespace, labels },
      spec: { type: 'ClusterIP', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }, opts);
    this.address = pulumi.interpolate\`http://\${service.metadata.name}.\${namespace}.svc\`;
    this.registerOutputs({});
  }
}

const storefront = new Storefront('storefront');
new Licence('analytics', { plan: state.plan, seats: state.seats });
if (state.legacy)
  new k8s.core.v1.ConfigMap('legacy-redirects-of-the-old-shop', {
    metadata: { name: 'legacy-redirects', namespace },
    data: { 'cart.php': '/cart' },
  });

export const address = storefront.address;
export const password = pulumi.secret('hunter2-' + state.tag);
export const seats = state.seats;
`,
};
