import { createHash } from 'node:crypto';
import { apiVersionOf, type KindTable } from '../registry/kind-table.ts';
import { parseAccept } from './accept.ts';
import { jsonResponse, type KubeRequest, type KubeResponse, textResponse } from './http-messages.ts';
import { openApiDocument } from './open-api-document.ts';
import type { Descriptions } from './open-api-schemas.ts';
import { swaggerDocument } from './open-api-v2.ts';
import { oldSwaggerProtobufType, swaggerProtobuf, swaggerProtobufType } from './open-api-v2-protobuf.ts';

/** The schema of every group and version (kubernetes docs: The Kubernetes API, "OpenAPI"). Undefined for paths that are not there. */
export async function openApi(
  table: KindTable,
  segments: readonly string[],
  request: KubeRequest,
): Promise<KubeResponse | undefined> {
  const [version, ...rest] = segments;
  if (version === 'v2' && rest.length === 0) return swagger(table, request);
  if (version !== 'v3') return undefined;
  if (rest.length === 0) return jsonResponse(200, { paths: index(table) });
  const text = await documentText(table, rest.join('/'));
  return text === undefined ? undefined : document(text, request);
}

/** What has been made for what is served now. */
interface Made {
  readonly edition: number;
  readonly texts: Map<string, string>;
  swagger?: Buffer;
}

const made = new WeakMap<KindTable, Made>();

function madeFor(table: KindTable): Made {
  const known = made.get(table);
  if (known?.edition === table.edition()) return known;
  const fresh: Made = { edition: table.edition(), texts: new Map() };
  made.set(table, fresh);
  return fresh;
}

/** Made when first asked for: a document takes longer to make than a server to start. */
async function documentText(table: KindTable, path: string): Promise<string | undefined> {
  const known = madeFor(table).texts;
  if (!known.has(path)) {
    const groupVersion = groupVersions(table).get(path);
    if (groupVersion === undefined) return undefined;
    const descriptions = await loadDescriptions();
    known.set(path, JSON.stringify(openApiDocument(table, groupVersion.group, groupVersion.version, descriptions)));
  }
  return known.get(path);
}

/** The largest file of all, for `kubectl explain` alone. */
async function loadDescriptions(): Promise<Descriptions> {
  const { default: descriptions } = await import('../schema/kube-descriptions.json', { with: { type: 'json' } });
  return descriptions as Descriptions;
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** By the path of their document: `api/v1`, `apis/apps/v1`. */
function groupVersions(table: KindTable): Map<string, GroupVersion> {
  return new Map(
    table.all().map(({ kind: { group, version } }) => {
      return [`${group === '' ? 'api' : 'apis'}/${apiVersionOf(group, version)}`, { group, version }];
    }),
  );
}

/** The hash tells clients when what they have kept is out of date. It is of what the documents are made from. */
function index(table: KindTable): Record<string, { serverRelativeURL: string }> {
  return Object.fromEntries(
    [...groupVersions(table)].map(([path, { group, version }]) => {
      const resources = table.all().filter(({ kind }) => kind.group === group && kind.version === version);
      const parts = resources.map(({ kind, verbs, type, custom }) => [
        kind.kind,
        kind.resource,
        verbs,
        type.name,
        custom?.schema,
      ]);
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(JSON.stringify([schemaFormat, parts]))}` }];
    }),
  );
}

/** Raised when documents are made in another way. */
const schemaFormat = 2;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').toUpperCase();
}

function document(text: string, request: KubeRequest): KubeResponse {
  const isHashed = request.url.includes('hash=');
  const etag = `"${hashOf(text)}"`;
  const headers = {
    etag,
    ...(isHashed && { 'cache-control': 'public, immutable', expires: 'Thu, 31 Dec 2099 23:59:59 GMT' }),
  };
  if (request.headers['if-none-match'] === etag) return textResponse(304, '', 'application/json', headers);
  return textResponse(200, text, 'application/json', headers);
}

/** In JSON, or in the protobuf form that Go clients insist on. */
function swagger(table: KindTable, request: KubeRequest): KubeResponse {
  const [wanted] = parseAccept(request.headers.accept);
  const wantsProtobuf = wanted?.type === swaggerProtobufType || wanted?.type === oldSwaggerProtobufType;
  if (!wantsProtobuf) return document(JSON.stringify(swaggerDocument(table)), request);
  const known = madeFor(table);
  known.swagger ??= swaggerProtobuf(swaggerDocument(table));
  const body = known.swagger;
  return { status: 200, headers: { 'content-type': swaggerProtobufType }, body };
}
