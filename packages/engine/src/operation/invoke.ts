import {
  containsUnknown,
  lowerOutputValues,
  type MonitorInvokeRequest,
  type MonitorInvokeResult,
  type Urn,
  unknownId,
} from '@radiant/model';
import { transformInvoke } from '../callbacks/transform-invoke.ts';
import { invokeFunctionOf } from '../provider/provider-calls.ts';
import { inheritedProvider, resolveProvider } from '../provider/resolve-provider.ts';
import type { Registration } from '../register/registration.ts';
import { assertBounded } from './assert-bounded.ts';
import { freeContext, type Operation } from './operation.ts';

/** Calls a provider's function. In a preview, what hangs on something unknown is unknown, and nobody is asked. */
export async function invokeFunction(
  operation: Operation,
  declared: MonitorInvokeRequest,
): Promise<MonitorInvokeResult> {
  assertBounded(declared.args, (name) => `argument '${name}' of ${declared.token}`);
  // As resources do, functions show their transforms the provider that serves them.
  const served = declared.provider ?? inheritedProvider(operation, declared.parent, declared.token);
  const request = await transformInvoke(operation, { ...declared, provider: served });
  const { token, provider } = request;
  operation.scrubber.add(request.args);
  const args = lowerOutputValues(request.args);
  if (containsUnknown(args) || leansOnUnknown(operation, request.dependsOn)) return { kind: 'unknown' };
  const plugin = operation.packages.pluginOf(request);
  const reference = await resolveProvider(operation, { token, name: token, provider, plugin });
  const handle = await operation.providers.handle(reference, plugin.extension);
  if (!handle.isConfigured) return { kind: 'unknown' };
  const { isPreview } = operation;
  const answer = await operation.planning.run(() =>
    operation.progress.untilTerminated(invokeFunctionOf(handle, { token, args, isPreview }, freeContext(operation))),
  );
  operation.scrubber.add(answer.result);
  return { kind: 'known', ...answer };
}

/** Whether one of `urns`, or something under one that is a component, does not exist yet. */
function leansOnUnknown(operation: Operation, urns: readonly Urn[]): boolean {
  const open = urns.flatMap((urn) => operation.registrations.get(urn) ?? []);
  for (let registration = open.pop(); registration !== undefined; registration = open.pop()) {
    if (registration.goal.kind === 'component') open.push(...(operation.children.get(registration.urn) ?? []));
    else if (isUnknown(operation, registration)) return true;
  }
  return false;
}

/**
 * What a preview has not come to is not known yet; what is not made is not known ever. What exists may be asked about, even
 * if this operation changes it (engine reference 2.5).
 */
function isUnknown({ isPreview }: Operation, { result, absence }: Registration): boolean {
  if (result === undefined) return isPreview || absence !== undefined;
  const { id } = result.state;
  return isPreview && (id === '' || id === unknownId);
}
