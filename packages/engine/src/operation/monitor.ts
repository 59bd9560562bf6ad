import type {
  Goal,
  MonitorCallRequest,
  MonitorInvokeRequest,
  PackageDescription,
  PropertyMap,
  ReadResourceRequest,
  ResourceMonitor,
  Urn,
} from '@radiant/model';
import { readResource } from '../register/read-resource.ts';
import { registerOutputs } from '../register/register-outputs.ts';
import { registerResource } from '../register/register-resource.ts';
import { callMethod } from './call-method.ts';
import { invokeFunction } from './invoke.ts';
import type { MonitorLifetime } from './monitor-lifetime.ts';
import type { Operation } from './operation.ts';

/** One for an operation, from its beginning to its end. */
export function createMonitor(operation: Operation): MonitorLifetime {
  const { request, reporter, isPreview } = operation;
  const calls = new Set<Promise<unknown>>();
  const gate = Promise.withResolvers<void>();
  // A program that never calls does not hear of what kept the operation from beginning.
  gate.promise.catch(() => {});
  const signalled = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const track = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const call = gate.promise.then(work);
    calls.add(call);
    try {
      return await call;
    } finally {
      calls.delete(call);
    }
  };
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
    registerResource: (goal: Goal) => track(() => registerResource(operation, goal)),
    registerResourceOutputs: (urn: Urn, outputs: PropertyMap) => track(() => registerOutputs(operation, urn, outputs)),
    readResource: (read: ReadResourceRequest) => track(() => readResource(operation, read)),
    invoke: (call: MonitorInvokeRequest) => track(() => invokeFunction(operation, call)),
    call: (call: MonitorCallRequest) => track(() => callMethod(operation, call)),
    registerPackage: async (description: PackageDescription) => operation.packages.register(description),
    signalAndWaitForShutdown: () => {
      signalled.resolve();
      return released.promise;
    },
    log: (diagnostic) => reporter.diagnose(diagnostic),
  };
  return {
    monitor,
    openAfter: gate.resolve,
    isSignalled: signalled.promise,
    idle: async () => {
      while (calls.size > 0) await Promise.allSettled(calls);
    },
    release: released.resolve,
  };
}
