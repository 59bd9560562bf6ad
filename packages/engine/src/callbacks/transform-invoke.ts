import { lowerOutputValues, type MonitorInvokeRequest } from '@radiant/model';
import { assertBounded } from '../operation/assert-bounded.ts';
import type { Operation } from '../operation/operation.ts';
import { upgraded } from '../operation/output-values.ts';
import { callbackError } from './callback-error.ts';
import { callProgram } from './program-callbacks.ts';

/** A call of a function as the stack's invoke transforms leave it, each seeing what the one before it returned. */
export async function transformInvoke(
  operation: Operation,
  request: MonitorInvokeRequest,
): Promise<MonitorInvokeRequest> {
  const { callbacks, progress, scrubber } = operation;
  let current = request;
  for (const transform of callbacks.invokeTransforms) {
    scrubber.add(current.args);
    const { token, args, provider, version, pluginDownloadUrl, pluginChecksums } = current;
    const asked = { token, args: upgraded(args), provider, version, pluginDownloadUrl, pluginChecksums };
    try {
      current = { ...current, ...(await callProgram(progress, () => transform(asked))) };
      assertBounded(current.args, (name) => `argument '${name}' of ${token}`);
    } catch (error) {
      throw callbackError(error, { code: 'TRANSFORM_FAILED', what: `a transform of the call of ${token} failed` });
    }
  }
  return current === request ? request : { ...current, args: lowerOutputValues(current.args) };
}
