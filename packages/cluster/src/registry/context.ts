import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import type { KubeObject } from '../kube-object.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { type KindTable, kindName, qualifiedResource, type ServedResource } from './kind-table.ts';
import type { AdmissionContext } from './kube-kind.ts';

/** What every operation on objects needs. */
export interface RegistryContext {
  readonly store: ObjectStore;
  readonly table: KindTable;
  readonly clock: Clock;
  /** For generated names; in [0, 1). */
  readonly random: () => number;
  readonly newUid: () => string;
}

export interface WriteOptions {
  /** The field manager. */
  readonly manager: string;
  /** Does everything but store (kubernetes docs: API concepts, "Dry-run"). */
  readonly dryRun: boolean;
  /** Texts for the client, in `Warning` headers. */
  readonly warnings?: string[];
}

export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function keyOf(object: KubeObject): string {
  return objectKey(object.metadata.namespace, object.metadata.name);
}

/** RFC 3339 in whole seconds, as in metadata. */
export function timestamp(context: RegistryContext): string {
  return new Date(Math.floor(context.clock.nowMs() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

export function admissionOf(context: RegistryContext): AdmissionContext {
  return {
    list(kind, namespace) {
      const resource = context.table.ofKindName(kindName(kind.group, kind.kind));
      return resource === undefined
        ? []
        : context.store.list(resource.collection, namespace === undefined ? '' : `${namespace}/`);
    },
    find: (group, kind) => context.table.ofKindName(kindName(group, kind))?.kind,
    nowMs: () => context.clock.nowMs(),
  };
}

/** The stored object. Throws 404 in the API server's words. */
export function getStored(
  context: RegistryContext,
  resource: ServedResource,
  namespace: string | undefined,
  name: string,
): KubeObject {
  const object = context.store.get(resource.collection, objectKey(namespace, name));
  if (object === undefined) throw notFound(resource, name);
  return object;
}

export function notFound(resource: ServedResource, name: string): ApiError {
  const { group, resource: kind } = resource.kind;
  return new ApiError(
    404,
    'NotFound',
    `${qualifiedResource(resource)} ${JSON.stringify(name)} not found`,
    details({ name, group, kind }),
  );
}

export function alreadyExists(resource: ServedResource, name: string, isGenerated: boolean): ApiError {
  const { group, resource: kind } = resource.kind;
  const why = isGenerated ? ', the server was not able to generate a unique name for the object' : '';
  const message = `${qualifiedResource(resource)} ${JSON.stringify(name)} already exists${why}`;
  return new ApiError(409, 'AlreadyExists', message, details({ name, group, kind }));
}

export function forbidden(resource: ServedResource, name: string, why: string, causes?: readonly unknown[]): ApiError {
  const { group, resource: kind } = resource.kind;
  const message = `${qualifiedResource(resource)} ${JSON.stringify(name)} is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, details({ name, group, kind, ...(causes && { causes }) }));
}

export function conflict(resource: ServedResource, name: string, why: string): ApiError {
  const { group, resource: kind } = resource.kind;
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} ${JSON.stringify(name)}: ${why}`;
  return new ApiError(409, 'Conflict', message, details({ name, group, kind }));
}

export const modifiedText =
  'the object has been modified; please apply your changes to the latest version and try again';

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

function details(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/** `kind` and `apiVersion` first: lists of built-in kinds are written without the two. */
export function inOrder({ kind, apiVersion, metadata, ...rest }: KubeObject): KubeObject {
  return { kind, apiVersion, metadata, ...rest };
}
