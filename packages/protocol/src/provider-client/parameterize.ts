import { OperationError, type Parameterization } from '@radiant/model';
import * as wire from '../messages/provider-messages.ts';
import { isUnimplemented } from './provider-errors.ts';
import type { ProviderRpc } from './provider-rpc.ts';

/**
 * Gives a plugin a parameter: what an SDK carries, or words as a person would give them. Throws OperationError when it takes
 * none, or says that it serves another package than the SDK is for.
 */
export async function parameterize(
  rpc: ProviderRpc,
  packageName: string,
  parameters: Parameterization | readonly string[],
): Promise<void> {
  const isValue = 'value' in parameters;
  const request = wire.ParameterizeRequest.of(
    isValue
      ? { value: { ...parameters, value: Buffer.from(parameters.value, 'base64') } }
      : { args: { args: [...parameters] } },
  );
  const reply = await rpc
    .call('Parameterize', wire.ParameterizeRequest, wire.ParameterizeResponse, request)
    .catch((error: unknown) => {
      if (!isUnimplemented(error)) throw error;
      throw new OperationError({
        code: 'PARAMETER_REFUSED',
        summary: `the plugin of package "${packageName}" takes no parameters`,
        detail: isValue
          ? `The program uses the package ${parameters.name} ${parameters.version}, which is to be served with one.`
          : `The project gives it: ${parameters.join(' ')}`,
        cause: error,
      });
    });
  if (!isValue || reply.name === parameters.name) return;
  throw new OperationError({
    code: 'PARAMETER_MISUNDERSTOOD',
    summary: `the plugin of package "${packageName}" was given the parameter of ${parameters.name}, and serves "${reply.name}" with it`,
    detail: 'Its SDK and the plugin do not belong together, or this is a fault of the plugin.',
  });
}
