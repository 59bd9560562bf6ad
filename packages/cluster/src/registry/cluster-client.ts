import type { ClusterClient, KubeChange } from '../cluster-client.ts';
import { selectorMatches } from '../kinds/label-selector.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, getStored, objectKey, type RegistryContext, type WriteOptions } from './context.ts';
import { createObject } from './create.ts';
import { deleteObject } from './delete.ts';
import type { ServedResource } from './kind-table.ts';
import { readObject } from './read-body.ts';
import { scaleOf, updateScale } from './scale.ts';
import { updateObject } from './update.ts';

/** The API server as controllers use it, in memory. Writes are made in the name of `manager`. */
export function createClusterClient(context: RegistryContext, manager: string): ClusterClient {
  const options: WriteOptions = { manager, dryRun: false };
  const { store, table } = context;

  const resourceNamed = (kindName: string): ServedResource => {
    const resource = table.ofKindName(kindName);
    if (resource === undefined) throw badRequest(`no kind ${JSON.stringify(kindName)} is served`);
    return resource;
  };
  const resourceOf = (object: KubeObject): ServedResource => {
    const resource = table.ofObject(object.apiVersion, object.kind);
    if (resource === undefined)
      throw badRequest(
        `no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}`,
      );
    return resource;
  };
  const read = (resource: ServedResource, object: KubeObject) =>
    resource.toStored(readObject(resource, object, 'Ignore', []));
  const replace = (object: KubeObject, subresource: '' | 'status'): KubeObject => {
    const resource = resourceOf(object);
    const live = getStored(context, resource.stored, object.metadata.namespace, object.metadata.name);
    return resource.fromStored(
      updateObject(context, resource.stored, live, read(resource, object), subresource, options),
    );
  };

  return {
    get: (kindName, namespace, name) => {
      const resource = resourceNamed(kindName);
      return store.get(resource.collection, objectKey(resource.kind.isNamespaced ? namespace : undefined, name));
    },
    list: (kindName, { namespace, selector } = {}) => {
      const objects = store.list(resourceNamed(kindName).collection, namespace === undefined ? '' : `${namespace}/`);
      return selector === undefined
        ? objects
        : objects.filter((object) => selectorMatches(selector, object.metadata.labels));
    },
    create: (object) => {
      const resource = resourceOf(object);
      return resource.fromStored(createObject(context, resource.stored, read(resource, object), options));
    },
    update: (object) => replace(object, ''),
    updateScale: (object, replicas) => {
      const resource = resourceOf(object);
      const live = getStored(context, resource.stored, object.metadata.namespace, object.metadata.name);
      const scale = scaleOf(resource.stored, object);
      const wanted = { ...scale, spec: { ...scale.spec, replicas } };
      return resource.fromStored(updateScale(context, resource.stored, live, wanted, options));
    },
    updateStatus: (object) => replace(object, 'status'),
    delete: (kindName, namespace, name, deletion = {}) => {
      const resource = resourceNamed(kindName);
      deleteObject(context, resource, getStored(context, resource, namespace, name), deletion, options);
    },
    watch: (kindName, onChange) => {
      return store.subscribeFromNow(resourceNamed(kindName).collection, ({ type, object, old }) => {
        const change: KubeChange = { type, object, ...(old !== undefined && { old }) };
        onChange(change);
      });
    },
  };
}
