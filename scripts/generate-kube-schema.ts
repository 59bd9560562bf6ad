/**
 * Writes packages/cluster/src/schema/kube-schema.json: the types and resources of one Kubernetes release, from the model and API classes
 * of @kubernetes/client-node (structure), and kube-schema-facts.ts (merge topology); and beside it kube-descriptions.json: what the
 * fields mean. Run after changing either:
 *
 *     node scripts/generate-kube-schema.ts
 *
 * Types are written in one line each, so that the file stays small and a server parses only the types it meets. The grammar is
 * documented where it is read: packages/cluster/src/schema/type-notation.ts.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  atomicMaps,
  atomicStructs,
  granularFields,
  inCategoryAll,
  mapLists,
  mergeKeys,
  quantities,
  setLists,
  shortNames,
  withoutGeneration,
} from './kube-schema-facts.ts';

interface Attribute {
  name: string;
  baseName: string;
  type: string;
  format: string;
}

interface Endpoint {
  path: string;
  method: string;
  /** The class of the body returned. */
  model: string | undefined;
  action: string;
}

interface ResourceEntry {
  group: string;
  version: string;
  resource: string;
  kind: string;
  type: string;
  namespaced: boolean;
  generation: boolean;
  verbs: string[];
  shortNames?: readonly string[];
  categories?: readonly string[];
  subresources?: Record<string, { kind: string; type: string; verbs: string[] }>;
}

const generated = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen');
const schemaFolder = join(dirname(fileURLToPath(import.meta.url)), '../packages/cluster/src/schema');

/** Types of k8s.io/apimachinery's meta/v1 that other types are made of. */
const metaTypes = new Set(
  'Condition DeleteOptions FieldSelectorRequirement LabelSelector LabelSelectorRequirement ListMeta ManagedFieldsEntry ObjectMeta OwnerReference Preconditions Status StatusCause StatusDetails'.split(
    ' ',
  ),
);

/** Kinds of subresources and requests that live in another group than the resource they are posted to. */
const typesOfGroups: Record<string, string> = {
  Scale: 'autoscaling',
  Eviction: 'policy',
  CrossVersionObjectReference: 'autoscaling',
  TopologySelectorTerm: 'core',
  TopologySelectorLabelRequirement: 'core',
};

const verbOfAction: readonly [prefix: string, verb: string][] = [
  ['deleteCollection', 'deletecollection'],
  ['create', 'create'],
  ['delete', 'delete'],
  ['read', 'get'],
  ['list', 'list'],
  ['patch', 'patch'],
  ['replace', 'update'],
];

/** The texts of both files. */
export async function generateKubeSchema(): Promise<{ schema: string; descriptions: string }> {
  const { release, attributesOf, requiredOf, describe } = await readModels();
  const endpoints = readEndpoints();
  const names = nameTypes(endpoints, attributesOf);
  const types: Record<string, string> = {};
  const descriptions: Record<string, Record<string, string>> = {};
  for (const [model, name] of [...names].sort(([, a], [, b]) => (a < b ? -1 : 1))) {
    types[name] = writeType(name, attributesOf(model)!, requiredOf(model), names);
    descriptions[name] = describe(model, attributesOf(model)!);
  }
  const resources = listResources(endpoints, names);
  return {
    schema: formatted(JSON.stringify({ release, types, resources })),
    descriptions: formatted(JSON.stringify(descriptions)),
  };
}

/** As the repository's formatter wants it. */
function formatted(json: string): string {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  return execFileSync(process.execPath, [biome, 'format', '--stdin-file-path=kube-schema.json'], {
    input: json,
    encoding: 'utf8',
  });
}

async function readModels() {
  const { ObjectSerializer: _, ...models } = (await import(
    pathToFileURL(join(generated, 'models/all.js')).href
  )) as Record<string, { getAttributeTypeMap?: () => Attribute[] }>;
  const attributesOf = (model: string) => models[model]?.getAttributeTypeMap?.();
  const requiredOf = (model: string) => {
    const text = readFileSync(join(generated, `models/${model}.d.ts`), 'utf8');
    return new Set([...text.matchAll(/^ {4}'([^']+)': /gm)].map((match) => match[1]!));
  };
  const release = /OpenAPI spec version: release-(\S+)/.exec(
    readFileSync(join(generated, 'models/V1Pod.d.ts'), 'utf8'),
  )![1]!;
  return { release, attributesOf, requiredOf, describe: describeModel };
}

/** By field; the type itself under the empty name. What every object has in common is left out: it is the same hundreds of times. */
function describeModel(model: string, attributes: Attribute[]): Record<string, string> {
  const text = readFileSync(join(generated, `models/${model}.d.ts`), 'utf8');
  const [head = '', body = ''] = text.split('export declare class');
  const ofFields = new Map(
    [...body.matchAll(/\/\*\*(.*?)\*\/\s*'(\w+)'\??:/gs)].map(([, comment, field]) => [field, withoutStars(comment!)]),
  );
  const own = withoutStars(head.slice(head.lastIndexOf('/**') + 3, head.lastIndexOf('*/')));
  const fields = attributes
    .filter(({ baseName }) => baseName !== 'apiVersion' && baseName !== 'kind')
    .map(({ name, baseName }) => [baseName, ofFields.get(name)] as const);
  return Object.fromEntries([['', own] as const, ...fields].flatMap(([field, said]) => (said ? [[field, said]] : [])));
}

function withoutStars(comment: string): string {
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\\(['"])/g, '$1')
    .trim();
}

/** Every operation of the stable API versions. */
function readEndpoints(): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const file of readdirSync(join(generated, 'apis')).sort()) {
    if (!/V\d+Api\.js$/.test(file)) continue;
    const text = readFileSync(join(generated, 'apis', file), 'utf8');
    const [requests, responses] = text.split(/export class \w+ResponseProcessor/);
    const modelOf = new Map<string, string>();
    for (const block of responses!.split(/^ {4}async /m).slice(1)) {
      const action = /^(\w+)WithHttpInfo\(/.exec(block)?.[1];
      const model = /contentType\), "(\w+)"/.exec(block)?.[1];
      if (action !== undefined && model !== undefined) modelOf.set(action, model);
    }
    for (const block of requests!.split(/^ {4}async /m).slice(1)) {
      const action = /^(\w+)\(/.exec(block)![1]!;
      const path = /localVarPath = '([^']+)'/.exec(block)?.[1];
      const method = /HttpMethod\.(\w+)\)/.exec(block)?.[1];
      if (path !== undefined && method !== undefined)
        endpoints.push({ path, method, model: modelOf.get(action), action });
    }
  }
  return endpoints;
}

interface ResourcePath {
  group: string;
  version: string;
  resource: string;
  subresource: string | undefined;
  namespaced: boolean;
  isItem: boolean;
}

function parsePath(path: string): ResourcePath | undefined {
  const match =
    /^\/(?:api|apis\/([^/]+))\/(v\d+)\/(namespaces\/\{namespace\}\/)?([a-z]+)(\/\{name\}(?:\/([a-z]+))?)?$/.exec(path);
  if (match === null) return undefined;
  const [, group = '', version, namespaced, resource, item, subresource] = match;
  return {
    group,
    version: version!,
    resource: resource!,
    subresource,
    namespaced: namespaced !== undefined,
    isItem: item !== undefined,
  };
}

const shortGroup = (group: string) =>
  group === '' ? 'core' : group.replace('internal.apiserver.k8s.io', 'apiserverinternal').split('.')[0]!;

/** Class name to `group.version.Type`, for everything reachable from a served resource. */
function nameTypes(
  endpoints: Endpoint[],
  attributesOf: (model: string) => Attribute[] | undefined,
): Map<string, string> {
  const names = new Map<string, string>();
  const visit = (model: string, group: string) => {
    const attributes = attributesOf(model);
    if (attributes === undefined || names.has(model)) return;
    // A class has its group in front when several groups have a type of that name.
    const [, prefix, version, bare] = /^([A-Z][a-z]+)??(V\d+(?:(?:alpha|beta)\d+)?)([A-Z]\w*)$/.exec(model)!;
    const owner = metaTypes.has(bare!) ? 'meta' : (prefix?.toLowerCase() ?? typesOfGroups[bare!] ?? group);
    names.set(model, `${owner}.${version!.toLowerCase()}.${bare}`);
    for (const attribute of attributes)
      for (const used of attribute.type.match(/[A-Za-z]*V\d\w+/g) ?? []) visit(used, owner === 'meta' ? group : owner);
  };
  for (const model of metaTypes) visit(`V1${model}`, 'meta');
  const byGroup = endpoints
    .flatMap((endpoint) => {
      const parsed = parsePath(endpoint.path);
      return parsed === undefined || endpoint.model === undefined || /List$/.test(endpoint.model)
        ? []
        : [{ parsed, model: endpoint.model }];
    })
    .sort((a, b) => Number(b.parsed.group === '') - Number(a.parsed.group === ''));
  for (const { parsed, model } of byGroup) visit(model, shortGroup(parsed.group));
  return names;
}

const scalarOfFormat: Record<string, string> = {
  int32: 'i',
  int64: 'l',
  double: 'd',
  byte: 'y',
  'date-time': 't',
  'date-time-micro': 'u',
  'int-or-string': 'o',
};
const scalarOfType: Record<string, string> = {
  string: 's',
  number: 'l',
  boolean: 'b',
  any: '*',
  IntOrString: 'o',
  Date: 't',
};

function writeType(name: string, attributes: Attribute[], required: Set<string>, names: Map<string, string>): string {
  const [group, version, bare] = name.split('.');
  const fact = <T>(table: Record<string, T>, field: string) =>
    table[`${group}.${version}.${bare}.${field}`] ?? table[`${group}.${bare}.${field}`];
  const listed = (table: readonly string[], field: string) => table.includes(`${group}.${bare}.${field}`);

  const writeExpression = (type: string, format: string, field: string, depth: number): string => {
    const list = /^Array<(.+)>$/.exec(type);
    if (list !== null) {
      const topology = depth > 0 ? '' : (fact(mapLists, field) ?? (listed(setLists, field) ? '=' : ''));
      return `[${topology}]${writeExpression(list[1]!, format, field, depth + 1)}`;
    }
    const map = /^\{ \[key: string\]: (.+); \}$/.exec(type);
    if (map !== null) {
      return `{${listed(atomicMaps, field) ? '!' : ''}}${writeExpression(map[1]!, format, field, depth + 1)}`;
    }
    if (names.has(type)) return `${listed(granularFields, field) ? '&' : '@'}${names.get(type)}`;
    if (listed(quantities, field)) return 'q';
    const scalar = scalarOfFormat[format] ?? scalarOfType[type];
    if (scalar === undefined) throw new Error(`${name}.${field} has a type this script does not know: ${type}`);
    return scalar;
  };

  const fields = attributes.map(({ name: property, baseName, type, format }) => {
    const mark = required.has(property) ? '!' : '';
    return `${baseName}${mark}:${writeExpression(type, format, baseName, 0)}${fact(mergeKeys, baseName) ?? ''}`;
  });
  return `${atomicStructs.includes(`${group}.${bare}`) ? '!' : ''}${fields.join(' ')}`;
}

function listResources(endpoints: Endpoint[], names: Map<string, string>): ResourceEntry[] {
  const resources = new Map<string, ResourceEntry>();
  const kindOf = (model: string) => names.get(model)!.split('.')[2]!;
  const hasField = (model: string) => names.has(model);
  const parsed = endpoints.flatMap((endpoint) => {
    const path = parsePath(endpoint.path);
    return path === undefined ? [] : [{ ...endpoint, ...path }];
  });

  for (const endpoint of parsed) {
    const { group, version, resource, model } = endpoint;
    const isObject =
      endpoint.subresource === undefined && (endpoint.isItem ? endpoint.method === 'GET' : endpoint.method === 'POST');
    if (!isObject || model === undefined || !hasField(model)) continue;
    resources.set(`${group}/${version}/${resource}`, {
      group,
      version,
      resource,
      kind: kindOf(model),
      type: names.get(model)!,
      namespaced: endpoint.namespaced,
      generation: false,
      verbs: [],
    });
  }
  for (const endpoint of parsed) {
    const entry = resources.get(`${endpoint.group}/${endpoint.version}/${endpoint.resource}`);
    const verb = verbOfAction.find(([prefix]) => endpoint.action.startsWith(prefix))?.[1];
    if (entry === undefined || verb === undefined) continue;
    entry.namespaced ||= endpoint.namespaced;
    if (endpoint.subresource === undefined) {
      entry.verbs = [...new Set([...entry.verbs, verb, ...(verb === 'list' ? ['watch'] : [])])].sort();
      continue;
    }
    const model = endpoint.model !== undefined && hasField(endpoint.model) ? endpoint.model : undefined;
    entry.subresources ??= {};
    const sub = entry.subresources[endpoint.subresource] ?? { kind: entry.kind, type: entry.type, verbs: [] };
    if (model !== undefined) Object.assign(sub, { kind: kindOf(model), type: names.get(model) });
    sub.verbs = [...new Set([...sub.verbs, verb])].sort();
    entry.subresources[endpoint.subresource] = sub;
  }
  for (const entry of resources.values()) {
    if (shortNames[entry.resource] !== undefined) entry.shortNames = shortNames[entry.resource]!;
    if (inCategoryAll.includes(entry.resource)) entry.categories = ['all'];
    entry.generation =
      entry.subresources?.status !== undefined &&
      !withoutGeneration.includes(entry.resource) &&
      entry.resource !== 'apiservices';
    if (['networkpolicies', 'csidrivers', 'flowschemas', 'prioritylevelconfigurations'].includes(entry.resource))
      entry.generation = true;
    if (/webhookconfigurations$|admissionpolic/.test(entry.resource)) entry.generation = true;
  }
  return [...resources.values()].sort((a, b) =>
    `${a.group}/${a.version}/${a.resource}` < `${b.group}/${b.version}/${b.resource}` ? -1 : 1,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { schema, descriptions } = await generateKubeSchema();
  writeFileSync(join(schemaFolder, 'kube-schema.json'), schema);
  writeFileSync(join(schemaFolder, 'kube-descriptions.json'), descriptions);
}
