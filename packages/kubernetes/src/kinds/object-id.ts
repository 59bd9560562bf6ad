/** Where an object is. The namespace is undefined for cluster-scoped kinds. */
export interface ObjectName {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** `namespace/name`, or `name` for a cluster-scoped object (Pulumi: the id of a Kubernetes resource). */
export function formatObjectId(where: ObjectName): string {
  return where.namespace === undefined ? where.name : `${where.namespace}/${where.name}`;
}

export function parseObjectId(id: string): ObjectName {
  const cut = id.indexOf('/');
  return cut < 0 ? { namespace: undefined, name: id } : { namespace: id.slice(0, cut), name: id.slice(cut + 1) };
}
