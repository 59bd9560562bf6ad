import { createHash } from 'node:crypto';
import type { KindTable, ServedResource } from '../registry/kind-table.ts';
import { apiVersionOf } from '../registry/kind-table.ts';
import { parseAccept } from './accept.ts';
import { jsonResponse, type KubeRequest, type KubeResponse, textResponse } from './http-messages.ts';

/** Which groups, versions and resources there are (kubernetes docs: API concepts, "Discovery"). Undefined for other paths. */
export function discover(
  table: KindTable,
  segments: readonly string[],
  request: KubeRequest,
): KubeResponse | undefined {
  const [root, second, third, ...more] = segments;
  if (more.length > 0) return undefined;
  if (root === 'api' && third === undefined) {
    if (second === undefined)
      return aggregated(table, request, (group) => group === '') ?? jsonResponse(200, coreVersions);
    return resourceList(table, '', second);
  }
  if (root !== 'apis') return undefined;
  if (second === undefined)
    return aggregated(table, request, (group) => group !== '') ?? jsonResponse(200, groupList(table));
  if (third === undefined) return groupDescription(table, second);
  return resourceList(table, second, third);
}

const coreVersions = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
};

/** Groups in the order kubectl prefers them, each with its versions, newest first. */
function groupVersions(table: KindTable): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { kind } of table.all()) {
    const versions = groups.get(kind.group) ?? new Set();
    groups.set(kind.group, versions.add(kind.version));
  }
  return new Map([...groups].map(([group, versions]) => [group, new Set([...versions].sort().reverse())]));
}

function groupEntry(group: string, versions: Iterable<string>) {
  const listed = [...versions].map((version) => ({ groupVersion: apiVersionOf(group, version), version }));
  return { name: group, versions: listed, preferredVersion: listed[0]! };
}

function groupList(table: KindTable) {
  const groups = [...groupVersions(table)].filter(([group]) => group !== '');
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map(([group, versions]) => groupEntry(group, versions)),
  };
}

function groupDescription(table: KindTable, group: string): KubeResponse | undefined {
  const versions = groupVersions(table).get(group);
  return versions === undefined
    ? undefined
    : jsonResponse(200, { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group, versions) });
}

function resourceList(table: KindTable, group: string, version: string): KubeResponse | undefined {
  const resources = table.all().filter(({ kind }) => kind.group === group && kind.version === version);
  if (resources.length === 0) return undefined;
  return jsonResponse(200, {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(group, version),
    resources: resources.flatMap((resource) => [resourceEntry(resource), ...subresourceEntries(resource)]),
  });
}

function resourceEntry({ kind, verbs }: ServedResource) {
  return {
    name: kind.resource,
    singularName: kind.singular,
    namespaced: kind.isNamespaced,
    kind: kind.kind,
    verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
  };
}

function subresourceEntries({ kind, subresources }: ServedResource) {
  return Object.entries(subresources).map(([name, subresource]) => {
    const [group, version] = groupVersionOfType(subresource.type);
    const isOther = subresource.kind !== kind.kind;
    return {
      name: `${kind.resource}/${name}`,
      singularName: '',
      namespaced: kind.isNamespaced,
      ...(isOther && { group, version }),
      kind: subresource.kind,
      verbs: subresource.verbs,
    };
  });
}

const groupsOfTypes: Record<string, string> = { core: '', authentication: 'authentication.k8s.io' };

/** Of `autoscaling.v1.Scale`. */
export function groupVersionOfType(type: string): [group: string, version: string] {
  const [group, version] = type.split('.');
  return [groupsOfTypes[group!] ?? group!, version!];
}

/** All groups in one answer, for clients that ask for it; the content type must say that it is that. */
function aggregated(
  table: KindTable,
  request: KubeRequest,
  includes: (group: string) => boolean,
): KubeResponse | undefined {
  const wanted = parseAccept(request.headers.accept).find(
    ({ type, parameters }) =>
      type === 'application/json' && (parameters.as === undefined || parameters.as === 'APIGroupDiscoveryList'),
  );
  const version = wanted?.parameters.v;
  if (wanted?.parameters.g !== 'apidiscovery.k8s.io' || (version !== 'v2' && version !== 'v2beta1')) return undefined;
  const groups = [...groupVersions(table)].filter(([group]) => includes(group));
  const body = JSON.stringify({
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(([group, versions]) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: [...versions].map((name) => ({
        version: name,
        freshness: 'Current',
        resources: table
          .all()
          .filter(({ kind }) => kind.group === group && kind.version === name)
          .map(discoveredResource),
      })),
    })),
  });
  const etag = `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  if (request.headers['if-none-match'] === etag) return textResponse(304, '', contentType, headers);
  return textResponse(200, body, contentType, headers);
}

function discoveredResource({ kind, verbs, subresources }: ServedResource) {
  return {
    resource: kind.resource,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(Object.keys(subresources).length > 0 && {
      subresources: Object.entries(subresources).map(([name, subresource]) => {
        const [group, version] =
          subresource.kind === kind.kind ? [kind.group, kind.version] : groupVersionOfType(subresource.type);
        return {
          subresource: name,
          responseKind: { group, version, kind: subresource.kind },
          verbs: subresource.verbs,
        };
      }),
    }),
  };
}
