import { ApiError } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import { DecodeError } from '../schema/decode.ts';
import { badRequest } from './context.ts';
import type { ServedResource } from './kind-table.ts';

/** What to do with fields the schema does not have (kubernetes docs: API concepts, "Server side field validation"). */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/**
 * Reads a body as an object of the resource's kind; what it does not say of its type it gets from the URL. Throws ApiError 400 for another
 * kind, a field of the wrong type, and with `Strict` for fields that the kind does not have.
 */
export function readObject(
  resource: ServedResource,
  raw: unknown,
  validation: FieldValidation,
  warnings: string[],
  duplicateFields: readonly string[] = [],
): KubeObject {
  const body = requireKind(resource, raw);
  const decoded = decodeOrThrow(resource, body);
  const problems = [
    ...decoded.unknownFields.map((field) => `unknown field ${JSON.stringify(field)}`),
    ...duplicateFields.map((field) => `duplicate field ${JSON.stringify(field)}`),
  ];
  if (problems.length > 0 && validation === 'Strict') {
    const { kind, version } = resource.kind;
    const names = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}`;
    throw badRequest(`${names}: strict decoding error: ${problems.join(', ')}`);
  }
  if (validation === 'Warn') warnings.push(...problems);
  return withIdentity(resource, decoded.value);
}

/**
 * Reads the configuration of a server-side apply, where unknown fields are always refused, in the words of structured-merge-diff.
 */
export function readConfig(resource: ServedResource, raw: unknown): KubeObject {
  const body = requireKind(resource, raw);
  if (body.apiVersion === undefined || body.kind === undefined) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${body.apiVersion ?? ''}, kind: ${body.kind ?? ''}, expected: ${resource.apiVersion}, kind: ${resource.kind.kind}`,
    );
  }
  const metadata = isRecord(body.metadata) ? body.metadata : {};
  const where = `${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name ?? ''}; ${resource.apiVersion}, Kind=${resource.kind.kind}`;
  const refuse = (why: string) => new ApiError(500, '', `failed to create typed patch object (${where}): ${why}`);
  try {
    const { value, unknownFields } = resource.read(body);
    if (unknownFields.length === 1) throw refuse(`.${unknownFields[0]}: field not declared in schema`);
    if (unknownFields.length > 1) {
      throw refuse(`errors:\n${unknownFields.map((field) => `  .${field}: field not declared in schema`).join('\n')}`);
    }
    return withIdentity(resource, value);
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

function requireKind(resource: ServedResource, raw: unknown): Record<string, unknown> {
  const { kind } = resource.kind;
  if (!isRecord(raw)) {
    throw badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${raw === undefined ? 'an empty body' : raw === null ? 'null' : Array.isArray(raw) ? 'array' : typeof raw} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const apiVersion = raw.apiVersion ?? resource.apiVersion;
  const given = raw.kind ?? kind;
  if (apiVersion !== resource.apiVersion || given !== kind) {
    throw badRequest(
      `${given} in version ${JSON.stringify(versionOf(String(apiVersion)))} cannot be handled as a ${kind}: converting (${apiVersion}, Kind=${given}) to (${resource.apiVersion}, Kind=${kind}): unknown conversion`,
    );
  }
  return raw;
}

function decodeOrThrow(resource: ServedResource, body: Record<string, unknown>) {
  try {
    return resource.read(body);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { kind, version } = resource.kind;
    throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${error.message}`);
  }
}

function withIdentity(resource: ServedResource, value: Record<string, unknown>): KubeObject {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = value;
  return {
    kind: resource.kind.kind,
    apiVersion: resource.apiVersion,
    metadata: (metadata ?? {}) as KubeObject['metadata'],
    ...rest,
  };
}

function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
