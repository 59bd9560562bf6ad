import {
  containsUnknown,
  lowerOutputValues,
  type MonitorInvokeRequest,
  type MonitorInvokeResult,
  OperationError,
  type Urn,
} from '@radiant/model';
import { accepted } from '../provider/provider-calls.ts';
import { resolveProvider } from '../provider/resolve-provider.ts';
import type { Operation } from './operation.ts';

/** Calls a provider's function. In a preview, what hangs on something unknown is unknown, and nobody is asked. */
export async function invokeFunction(
  operation: Operation,
  request: MonitorInvokeRequest,
): Promise<MonitorInvokeResult> {
  const { token, version, pluginDownloadUrl, parent, provider } = request;
  if (request.packageRef !== undefined)
    throw new OperationError({
      code: 'OPTION_UNSUPPORTED',
      summary: `${token} belongs to a parameterised package, which this version of Radiant does not support`,
    });
  operation.scrubber.add(request.args);
  const args = lowerOutputValues(request.args);
  if (containsUnknown(args) || leansOnUnknown(operation, request.dependsOn)) return { kind: 'unknown' };
  const plugin = {
    ...(version === undefined ? {} : { version }),
    ...(pluginDownloadUrl === undefined ? {} : { downloadUrl: pluginDownloadUrl }),
  };
  const reference = await resolveProvider(operation, { token, name: token, parent, provider, plugin });
  const handle = await operation.providers.handle(reference);
  if (!handle.isConfigured) return { kind: 'unknown' };
  const { isPreview } = operation;
  const answer = await operation.planning.run(() =>
    operation.progress.untilTerminated(
      handle.provider.invoke({ token, args: accepted(handle.provider, args), isPreview }, invokeContext(operation)),
    ),
  );
  operation.scrubber.add(answer.result);
  return { kind: 'known', ...answer };
}

function invokeContext({ progress, reporter }: Operation) {
  return {
    signal: progress.signal,
    report: (message: string) => reporter.diagnose({ severity: 'info', message, isEphemeral: true }),
    warn: (message: string) => reporter.diagnose({ severity: 'warning', message }),
  };
}

/** Whether one of `urns`, or something under one that is a component, does not exist yet. */
function leansOnUnknown(operation: Operation, urns: readonly Urn[]): boolean {
  if (!operation.isPreview) return false;
  const open = urns.flatMap((urn) => operation.registrations.get(urn) ?? []);
  for (let registration = open.pop(); registration !== undefined; registration = open.pop()) {
    if (registration.goal.kind === 'component') open.push(...(operation.children.get(registration.urn) ?? []));
    else if (registration.result === undefined || registration.result.hasUnknown) return true;
  }
  return false;
}
