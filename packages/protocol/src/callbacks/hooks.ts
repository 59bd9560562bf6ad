import {
  type ErrorHook,
  type HookRequest,
  type PropertyMap,
  type ResourceHook,
  type ResourceState,
  unknownId,
  urnName,
} from '@radiant/model';
import {
  ErrorHookRequest,
  ErrorHookResponse,
  type RegisterErrorHookRequest,
  type RegisterResourceHookRequest,
  ResourceHookRequest,
  ResourceHookResponse,
  ResourceOptions,
} from '../messages/callback-messages.ts';
import { encodeCustomTimeouts } from '../monitor/encode-options.ts';
import { writeProperties, writePropertyValue } from '../properties/write-properties.ts';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';
import type { MessageOf } from '../wire/message.ts';
import type { Callback, CallbackCaller } from './callback-caller.ts';

export type HookDeclaration = MessageOf<typeof RegisterResourceHookRequest>;
export type ErrorHookDeclaration = MessageOf<typeof RegisterErrorHookRequest>;

/** Throws RpcError when the declaration names no function. */
export function resourceHook(caller: CallbackCaller, declaration: HookDeclaration): ResourceHook {
  const { name, onDryRun, ignoreErrors } = declaration;
  const callback = functionOf(declaration);
  return {
    name,
    runsOnDryRun: onDryRun,
    ignoresErrors: ignoreErrors,
    async run(request) {
      const { error } = await caller.call(callback, ResourceHookRequest, ResourceHookResponse, encodeRequest(request));
      if (error !== '') throw new Error(error);
    },
  };
}

/** Throws RpcError when the declaration names no function. */
export function errorHook(caller: CallbackCaller, declaration: ErrorHookDeclaration): ErrorHook {
  const callback = functionOf(declaration);
  return {
    name: declaration.name,
    async wantsRetry({ failedOperation, errors, ...states }) {
      const { old } = states;
      const request = ErrorHookRequest.of({
        ...subjectFields(states),
        oldOutputs: old && properties(old.outputs),
        failedOperation,
        errors,
      });
      const { error, retry } = await caller.call(callback, ErrorHookRequest, ErrorHookResponse, request);
      if (error !== '') throw new Error(error);
      return retry;
    },
  };
}

function functionOf({ name, callback }: ErrorHookDeclaration): Callback {
  if (name === '') throw new RpcError(statusCodes.invalidArgument, 'resource hook name cannot be empty');
  if (callback === undefined)
    throw new RpcError(statusCodes.invalidArgument, `the hook ${JSON.stringify(name)} names no function`);
  return callback;
}

/** Before a step there are no new outputs yet. */
function encodeRequest({ moment, ...states }: HookRequest): MessageOf<typeof ResourceHookRequest> {
  const { old, new: current } = states;
  const isDone = moment.startsWith('after');
  return ResourceHookRequest.of({
    ...subjectFields(states),
    newOutputs: isDone && current !== undefined ? properties(current.outputs) : undefined,
    oldOutputs: old && properties(old.outputs),
  });
}

function subjectFields(states: Pick<HookRequest, 'old' | 'new'>) {
  const { old, new: current } = states;
  const { urn, type, id } = (current ?? old)!;
  return {
    urn,
    id: id === unknownId ? '' : id,
    name: urnName(urn),
    type,
    newInputs: current && properties(current.inputs),
    oldInputs: old && properties(old.inputs),
    newOptions: current && encodeOptions(current),
    oldOptions: old && encodeOptions(old),
  };
}

/** Secrets stay secrets: the SDK gives them to the function as such. */
function properties(values: PropertyMap): Uint8Array {
  return writeProperties(values);
}

/** As they are recorded, which is not all that a program may say. */
function encodeOptions(state: ResourceState): ResourceOptions {
  const { customTimeouts, replacementTrigger } = state;
  const hasTimeouts = Object.values(customTimeouts).some((seconds) => seconds !== undefined);
  return ResourceOptions.of({
    dependsOn: state.dependencies,
    protect: state.isProtected,
    ignoreChanges: state.ignoreChanges,
    replaceOnChanges: state.replaceOnChanges,
    provider: state.provider,
    customTimeouts: hasTimeouts ? encodeCustomTimeouts(customTimeouts) : undefined,
    retainOnDelete: state.retainOnDelete,
    deletedWith: state.deletedWith ?? '',
    additionalSecretOutputs: state.additionalSecretOutputs,
    hooks: state.hooks,
    importId: state.importId ?? '',
    hideDiff: state.hideDiffs,
    replaceWith: state.replaceWith,
    replacementTrigger: replacementTrigger === undefined ? undefined : writePropertyValue(replacementTrigger),
    parent: state.parent ?? '',
  });
}
