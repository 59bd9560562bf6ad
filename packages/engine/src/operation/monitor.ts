import {
  type ExistsResourceRequest,
  type Goal,
  type MonitorCallRequest,
  type MonitorInvokeRequest,
  OperationError,
  type PackageDescription,
  type PropertyMap,
  type ReadResourceRequest,
  type ResourceMonitor,
  type Urn,
} from '@radiant/model';
import { readResource } from '../register/read-resource.ts';
import { registerOutputs } from '../register/register-outputs.ts';
import { registerResource } from '../register/register-resource.ts';
import { callMethod } from './call-method.ts';
import { existsResource } from './exists-resource.ts';
import { invokeFunction } from './invoke.ts';
import type { MonitorLifetime } from './monitor-lifetime.ts';
import type { Operation } from './operation.ts';
import { PendingCalls } from './pending-calls.ts';

/** A program whose calls were cut off has nothing to tell but that; the reason has been told. */
function isBereft({ progress }: Operation): boolean {
  return progress.isProgramCut && !progress.mayBegin;
}

/** One for an operation, from its beginning to its end. */
export function createMonitor(operation: Operation): MonitorLifetime {
  const { request, reporter, callbacks, isPreview } = operation;
  const calls = new PendingCalls();
  const gate = Promise.withResolvers<void>();
  let isOpen = false;
  // A program that never calls does not hear of what kept the operation from beginning.
  gate.promise.then(
    () => {
      isOpen = true;
    },
    () => {},
  );
  const signalled = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isSettled = false;
  /** Hooks run while resources are deleted, and could declare one that is just going. */
  const refuseLate = async ({ type, name }: { readonly type: string; readonly name: string }): Promise<never> => {
    // After a failure nothing is deleted, and who is still declaring hears what the program hears.
    operation.progress.assertMayBegin();
    throw new OperationError({
      code: 'DECLARED_TOO_LATE',
      summary: `${type} '${name}' was declared too late`,
      detail: 'The program had declared everything, and what is not declared is being deleted.',
    });
  };
  const track = <Result>(work: () => Promise<Result>): Promise<Result> =>
    calls.track(isOpen ? work() : gate.promise.then(work));
  const monitor: ResourceMonitor = {
    info: {
      organization: request.organization,
      project: request.project,
      stack: request.stack,
      config: request.config,
      configSecretKeys: request.configSecretKeys,
      isDryRun: isPreview,
      parallel: request.parallel,
    },
    registerResource: (goal: Goal) => track(() => (isSettled ? refuseLate(goal) : registerResource(operation, goal))),
    registerResourceOutputs: (urn: Urn, outputs: PropertyMap) => track(() => registerOutputs(operation, urn, outputs)),
    readResource: (read: ReadResourceRequest) =>
      track(() => (isSettled ? refuseLate(read) : readResource(operation, read))),
    existsResource: (question: ExistsResourceRequest) => track(() => existsResource(operation, question)),
    invoke: (call: MonitorInvokeRequest) => track(() => invokeFunction(operation, call)),
    call: (call: MonitorCallRequest) => track(() => callMethod(operation, call)),
    registerPackage: async (description: PackageDescription) => operation.packages.register(description),
    registerStackTransform: (transform) => void callbacks.stackTransforms.push(transform),
    registerInvokeTransform: (transform) => void callbacks.invokeTransforms.push(transform),
    registerResourceHook: (hook) => callbacks.addHook({ kind: 'resource', hook }),
    registerErrorHook: (hook) => callbacks.addHook({ kind: 'error', hook }),
    signalAndWaitForShutdown: () => {
      signalled.resolve();
      return released.promise;
    },
    startDebugging: (debuggee) => reporter.startDebugging(debuggee),
    log: (diagnostic) => reporter.diagnose(isBereft(operation) ? { ...diagnostic, severity: 'debug' } : diagnostic),
  };
  return {
    monitor,
    pluginMonitor: { ...monitor, signalAndWaitForShutdown: async () => {} },
    openAfter: gate.resolve,
    isSignalled: signalled.promise,
    settled: async () => {
      await calls.ended();
      isSettled = true;
    },
    release: released.resolve,
  };
}
