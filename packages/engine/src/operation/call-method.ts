import {
  formatProviderReference,
  isProviderType,
  lowerOutputValues,
  type MonitorCallRequest,
  type MonitorCallResult,
  MonitorClosedError,
  OperationError,
  OutputValue,
  type PropertyValue,
  packageOfType,
  ResourceReference,
  Secret,
  urnType,
} from '@radiant/model';
import { resolveProvider } from '../provider/resolve-provider.ts';
import { noteFailure } from '../register/register-resource.ts';
import { freeContext, type Operation } from './operation.ts';

/**
 * Calls a method of a resource (engine reference 2.5). It may declare resources while it runs, so it holds no place of the
 * provider calls at a time. One that fails ends the operation.
 */
export async function callMethod(operation: Operation, request: MonitorCallRequest): Promise<MonitorCallResult> {
  try {
    operation.progress.assertMayBegin();
    return await call(operation, request);
  } catch (error) {
    const noted = noteFailure(operation, undefined, callError(operation, request.token, error));
    operation.progress.cutProgram();
    throw new MonitorClosedError(noted.message);
  }
}

async function call(operation: Operation, request: MonitorCallRequest): Promise<MonitorCallResult> {
  const { token, args, argDependencies } = request;
  operation.scrubber.add(args);
  const handle = await operation.providers.handle(await providerOf(operation, request));
  if (!handle.isConfigured) return { result: {}, resultDependencies: {}, failures: [] };
  if (handle.provider.call === undefined)
    throw new OperationError({ code: 'CALL_UNSUPPORTED', summary: 'the provider has no methods' });
  const answer = await operation.progress.untilStopped(
    handle.provider.call({ token, args, argDependencies }, freeContext(operation)),
  );
  const result = lowerOutputValues(answer.result);
  operation.scrubber.add(result);
  return { ...answer, result };
}

/** The provider that serves the method: the one that is named, else that of the resource itself, else the package's own. */
async function providerOf(operation: Operation, request: MonitorCallRequest): Promise<string> {
  const { token } = request;
  const self = selfOf(request.args.__self__);
  if (request.provider === undefined && self !== undefined && isProviderType(urnType(self.urn)))
    return formatProviderReference({ urn: self.urn, id: typeof self.id === 'string' ? self.id : '' });
  const parent = self?.urn;
  const plugin = operation.packages.pluginOf(request);
  const own = parent === undefined ? undefined : operation.registrations.get(parent)?.result?.state.provider;
  const isOwn =
    parent !== undefined && own !== undefined && own !== '' && packageOfType(urnType(parent)) === packageOfType(token);
  const provider = request.provider ?? (isOwn ? own : undefined);
  return resolveProvider(operation, { token, name: token, parent, provider, plugin });
}

function selfOf(value: PropertyValue | undefined): ResourceReference | undefined {
  if (value instanceof ResourceReference) return value;
  if (value instanceof Secret || value instanceof OutputValue) return selfOf(value.value);
  return undefined;
}

/** Pulumi: diagnostic 2017. What was declared on the way may have failed, which has been told. */
function callError({ progress }: Operation, token: string, error: unknown): unknown {
  if (!progress.mayBegin) return new MonitorClosedError('the operation is ending');
  if (!(error instanceof OperationError)) return error;
  const { code, summary, detail, remedy, urn, exitCode } = error;
  return new OperationError({
    code,
    summary: `call to function '${token}' failed: ${summary}`,
    detail,
    remedy,
    urn,
    exitCode,
    cause: error,
  });
}
