import {
  type CheckFailure,
  type InvokeRequest,
  type InvokeResult,
  isPropertyMap,
  OperationError,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from '@radiant/model';
import { builtinRoute } from '../kinds/builtin-kinds.ts';
import { kubeKind } from '../kinds/resource-kind.ts';

/**
 * `kubernetes:yaml:decode`: the objects in a text of YAML documents, read as Kubernetes reads YAML (version 1.1 without
 * dates and base-60 numbers). Documents that are no objects are left out; namespaced ones that lack a namespace get the
 * default one. `isNamespaced` answers for kinds that are not built in.
 */
export async function decodeYaml(
  request: InvokeRequest,
  isNamespaced: (groupKind: { group: string; version: string; kind: string }) => boolean,
): Promise<InvokeResult> {
  const text = open(request.args.text);
  if (text instanceof Unknown) return { result: {}, failures: [] };
  const failures: CheckFailure[] = [];
  if (typeof text !== 'string') failures.push({ property: 'text', reason: 'text must be the YAML to decode' });
  const stated = open(request.args.defaultNamespace);
  const namespace = typeof stated === 'string' ? stated : '';
  if (failures.length > 0) return { result: {}, failures };
  const objects = (await parseDocuments(text as string)).filter(isObject);
  const placed = objects.map((object) => (namespace === '' ? object : inNamespace(object, namespace, isNamespaced)));
  const isSecret = request.args.text instanceof Secret;
  return { result: { result: isSecret ? new Secret(placed) : placed }, failures: [] };
}

async function parseDocuments(text: string): Promise<readonly PropertyValue[]> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'),
      ),
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw new OperationError({
        code: 'YAML',
        summary: `the YAML cannot be read: ${error.message.split('\n')[0] ?? ''}`,
        remedy: 'correct it at that place, then repeat',
      });
    return document.toJS() as PropertyValue;
  });
}

function isObject(value: PropertyValue): value is PropertyMap {
  return isPropertyMap(value) && typeof value.kind === 'string' && typeof value.apiVersion === 'string';
}

function inNamespace(
  object: PropertyMap,
  namespace: string,
  isNamespaced: (kind: { group: string; version: string; kind: string }) => boolean,
): PropertyMap {
  const kind = kubeKind(String(object.apiVersion), String(object.kind));
  if (!(builtinRoute(kind)?.isNamespaced ?? isNamespaced(kind))) return object;
  const metadata = isPropertyMap(object.metadata) ? object.metadata : {};
  if (typeof metadata.namespace === 'string' && metadata.namespace !== '') return object;
  return { ...object, metadata: { ...metadata, namespace } };
}

function open(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}
