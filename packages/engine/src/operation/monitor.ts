import type {
  Goal,
  MonitorInvokeRequest,
  PropertyMap,
  ReadResourceRequest,
  ResourceMonitor,
  Urn,
} from '@radiant/model';
import { readResource } from '../register/read-resource.ts';
import { registerOutputs } from '../register/register-outputs.ts';
import { registerResource } from '../register/register-resource.ts';
import { invokeFunction } from './invoke.ts';
import type { Operation } from './operation.ts';

/** The program's side of the operation. */
export interface MonitorLifetime {
  readonly monitor: ResourceMonitor;
  /** Resolves when the program says that it has declared everything. */
  readonly isSignalled: Promise<void>;
  /** Resolves when no call of the program is being worked on. */
  idle(): Promise<void>;
  /** Lets the program end. */
  release(): void;
}

/** Calls wait for `gate`: what must be settled before anything is planned. */
export function createMonitor(operation: Operation, gate: Promise<void>): MonitorLifetime {
  const { request, reporter, isPreview } = operation;
  const calls = new Set<Promise<unknown>>();
  const signalled = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const track = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const call = gate.then(work);
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
    signalAndWaitForShutdown: () => {
      signalled.resolve();
      return released.promise;
    },
    log: (diagnostic) => reporter.diagnose(diagnostic),
  };
  return {
    monitor,
    isSignalled: signalled.promise,
    idle: async () => {
      while (calls.size > 0) await Promise.allSettled(calls);
    },
    release: released.resolve,
  };
}
