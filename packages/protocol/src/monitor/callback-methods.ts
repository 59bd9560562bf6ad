import type { ResourceMonitor } from '@radiant/model';
import type { Callbacks } from '../callbacks/callbacks.ts';
import { RegisterErrorHookRequest, RegisterResourceHookRequest } from '../messages/callback-messages.ts';
import { Callback, Empty } from '../messages/common-messages.ts';
import { type UnaryMethod, unary } from '../rpc/unary-service.ts';

const servicePath = '/pulumirpc.ResourceMonitor/';

/** The calls with which a program offers functions of its own. */
export function callbackMethods(monitor: ResourceMonitor, callbacks: Callbacks): readonly UnaryMethod[] {
  return [
    unary(`${servicePath}RegisterStackTransform`, Callback, Empty, (callback) => {
      monitor.registerStackTransform(callbacks.resourceTransform(callback));
      return {};
    }),
    unary(`${servicePath}RegisterStackInvokeTransform`, Callback, Empty, (callback) => {
      monitor.registerInvokeTransform(callbacks.invokeTransform(callback));
      return {};
    }),
    unary(`${servicePath}RegisterResourceHook`, RegisterResourceHookRequest, Empty, (request) => {
      monitor.registerResourceHook(callbacks.resourceHook(request));
      return {};
    }),
    unary(`${servicePath}RegisterErrorHook`, RegisterErrorHookRequest, Empty, (request) => {
      monitor.registerErrorHook(callbacks.errorHook(request));
      return {};
    }),
  ];
}
