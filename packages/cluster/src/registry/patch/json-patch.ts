import jsonPatch, { type Operation } from 'fast-json-patch';
import { ApiError } from '../../api-error.ts';

const maxOperations = 10_000;

/** RFC 6902. Throws ApiError: 400 for a patch that is not one, 413 for too many operations, 422 when it does not fit the object. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw noPatch('object', 'jsonpatch.Patch');
  if (patch.length > maxOperations) {
    throw new ApiError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
    );
  }
  let document: unknown = structuredClone(target);
  for (const [index, operation] of patch.entries()) {
    if (typeof operation !== 'object' || operation === null) throw noPatch(typeof operation, 'jsonpatch.Operation');
    document = applyOperation(document, operation as Operation, index);
  }
  return document;
}

function applyOperation(document: unknown, operation: Operation, index: number): unknown {
  try {
    const strayed = reachedPrototype(document, operation);
    if (strayed !== undefined) throw Object.assign(new Error(strayed), { name: strayed });
    return jsonPatch.applyOperation(document, operation, true, true, true, index).newDocument;
  } catch (error) {
    const name = (error as { name?: string }).name ?? '';
    const why = messages[name] ?? name.toLowerCase().replaceAll('_', ' ');
    throw new ApiError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${why} (operation ${index}: ${operation.op} ${operation.path})`,
    );
  }
}

/** The library finds what objects inherit (`/data/constructor`) as if it were theirs. */
function reachedPrototype(document: unknown, operation: Operation): string | undefined {
  const { path, from } = operation as { path?: unknown; from?: unknown };
  if (typeof from === 'string' && !isOwnPath(document, segmentsOf(from))) return 'OPERATION_FROM_UNRESOLVABLE';
  if (typeof path !== 'string') return undefined;
  const segments = segmentsOf(path);
  const mustExist = operation.op === 'replace' || operation.op === 'remove' || operation.op === 'test';
  return isOwnPath(document, mustExist ? segments : segments.slice(0, -1)) ? undefined : 'OPERATION_PATH_UNRESOLVABLE';
}

function isOwnPath(document: unknown, segments: readonly string[]): boolean {
  let place = document;
  for (const segment of segments) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, segment)) return false;
    place = (place as Record<string, unknown>)[segment];
  }
  return true;
}

function segmentsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function noPatch(given: string, wanted: string): ApiError {
  return new ApiError(400, 'BadRequest', `json: cannot unmarshal ${given} into Go value of type ${wanted}`);
}

const messages: Record<string, string> = {
  TEST_OPERATION_FAILED: 'testing value failed',
  OPERATION_PATH_UNRESOLVABLE: 'the path does not exist in the object',
  OPERATION_FROM_UNRESOLVABLE: 'the path to copy or move from does not exist in the object',
  TypeError: 'the path is not one of plain data',
};
