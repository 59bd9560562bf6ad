import { type Diagnostic, isUrn, type ResourceMonitor, type Urn } from '@radiant/model';
import { Empty } from '../messages/common-messages.ts';
import {
  GetRootResourceResponse,
  LogRequest,
  logSeverities,
  RequirePulumiVersionRequest,
  SetRootResourceRequest,
  StartDebuggingRequest,
} from '../messages/engine-messages.ts';
import { readProperties } from '../properties/read-properties.ts';
import { RpcError, statusCodes, type UnaryMethod, unary } from '../rpc/unary-service.ts';
import type { UrnPool } from './urn-pool.ts';

const servicePath = '/pulumirpc.Engine/';

export interface EngineServiceOptions {
  readonly monitor: ResourceMonitor;
  /** What programs see: `3.270.0+radiant.0.1.0`, with or without a leading `v`. */
  readonly engineVersion: string;
  readonly urns: UrnPool;
  readonly root: RootResource;
}

/** The stack as the program has named it, for all who ask; empty before it has. */
export interface RootResource {
  urn: Urn | '';
}

/** `pulumirpc.Engine`: what a program says beside its resources. */
export function engineMethods({ monitor, engineVersion, urns, root }: EngineServiceOptions): readonly UnaryMethod[] {
  return [
    unary(`${servicePath}Log`, LogRequest, Empty, (request) => {
      monitor.log(diagnostic(request));
      return {};
    }),
    unary(`${servicePath}GetRootResource`, Empty, GetRootResourceResponse, () => ({ urn: root.urn })),
    unary(`${servicePath}SetRootResource`, SetRootResourceRequest, Empty, (request) => {
      root.urn = urns.required(request.urn, 'root resource');
      return {};
    }),
    unary(`${servicePath}RequirePulumiVersion`, RequirePulumiVersionRequest, Empty, async ({ versionRange }) => {
      await requireVersion(engineVersion, versionRange);
      return {};
    }),
    unary(`${servicePath}StartDebugging`, StartDebuggingRequest, Empty, ({ config, message }) => {
      monitor.startDebugging({ config: readProperties(config), message });
      return {};
    }),
  ];
}

/** A message is worth more than the resource it names: one that is none is left out. */
function diagnostic(request: LogRequest): Diagnostic {
  return {
    severity: logSeverities[request.severity] ?? 'info',
    message: request.message,
    urn: isUrn(request.urn) ? request.urn : undefined,
    streamId: request.streamId === 0 ? undefined : request.streamId,
    isEphemeral: request.ephemeral || undefined,
  };
}

async function requireVersion(engineVersion: string, range: string): Promise<void> {
  const { satisfiesRange } = await import('./version-range.ts');
  const version = engineVersion.replace(/^v/, '');
  const isSatisfied = satisfiesRange(version, range);
  if (isSatisfied === undefined)
    throw new RpcError(statusCodes.invalidArgument, `invalid Pulumi CLI version range ${JSON.stringify(range)}`);
  if (!isSatisfied)
    throw new RpcError(
      statusCodes.failedPrecondition,
      `Pulumi CLI version ${version} does not satisfy the version range ${JSON.stringify(range)}`,
    );
}
