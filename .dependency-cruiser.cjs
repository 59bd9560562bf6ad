/**
 * The direction between packages (ARCHITECTURE.md, "Direction"): what each package of ours may import.
 */
const mayImport = {
  model: [],
  engine: ['model'],
  state: ['model'],
  secrets: ['model'],
  protocol: ['model'],
  hosts: ['model'],
  kubernetes: ['model'],
  builtins: ['model'],
  cluster: [],
  toolkit: ['model', 'engine', 'state', 'secrets', 'protocol', 'hosts', 'kubernetes', 'builtins', 'cluster'],
  cli: ['model', 'toolkit'],
};

const directions = Object.entries(mayImport).map(([name, allowed]) => ({
  name: `${name}-imports-only-what-it-may`,
  severity: 'error',
  comment: `packages/${name} may import of ours: ${allowed.join(', ') || 'nothing'}; its tests may import any.`,
  from: { path: `^packages/${name}/src`, pathNot: '(\\.test\\.ts$|/(testing|conformance)/)' },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

/** Each third-party package is imported by one package of ours, so that replacing it is one package's matter. */
const ownedBy = {
  '@grpc/grpc-js': 'protocol',
  'google-protobuf': 'protocol',
  '@kubernetes/client-node': 'kubernetes',
  undici: 'kubernetes',
  '@aws-sdk/client-s3': 'state',
  '@aws-sdk/client-kms': 'secrets',
  pg: 'state',
  pgpass: 'state',
  ajv: 'toolkit',
  '@peculiar/x509': 'cluster',
  'fast-json-patch': 'cluster',
  chokidar: 'cli',
  commander: 'cli',
  '@inquirer/prompts': 'cli',
  'log-update': 'cli',
  yaml: '(toolkit|cluster|kubernetes|hosts)',
};

const owners = Object.entries(ownedBy).map(([library, owner]) => ({
  name: `${library.replaceAll(/[@/]/g, '-')}-belongs-to-${owner}`,
  severity: 'error',
  from: { path: '^packages/', pathNot: `^packages/${owner}/` },
  to: { path: `node_modules/${library}/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-deep-imports',
      severity: 'error',
      comment: 'Packages meet at their index.ts; the cluster has a second, light way in (daemon.ts).',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/',
        pathNot: ['^packages/$1/', '^packages/[^/]+/src/index\\.ts$', '^packages/cluster/src/daemon\\.ts$'],
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...directions,
    ...owners,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(fixtures|/dist/)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
