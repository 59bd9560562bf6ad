import type { ErrorHook, InvokeTransform, ResourceHook, ResourceTransform } from '@radiant/model';
import type { CallLog } from '../rpc/call-log.ts';
import { type Callback, createCallbackCaller } from './callback-caller.ts';
import { type ErrorHookDeclaration, errorHook, type HookDeclaration, resourceHook } from './hooks.ts';
import { type AnswerDecoding, invokeTransform, resourceTransform } from './transforms.ts';

/** The functions that a program offers, as what the engine calls. */
export interface Callbacks {
  resourceTransform(callback: Callback): ResourceTransform;
  invokeTransform(callback: Callback): InvokeTransform;
  resourceHook(declaration: HookDeclaration): ResourceHook;
  errorHook(declaration: ErrorHookDeclaration): ErrorHook;
  /** Ends the connections to the program. */
  close(): void;
}

export function createCallbacks(decoding: AnswerDecoding, log?: CallLog): Callbacks {
  const caller = createCallbackCaller(log);
  return {
    resourceTransform: (callback) => resourceTransform(caller, callback, decoding),
    invokeTransform: (callback) => invokeTransform(caller, callback, decoding),
    resourceHook: (declaration) => resourceHook(caller, declaration),
    errorHook: (declaration) => errorHook(caller, declaration),
    close: () => caller.close(),
  };
}
