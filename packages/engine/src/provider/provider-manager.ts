import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type DiffRequest,
  type DiffResult,
  OperationError,
  type PropertyMap,
  type Provider,
  propertyEquals,
  type Random,
  type UpdateRequest,
  unknownId,
} from '@radiant/model';
import { markSecrets } from './provider-calls.ts';
import type { ProviderHandle } from './provider-handle.ts';
import { internalKey, isConfigKnown, providerConfig } from './provider-inputs.ts';
import type { ProviderRegistry } from './provider-registry.ts';

/**
 * The provider of providers: lets `pulumi:providers:*` resources go through the same steps as all others (Pulumi:
 * providers.Registry).
 */
export function providerManager(registry: ProviderRegistry, random: Random): ProviderHandle {
  const provider: Provider = {
    capabilities: { acceptsSecrets: true, acceptsResources: true, supportsPreview: true },
    check: (request) => checkProvider(registry, request),
    diff: (request) => diffProvider(registry, request),
    async create(request: CreateRequest) {
      const id = request.isPreview ? unknownId : random.uuid();
      const { outputs } = await registry.configure({
        urn: request.urn,
        type: request.type,
        id,
        inputs: request.inputs,
      });
      return { id, outputs };
    },
    async update(request: UpdateRequest) {
      const { urn, type, id, newInputs } = request;
      const old = { inputs: request.oldInputs, outputs: request.oldOutputs };
      return registry.configure({ urn, type, id, inputs: newInputs, old });
    },
    read: async ({ id, inputs, outputs }) => ({ id, inputs: inputs ?? {}, outputs: outputs ?? {} }),
    delete: async () => {},
    close: async () => {},
    checkConfig: refuse,
    diffConfig: refuse,
    configure: refuse,
    invoke: refuse,
  };
  return { reference: '', provider, isConfigured: true, foresees: true };
}

async function checkProvider(registry: ProviderRegistry, request: CheckRequest): Promise<CheckResult> {
  const { newInputs } = request;
  const provider = await registry.stage(request.urn, request.type, newInputs);
  const checked = await provider.checkConfig({
    ...request,
    newInputs: providerConfig(newInputs),
    ...(request.oldInputs === undefined ? {} : { oldInputs: providerConfig(request.oldInputs) }),
  });
  const kept: Record<string, PropertyMap[string]> = {};
  for (const key of [internalKey, 'version']) if (Object.hasOwn(newInputs, key)) kept[key] = newInputs[key]!;
  // Plugins are asked about plain values, whatever they accept.
  return { ...checked, inputs: { ...markSecrets(checked.inputs, newInputs), ...kept } };
}

/** A provider is only replaced when it says so itself; what it cannot compare is compared by value. */
async function diffProvider(registry: ProviderRegistry, request: DiffRequest): Promise<DiffResult> {
  const provider = await registry.stage(request.urn, request.type, request.newInputs);
  const update: DiffResult = { kind: 'some', replaceKeys: [], deleteBeforeReplace: false, diffs: [] };
  if (!isConfigKnown(request.newInputs)) return update;
  const oldInputs = providerConfig(request.oldInputs);
  const newInputs = providerConfig(request.newInputs);
  const answer = await provider.diffConfig({ ...request, oldInputs, newInputs });
  if (answer.kind !== 'unknown') return answer;
  return propertyEquals(request.oldInputs, request.newInputs) ? { kind: 'none' } : update;
}

async function refuse(): Promise<never> {
  throw new OperationError({
    code: 'PROVIDER_MANAGER_CALL',
    summary: 'a provider resource has neither functions nor configuration of its own',
  });
}
