/** What a URL below `/api/v1` or `/apis/GROUP/VERSION` points at. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** `status`, `log`, `proxy`...; empty for the object itself. */
  readonly subresource: string;
}

/** Undefined when the segments do not have the form of a resource's URL. */
export function parseResourcePath(segments: readonly string[]): ResourcePath | undefined {
  const isCore = segments[0] === 'api';
  if (!isCore && segments[0] !== 'apis') return undefined;
  const [group, version, ...rest] = isCore ? ['', ...segments.slice(1)] : segments.slice(1);
  if (version === undefined || rest.length === 0) return undefined;
  const scope = { group: group!, version };
  if (rest[0] !== 'namespaces' || rest.length < 3 || isNamespaceSubresource(rest)) {
    const [resource, name, subresource = ''] = rest;
    return { ...scope, resource: resource!, namespace: undefined, name, subresource };
  }
  const [, namespace, resource, name, subresource = ''] = rest;
  return { ...scope, resource: resource!, namespace, name, subresource };
}

function isNamespaceSubresource(rest: readonly string[]): boolean {
  return rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize');
}
