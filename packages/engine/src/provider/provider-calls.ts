import {
  type CallContext,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  containsSecret,
  type DiffRequest,
  type DiffResult,
  type InvokeRequest,
  type InvokeResult,
  isPropertyMap,
  mapEntries,
  mapProperty,
  OperationError,
  OutcomeUnknownError,
  type PropertyMap,
  type Provider,
  type ReadRequest,
  type ReadResult,
  ResourceReference,
  revealSecrets,
  Secret,
  Unknown,
  type UpdateRequest,
  type UpdateResult,
} from '@radiant/model';
import { assertBounded } from '../operation/assert-bounded.ts';
import type { ProviderHandle } from './provider-handle.ts';
import { unknownNames } from './recordable.ts';

/** `unavailable`: the provider cannot be asked, since it is not configured yet. */
export type DiffAnswer = DiffResult | { readonly kind: 'unavailable' };

export async function checkInputs(handle: ProviderHandle, request: CheckRequest): Promise<CheckResult> {
  if (!handle.isConfigured) return { inputs: request.newInputs, failures: [] };
  const { provider } = handle;
  const answer = await provider.check({
    ...request,
    ...(request.oldInputs === undefined ? {} : { oldInputs: accepted(provider, request.oldInputs) }),
    newInputs: accepted(provider, request.newInputs),
  });
  assertAnswerBounded(request, 'Check', 'inputs', answer.inputs);
  return { ...answer, inputs: resecreted(provider, answer.inputs, request.newInputs) };
}

export async function diffInputs(handle: ProviderHandle, request: DiffRequest): Promise<DiffAnswer> {
  if (!handle.isConfigured) return { kind: 'unavailable' };
  return handle.provider.diff(acceptedDiff(handle.provider, request));
}

export async function mustDeleteFirst(handle: ProviderHandle, request: DiffRequest): Promise<boolean> {
  const { provider, isConfigured } = handle;
  if (!isConfigured || provider.mustDeleteFirst === undefined) return false;
  return provider.mustDeleteFirst(acceptedDiff(provider, request));
}

/** In a preview the result is what the provider foresees; without such a gift, the inputs stand for the outputs. */
export async function createThing(
  handle: ProviderHandle,
  request: CreateRequest,
  context: CallContext,
): Promise<CreateResult> {
  const { provider } = handle;
  if (request.isPreview && !handle.isConfigured) return { id: '', outputs: {} };
  if (request.isPreview && !handle.foresees) return { id: '', outputs: request.inputs };
  const answer = await provider.create({ ...request, inputs: accepted(provider, request.inputs) }, context);
  // Something may be there that nobody can find by an id.
  if (answer.id === '' && !request.isPreview)
    throw new OutcomeUnknownError(
      `the provider of ${request.type} returned an empty ID for what it has created\n` +
        'Without one it cannot be recorded. This is a fault of the provider.',
    );
  return { ...answer, outputs: resecreted(provider, answer.outputs, request.inputs) };
}

export async function updateThing(
  handle: ProviderHandle,
  request: UpdateRequest,
  context: CallContext,
): Promise<UpdateResult> {
  const { provider } = handle;
  if (request.isPreview && !handle.isConfigured) return { outputs: {} };
  if (request.isPreview && !handle.foresees) return { outputs: request.newInputs };
  const answer = await provider.update(
    {
      ...request,
      oldInputs: accepted(provider, request.oldInputs),
      oldOutputs: accepted(provider, request.oldOutputs),
      newInputs: accepted(provider, request.newInputs),
    },
    context,
  );
  return { ...answer, outputs: resecreted(provider, answer.outputs, request.newInputs) };
}

export async function readThing(
  handle: ProviderHandle,
  request: ReadRequest,
  context: CallContext,
): Promise<ReadResult> {
  const { provider } = handle;
  const answer = await provider.read(
    {
      ...request,
      ...(request.inputs === undefined ? {} : { inputs: accepted(provider, request.inputs) }),
      ...(request.outputs === undefined ? {} : { outputs: accepted(provider, request.outputs) }),
    },
    context,
  );
  if (answer === undefined) return undefined;
  if (answer.id === '')
    throw new OperationError({
      code: 'PROVIDER_RETURNED_NO_ID',
      summary: `the provider of ${request.type} answered Read with an empty ID`,
      detail: 'What is gone has no answer at all. This is a fault of the provider.',
      urn: request.urn,
    });
  assertAnswerBounded(request, 'Read', 'inputs', answer.inputs ?? {});
  assertAnswerBounded(request, 'Read', 'outputs', answer.outputs);
  // A preview may read with inputs that are unknown yet, and get them back.
  if (unknownNames(request.inputs ?? {}).length === 0) {
    assertKnown(request, 'Read', 'inputs', answer.inputs ?? {});
    assertKnown(request, 'Read', 'outputs', answer.outputs);
  }
  const secretsOf = request.inputs ?? {};
  return {
    ...answer,
    outputs: resecreted(provider, resecreted(provider, answer.outputs, secretsOf), request.outputs ?? {}),
    ...(answer.inputs === undefined ? {} : { inputs: resecreted(provider, answer.inputs, secretsOf) }),
  };
}

/** A function of a provider that knows no secrets and was given one: all that comes of it is secret (Pulumi: Invoke). */
export async function invokeFunctionOf(
  { provider }: ProviderHandle,
  { token, args, isPreview }: InvokeRequest,
  context: CallContext,
): Promise<InvokeResult> {
  const answer = await provider.invoke({ token, args: accepted(provider, args), isPreview }, context);
  assertBounded(answer.result, (name) => `the result '${name}' of ${token}`);
  const [unknown] = isPreview ? [] : unknownNames(answer.result);
  if (unknown !== undefined)
    throw new OperationError({
      code: 'PROVIDER_ANSWERED_UNKNOWN',
      summary: `${token} answered with an unknown value for '${unknown}'`,
      detail: 'Values may be unknown in previews alone. This is a fault of the provider.',
    });
  if (provider.capabilities.acceptsSecrets || !containsSecret(args)) return answer;
  return {
    ...answer,
    result: mapEntries(answer.result, (value) => (containsSecret(value) ? value : new Secret(value))),
  };
}

function assertAnswerBounded(
  { urn, type }: Pick<CheckRequest, 'urn' | 'type'>,
  method: string,
  part: string,
  values: PropertyMap,
): void {
  assertBounded(values, (name) => `the provider of ${type} answered ${method} with ${part} whose '${name}'`, urn);
}

/** What exists is known: an unknown value in such an answer would be recorded, and reach what depends on it. */
export function assertKnown(
  { urn, type }: Pick<CheckRequest, 'urn' | 'type'>,
  method: string,
  part: string,
  values: PropertyMap,
): void {
  const [name] = unknownNames(values);
  if (name === undefined) return;
  throw new OperationError({
    code: 'PROVIDER_ANSWERED_UNKNOWN',
    summary: `the provider of ${type} answered ${method} with an unknown value for '${name}' of the ${part}`,
    detail: 'Values may be unknown in previews alone. This is a fault of the provider.',
    urn,
  });
}

function acceptedDiff(provider: Provider, request: DiffRequest): DiffRequest {
  return {
    ...request,
    oldInputs: accepted(provider, request.oldInputs),
    oldOutputs: accepted(provider, request.oldOutputs),
    newInputs: accepted(provider, request.newInputs),
  };
}

/** The values as the provider wants them: secrets opened and references lowered when it does not know them. */
export function accepted(provider: Provider, values: PropertyMap): PropertyMap {
  const { acceptsSecrets, acceptsResources } = provider.capabilities;
  const opened = acceptsSecrets ? values : revealSecrets(values);
  return acceptsResources ? opened : lowerReferences(opened);
}

/** A custom resource becomes its id, a component its URN (Pulumi: a peer that does not accept resources). */
function lowerReferences(values: PropertyMap): PropertyMap {
  return mapProperty(values, (value) => {
    if (!(value instanceof ResourceReference)) return value;
    if (value.id === undefined) return value.urn;
    if (!(value.id instanceof Unknown) || value.id.source !== undefined) return value.id;
    return new Unknown({ urn: value.urn, property: 'id' });
  }) as PropertyMap;
}

/** What a provider that does not know secrets answered, secret again by key (Pulumi: annotateSecrets). */
export function resecreted(provider: Provider, answered: PropertyMap, asked: PropertyMap): PropertyMap {
  return provider.capabilities.acceptsSecrets ? answered : markSecrets(answered, asked);
}

/** Values that are secret wherever those of `like` are. Map by map, so that a secret in one field does not make its neighbours secret; any other value as a whole. */
export function markSecrets(values: PropertyMap, like: PropertyMap): PropertyMap {
  return mapEntries(values, (value, key) => {
    const model = Object.hasOwn(like, key) ? like[key] : undefined;
    if (isPropertyMap(value) && isPropertyMap(model)) return markSecrets(value, model);
    return !(value instanceof Secret) && containsSecret(model) ? new Secret(value) : value;
  });
}
