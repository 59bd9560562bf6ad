import {
  BugError,
  type CallResult,
  formatProviderReference,
  isProviderType,
  lowerOutputValues,
  type MonitorCallRequest,
  type MonitorCallResult,
  MonitorClosedError,
  OperationError,
  OutputValue,
  type PluginRequest,
  type PropertyValue,
  type Provider,
  packageOfType,
  ResourceReference,
  Secret,
  unknownId,
  urnType,
} from '@radiant/model';
import { complaint } from '../provider/complaint.ts';
import { type ProviderUser, resolveProvider } from '../provider/resolve-provider.ts';
import { assertBounded } from './assert-bounded.ts';
import { noteFailure } from './note-failure.ts';
import { freeContext, type Operation } from './operation.ts';
import { allDependencies, upgraded } from './output-values.ts';
import { isStop } from './progress.ts';

/**
 * Calls a method of a resource (engine reference 2.5). It may declare resources while it runs, so it holds no place of the
 * provider calls at a time. One that fails ends the operation.
 */
export async function callMethod(operation: Operation, request: MonitorCallRequest): Promise<MonitorCallResult> {
  try {
    operation.progress.assertMayBegin();
    return await call(operation, request);
  } catch (error) {
    const noted = noteFailure(operation, undefined, error);
    operation.progress.cutProgram();
    throw new MonitorClosedError(noted.message);
  }
}

async function call(operation: Operation, request: MonitorCallRequest): Promise<MonitorCallResult> {
  assertBounded(request.args, (name) => `argument '${name}' of ${request.token}`);
  operation.scrubber.add(request.args);
  const plugin = operation.packages.pluginOf(request);
  const reference = await providerOf(operation, request, plugin);
  const handle = await operation.providers.handle(reference, plugin.extension);
  if (!handle.isConfigured) return { result: {}, resultDependencies: {}, failures: [] };
  const answer = await ask(operation, handle.provider, request);
  assertBounded(answer.result, (name) => `the result '${name}' of ${request.token}`);
  const result = lowerOutputValues(answer.result);
  operation.scrubber.add(result);
  return { ...answer, result, resultDependencies: allDependencies(answer.result, answer.resultDependencies) };
}

async function ask(operation: Operation, provider: Provider, request: MonitorCallRequest): Promise<CallResult> {
  const { token } = request;
  const args = upgraded(request.args);
  const argDependencies = allDependencies(args, request.argDependencies);
  try {
    if (provider.call === undefined)
      throw new OperationError({ code: 'CALL_UNSUPPORTED', summary: 'the provider has no methods' });
    const called = provider.call({ token, args, argDependencies }, freeContext(operation));
    return await operation.progress.untilStopped(called);
  } catch (error) {
    // What was declared on the way may have failed, which has been told, or the operation is over.
    if (!operation.progress.mayBegin) throw new MonitorClosedError('the operation is ending');
    throw isStop(error) || error instanceof BugError ? error : callError(request, error);
  }
}

/** Pulumi: diagnostic 2017. */
function callError({ token, args }: MonitorCallRequest, error: unknown): OperationError {
  const reason = error instanceof Error ? complaint(error, args) : String(error);
  const { detail, remedy } = error instanceof OperationError ? error : {};
  return new OperationError({
    code: 'CALL_FAILED',
    summary: `call to function '${token}' failed: ${reason}`,
    detail,
    remedy,
    cause: error,
  });
}

/** The provider that serves the method: the one that is named, else that of the resource itself, else the package's own. */
async function providerOf(operation: Operation, request: MonitorCallRequest, plugin: PluginRequest): Promise<string> {
  const { token, args } = request;
  const self = selfOf(Object.hasOwn(args, '__self__') ? args.__self__ : undefined);
  if (isProviderType(token)) return resolveProvider(operation, providerItself(token, self, plugin));
  const parent = self?.urn;
  const own = parent === undefined ? undefined : operation.registrations.get(parent)?.result?.state.provider;
  const isOwn =
    parent !== undefined && own !== undefined && own !== '' && packageOfType(urnType(parent)) === packageOfType(token);
  const provider = request.provider ?? (isOwn ? own : undefined);
  return resolveProvider(operation, { token, name: token, parent, provider, plugin });
}

/** A method of a provider is served by that provider itself. */
function providerItself(token: string, self: ResourceReference | undefined, plugin: PluginRequest): ProviderUser {
  if (self === undefined || !isProviderType(urnType(self.urn)) || self.id === undefined)
    throw new OperationError({
      code: 'CALL_WITHOUT_PROVIDER',
      summary: `missing __self__ argument for provider method call '${token}'`,
      detail: 'It names no provider. This is a fault of the SDK of the package.',
    });
  const provider = formatProviderReference({ urn: self.urn, id: typeof self.id === 'string' ? self.id : unknownId });
  return { token: urnType(self.urn), name: token, provider, plugin };
}

function selfOf(value: PropertyValue | undefined): ResourceReference | undefined {
  if (value instanceof ResourceReference) return value;
  if (value instanceof Secret || value instanceof OutputValue) return selfOf(value.value);
  return undefined;
}
