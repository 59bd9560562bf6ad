import type { KubeObject } from '../kube-object.ts';
import { badRequest } from '../registry/context.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import type { ObjectFilter } from './label-query.ts';

/** What each kind can be selected by, beside name and namespace (kubernetes docs: Field Selectors). */
const supportedFields: Record<string, readonly string[]> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.k8s.io/events': [
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'regarding.apiVersion',
    'regarding.resourceVersion',
    'regarding.fieldPath',
    'reason',
    'reportingController',
    'type',
  ],
  secrets: ['type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  services: ['spec.clusterIP', 'spec.type'],
  replicationcontrollers: ['status.replicas'],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
  'certificates.k8s.io/certificatesigningrequests': ['spec.signerName'],
  'resource.k8s.io/resourceslices': ['spec.nodeName', 'spec.driver'],
};

export interface FieldQuery {
  /** Undefined when it selects everything. */
  readonly matches: ObjectFilter | undefined;
  /** When only one name can match. */
  readonly name: string | undefined;
}

/** The `fieldSelector` of a query: `path=value`, `path!=value`, joined by commas. Throws ApiError 400 for fields the kind does not offer. */
export function parseFieldQuery(query: string, resource: ServedResource): FieldQuery {
  if (query.trim() === '') return { matches: undefined, name: undefined };
  const supported = supportedFields[resource.collection] ?? [];
  const terms = query
    .split(/(?<!\\),/)
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^(.+?)(!=|==|=)(.*)$/.exec(term.trim());
      if (match === null)
        throw badRequest(`invalid field selector: ${JSON.stringify(query)}; can't understand '${term}'`);
      const [, path, operator, value] = match;
      if (path !== 'metadata.name' && path !== 'metadata.namespace' && !supported.includes(path!)) {
        throw badRequest(`field label not supported: ${path}`);
      }
      return { path: path!, isEqual: operator !== '!=', value: value!.replaceAll(/\\([\\,=])/g, '$1') };
    });
  const name = terms.find((term) => term.path === 'metadata.name' && term.isEqual)?.value;
  return {
    name,
    matches: (object) => terms.every(({ path, isEqual, value }) => (readField(object, path) === value) === isEqual),
  };
}

function readField(object: KubeObject, path: string): string {
  if (path === 'status.successful') return String(object.status?.succeeded ?? 0);
  if (path === 'status.podIPs') return (object.status?.podIPs ?? []).map(({ ip }: { ip: string }) => ip).join(',');
  if (path === 'source') return String(object.source?.component ?? object.reportingComponent ?? '');
  let value: unknown = object;
  for (const part of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }
  if (value === undefined || value === null) return zeroFields[path] ?? '';
  return String(value);
}

/** Go's zero values of fields that are no strings. */
const zeroFields: Record<string, string> = {
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
  'status.replicas': '0',
};
