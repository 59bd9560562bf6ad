import { ApiError } from '../api-error.ts';
import { badRequest } from '../registry/context.ts';
import { duplicateFields } from './duplicate-fields.ts';
import type { KubeRequest } from './http-messages.ts';
import { refuseDeepNesting } from './nesting.ts';

export interface ParsedBody {
  readonly value: unknown;
  /** Paths of fields that occur twice in one object; the last one counts. */
  readonly duplicates: readonly string[];
}

/** `application/json` when the client does not say. */
export function contentTypeOf(request: KubeRequest): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]!.trim().toLowerCase();
}

export const protobufType = 'application/vnd.kubernetes.protobuf';

/** A body in JSON, YAML or protobuf. Throws ApiError 415 for other types, 400 when it cannot be read. */
export async function parseBody(request: KubeRequest): Promise<ParsedBody> {
  const type = contentTypeOf(request);
  const { body = '' } = request;
  if (type === protobufType && body.length > 0) {
    const { decodeProtobuf } = await import('./protobuf.ts');
    return { value: decodeProtobuf(typeof body === 'string' ? Buffer.from(body) : body), duplicates: [] };
  }
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  if (text === '') return { value: undefined, duplicates: [] };
  if (type === 'application/yaml' || type === 'application/apply-patch+yaml') return parseYaml(text);
  if (type === 'application/json' || type.endsWith('+json') || type === '') return parseJson(text);
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

function parseJson(text: string): ParsedBody {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

function read(text: string): ParsedBody {
  const value: unknown = JSON.parse(text);
  refuseDeepNesting(value);
  return { value, duplicates: duplicateFields(text) };
}

/** JSON is YAML, and what clients mostly send under that name; the YAML library is loaded for anything else. */
async function parseYaml(text: string): Promise<ParsedBody> {
  if (text.trimStart().startsWith('{')) {
    try {
      return read(text);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      // Flow-style YAML looks alike.
    }
  }
  const { parseDocument } = await import('yaml');
  try {
    const document = parseDocument(text, { version: '1.1', uniqueKeys: true });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    refuseDeepNesting(value);
    return { value, duplicates: [] };
  } catch (error) {
    // Aliases that do not exist or multiply without end are found on the way to values, endless nesting by the stack.
    if (error instanceof ApiError) throw error;
    throw badRequest(`error converting YAML to JSON: yaml: ${(error as Error).message.split('\n')[0]}`);
  }
}
