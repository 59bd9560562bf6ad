import { childUrn, containsUnknown, type ExistsResourceRequest } from '@radiant/model';
import { readThing } from '../provider/provider-calls.ts';
import { resolveProvider } from '../provider/resolve-provider.ts';
import { assertInputsBounded } from './assert-bounded.ts';
import { freeContext, type Operation } from './operation.ts';

/** Asks a provider whether there is a thing of that id, and declares nothing. Undefined: nobody can tell yet. */
export async function existsResource(
  operation: Operation,
  request: ExistsResourceRequest,
): Promise<boolean | undefined> {
  const { packages, providers, progress, scrubber, stepping } = operation;
  const { type, id, inputs, parent, provider } = request;
  assertInputsBounded({ type, name: id ?? '' }, inputs);
  // SDKs name a provider that a preview has not created with an empty id here.
  const isServed = provider?.endsWith('::') !== true;
  if (id === undefined || !isServed || containsUnknown(inputs)) return undefined;
  scrubber.add(inputs);
  const plugin = packages.pluginOf(request);
  const handle = await providers.handle(
    await resolveProvider(operation, { token: type, name: type, parent, provider, plugin }),
    plugin.extension,
  );
  if (!handle.isConfigured) return undefined;
  const { stack, project } = operation.request;
  const urn = childUrn(stack, project, parent, type, id);
  const read = { urn, type, name: id, id, inputs, outputs: inputs };
  const found = await stepping.run(() => progress.untilTerminated(readThing(handle, read, freeContext(operation))));
  return found !== undefined;
}
