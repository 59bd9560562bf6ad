/** The class that an SDK has for a type, and the package of npm that brings it. */
export interface ResourceClass {
  readonly npmPackage: string;
  /** What the package is called in the program. */
  readonly alias: string;
  /** `kubernetes.apps.v1.Deployment` */
  readonly path: string;
  /** Whether the class knows its `apiVersion` and `kind` itself. */
  readonly isGeneric: boolean;
}

/** The groups of Kubernetes' own kinds; every other group is of custom kinds. */
const kubernetesGroups: ReadonlySet<string> = new Set([
  ...['core', 'apps', 'batch', 'autoscaling', 'policy', 'extensions', 'meta', 'helm.sh'],
  ...['admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io', 'auditregistration.k8s.io'],
  ...['authentication.k8s.io', 'authorization.k8s.io', 'certificates.k8s.io', 'coordination.k8s.io'],
  ...['discovery.k8s.io', 'events.k8s.io', 'flowcontrol.apiserver.k8s.io', 'internal.apiserver.k8s.io'],
  ...['networking.k8s.io', 'node.k8s.io', 'rbac.authorization.k8s.io', 'resource.k8s.io', 'scheduling.k8s.io'],
  ...['settings.k8s.io', 'storage.k8s.io', 'storagemigration.k8s.io'],
]);

/** Undefined for a type whose class the type does not tell: a component of the program's own, say. */
export function resourceClass(type: string): ResourceClass | undefined {
  const [packageName, module, name, ...rest] = type.split(':');
  if (packageName === undefined || module === undefined || name === undefined || rest.length > 0) return undefined;
  const alias = packageName.replaceAll('-', '_');
  const known = { npmPackage: `@pulumi/${packageName}`, alias };
  if (packageName !== 'kubernetes') {
    const [first = ''] = module.split('/');
    const modules = first === 'index' || first === '' ? [] : [first.replaceAll('-', '_')];
    return { ...known, path: [alias, ...modules, name].join('.'), isGeneric: false };
  }
  const [group = '', version = ''] = module.split('/');
  if (!kubernetesGroups.has(group)) return { ...known, path: `${alias}.apiextensions.CustomResource`, isGeneric: true };
  return { ...known, path: [alias, group.split('.')[0], version, name].join('.'), isGeneric: false };
}
