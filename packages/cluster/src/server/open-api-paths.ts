import type { ServedResource } from '../registry/kind-table.ts';

type Json = Record<string, unknown>;

interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly verb: string;
  readonly action: string;
  readonly parameters: readonly string[];
}

const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'];
const listParameters = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
];
const deleteParameters = ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'];

const collectionOperations: readonly Operation[] = [
  { method: 'get', verb: 'list', action: 'list', parameters: listParameters },
  { method: 'post', verb: 'create', action: 'post', parameters: writeParameters },
  {
    method: 'delete',
    verb: 'deletecollection',
    action: 'deletecollection',
    parameters: [...listParameters, ...deleteParameters],
  },
];
const objectOperations: readonly Operation[] = [
  { method: 'get', verb: 'get', action: 'get', parameters: [] },
  { method: 'put', verb: 'update', action: 'put', parameters: writeParameters },
  { method: 'patch', verb: 'patch', action: 'patch', parameters: [...writeParameters, 'force'] },
  { method: 'delete', verb: 'delete', action: 'delete', parameters: deleteParameters },
];

const booleans = new Set(['allowWatchBookmarks', 'sendInitialEvents', 'watch', 'orphanDependents', 'force']);
const integers = new Set(['limit', 'timeoutSeconds', 'gracePeriodSeconds']);

/** How a query parameter is written in a version of OpenAPI. */
export type WriteParameter = (name: string, type: 'string' | 'boolean' | 'integer') => Json;

/** A resource's URLs and what can be done at each, as OpenAPI writes it. */
export function resourcePaths(resource: ServedResource, writeParameter: WriteParameter): Record<string, Json> {
  const { kind, apiVersion } = resource;
  const root = kind.group === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const collection = `${root}/${kind.isNamespaced ? 'namespaces/{namespace}/' : ''}${kind.resource}`;
  const everywhere =
    kind.isNamespaced && resource.verbs.includes('list')
      ? { [`${root}/${kind.resource}`]: pathItem(resource, collectionOperations.slice(0, 1), writeParameter) }
      : {};
  return {
    ...everywhere,
    [collection]: pathItem(resource, collectionOperations, writeParameter),
    [`${collection}/{name}`]: pathItem(resource, objectOperations, writeParameter),
  };
}

function pathItem(
  { kind, verbs }: ServedResource,
  operations: readonly Operation[],
  writeParameter: WriteParameter,
): Json {
  const groupVersionKind = { group: kind.group, version: kind.version, kind: kind.kind };
  return Object.fromEntries(
    operations
      .filter(({ verb }) => verbs.includes(verb))
      .map(({ method, action, verb, parameters }) => [
        method,
        {
          operationId: `${verb}${kind.isNamespaced ? 'Namespaced' : ''}${kind.kind}`,
          parameters: parameters.map((name) =>
            writeParameter(name, booleans.has(name) ? 'boolean' : integers.has(name) ? 'integer' : 'string'),
          ),
          responses: { 200: { description: 'OK' } },
          'x-kubernetes-action': action,
          'x-kubernetes-group-version-kind': groupVersionKind,
        },
      ]),
  );
}
