import jsonPatch from 'fast-json-patch';
import { ApiError } from '../../api-error.ts';

const maxOperations = 10_000;

/** RFC 6902. Throws ApiError: 400 for a patch that is not one, 413 for too many operations, 422 when it does not fit the object. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw new ApiError(400, 'BadRequest', 'json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > maxOperations) {
    throw new ApiError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
    );
  }
  try {
    return jsonPatch.applyPatch(structuredClone(target), patch, true, true, true).newDocument;
  } catch (error) {
    const name = (error as { name?: string }).name ?? '';
    const index = (error as { index?: number }).index;
    const operation = index === undefined ? undefined : (patch[index] as { op?: string; path?: string } | undefined);
    const where = operation === undefined ? '' : ` (operation ${index}: ${operation.op} ${operation.path})`;
    throw new ApiError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${messages[name] ?? name.toLowerCase().replaceAll('_', ' ')}${where}`,
    );
  }
}

const messages: Record<string, string> = {
  TEST_OPERATION_FAILED: 'testing value failed',
  OPERATION_PATH_UNRESOLVABLE: 'the path does not exist in the object',
  OPERATION_FROM_UNRESOLVABLE: 'the path to copy or move from does not exist in the object',
};
