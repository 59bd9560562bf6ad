import { MonitorClosedError, type ResourceMonitor } from '@radiant/model';
import { createCallbacks } from '../callbacks/callbacks.ts';
import type { Feature } from '../messages/resource-messages.ts';
import { type CallLog, loggingMethod } from '../rpc/call-log.ts';
import type { UnaryHandler, UnaryMethod, UnaryService } from '../rpc/unary-service.ts';
import { engineMethods, type RootResource } from './engine-service.ts';
import { createFeatureSet } from './features.ts';
import { toRpcError } from './monitor-errors.ts';
import { monitorMethods } from './monitor-service.ts';
import { createSourcePositions } from './source-positions.ts';
import { createUrnPool } from './urn-pool.ts';

export interface ProgramServiceOptions {
  readonly monitor: ResourceMonitor;
  /** What programs see and require: `3.270.0+radiant.0.1.0`. */
  readonly engineVersion: string;
  /** The folder of Pulumi.yaml; source positions are relative to it. */
  readonly projectDirectory: string;
  /** Where the program runs; relative paths of assets start there. Default: the project's folder. */
  readonly programDirectory?: string;
  /** Features that the user has switched off. */
  readonly disabledFeatures?: readonly Feature[];
  /** Shared by the services of one operation. Default: one of its own. */
  readonly root?: RootResource;
  /** Hears of every call, secrets in the clear. */
  readonly log?: CallLog | undefined;
  /** Hears of errors that nobody meant to throw; the program is told their message. */
  readonly onBug?: (error: unknown) => void;
}

/** What a program may call, over any transport. */
export interface ProgramService {
  readonly methods: UnaryService;
  /** Ends the calls that are open, and all later ones, in the way that makes SDKs exit quietly. */
  close(): void;
}

/** The monitor and engine services of one program. */
export function createProgramService(options: ProgramServiceOptions): ProgramService {
  const { monitor, projectDirectory, onBug = () => {} } = options;
  const urns = createUrnPool();
  const programDirectory = options.programDirectory ?? projectDirectory;
  const callbacks = createCallbacks({ urns, programDirectory }, options.log);
  const decoding = { urns, positions: createSourcePositions(projectDirectory), programDirectory, callbacks };
  const open = new Set<(error: Error) => void>();
  let isClosed = false;
  const ended = () => new MonitorClosedError('the operation has ended');

  const guarded =
    ({ handle }: UnaryMethod): UnaryHandler =>
    (request, caller) =>
      new Promise<Uint8Array>((resolve, reject) => {
        const fail = (error: unknown) => {
          open.delete(fail);
          reject(toRpcError(error, onBug));
        };
        if (isClosed) {
          fail(ended());
          return;
        }
        open.add(fail);
        handle(request, caller).then((reply) => {
          open.delete(fail);
          resolve(reply);
        }, fail);
      });

  const served = (method: UnaryMethod): UnaryHandler => {
    const handle = guarded(method);
    return options.log === undefined ? handle : loggingMethod({ ...method, handle }, options.log).handle;
  };

  const methods = [
    ...monitorMethods(monitor, createFeatureSet(options.disabledFeatures), decoding),
    ...engineMethods({ monitor, engineVersion: options.engineVersion, urns, root: options.root ?? { urn: '' } }),
  ];
  return {
    methods: new Map(methods.map((method) => [method.path, served(method)])),
    close: () => {
      isClosed = true;
      for (const fail of [...open]) fail(ended());
      callbacks.close();
    },
  };
}
