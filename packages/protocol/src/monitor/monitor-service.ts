import {
  containsUnknown,
  type ExistsResourceRequest as ExistsRequest,
  emptyMap,
  type Goal,
  type MonitorInvokeRequest,
  OperationError,
  type PropertyMap,
  type ReadResourceRequest as ReadRequest,
  type RegisterResourceResult,
  type ResourceMonitor,
  setOwn,
  unknownId,
} from '@radiant/model';
import { hashAssets } from '../assets/hash-assets.ts';
import { CheckFailure, Empty } from '../messages/common-messages.ts';
import { CallResponse } from '../messages/provider-messages.ts';
import {
  DeploymentInfo,
  ExistsResourceRequest,
  ExistsResourceResponse,
  ReadResourceRequest,
  ReadResourceResponse,
  RegisterPackageRequest,
  RegisterPackageResponse,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
  ResourceCallRequest,
  ResourceInvokeRequest,
  ResourceInvokeResponse,
  registerResults,
  SupportsFeatureRequest,
  SupportsFeatureResponse,
} from '../messages/resource-messages.ts';
import { readProperties } from '../properties/read-properties.ts';
import { isUnknownText } from '../properties/signatures.ts';
import { writeProperties } from '../properties/write-properties.ts';
import { RpcError, statusCodes, type UnaryMethod, unary } from '../rpc/unary-service.ts';
import { call } from './call-method.ts';
import { callbackMethods } from './callback-methods.ts';
import { type Decoding, decodeGoal, resourceType } from './decode-goal.ts';
import { decodeChecksums } from './decode-options.ts';
import { decodePackage } from './decode-package.ts';
import type { FeatureSet } from './features.ts';
import { encodeUrnLists } from './urn-lists.ts';

const servicePath = '/pulumirpc.ResourceMonitor/';
const int32Max = 2 ** 31 - 1;

/** Always answered with references, for the sake of SDKs that do not yet say that they accept them. */
const getResourceToken = 'pulumi:pulumi:getResource';

/** `pulumirpc.ResourceMonitor` over what the engine offers. No call waits for another. */
export function monitorMethods(
  monitor: ResourceMonitor,
  featureSet: FeatureSet,
  decoding: Decoding,
): readonly UnaryMethod[] {
  return [
    unary(`${servicePath}GetDeploymentInfo`, Empty, DeploymentInfo, () => deploymentInfo(monitor, featureSet)),
    unary(`${servicePath}SupportsFeature`, SupportsFeatureRequest, SupportsFeatureResponse, ({ id }) => ({
      hasSupport: featureSet.hasLegacyId(id),
    })),
    unary(
      `${servicePath}RegisterResource`,
      RegisterResourceRequest,
      RegisterResourceResponse,
      async (request, caller) => {
        const goal = await decodeGoal(request, caller, decoding);
        return registerReply(request, goal, await monitor.registerResource(goal));
      },
    ),
    unary(`${servicePath}RegisterResourceOutputs`, RegisterResourceOutputsRequest, Empty, async (request) => {
      const urn = decoding.urns.required(request.urn, 'resource');
      const outputs = await hashAssets(readProperties(request.outputs), decoding.programDirectory);
      await monitor.registerResourceOutputs(urn, outputs);
      return {};
    }),
    unary(`${servicePath}ReadResource`, ReadResourceRequest, ReadResourceResponse, async (request) => {
      const { urn, outputs, isUnknown, outcome } = await monitor.readResource(await decodeRead(request, decoding));
      const properties = writeProperties(outputs, accepted(request));
      const result = registerResults[outcome ?? 'succeeded'];
      return ReadResourceResponse.of({ urn, properties, result, unknown: isUnknown ?? false });
    }),
    unary(`${servicePath}ExistsResource`, ExistsResourceRequest, ExistsResourceResponse, async (request) => {
      const exists = await monitor.existsResource(await decodeExists(request, decoding));
      return { exists: exists ?? false, unknown: exists === undefined };
    }),
    unary(`${servicePath}Invoke`, ResourceInvokeRequest, ResourceInvokeResponse, (request) =>
      invoke(monitor, request, decoding),
    ),
    unary(`${servicePath}Call`, ResourceCallRequest, CallResponse, (request) => call(monitor, request, decoding)),
    unary(`${servicePath}RegisterPackage`, RegisterPackageRequest, RegisterPackageResponse, async (request) => ({
      ref: await monitor.registerPackage(decodePackage(request)),
    })),
    unary(`${servicePath}SignalAndWaitForShutdown`, Empty, Empty, async () => {
      await monitor.signalAndWaitForShutdown();
      return {};
    }),
    ...callbackMethods(monitor, decoding.callbacks),
  ];
}

function deploymentInfo({ info }: ResourceMonitor, featureSet: FeatureSet) {
  return DeploymentInfo.of({
    project: info.project,
    stack: info.stack,
    organization: info.organization,
    config: new Map(Object.entries(info.config)),
    configSecretKeys: info.configSecretKeys,
    dryRun: info.isDryRun,
    parallel: Math.min(Math.max(Math.trunc(info.parallel), 1), int32Max),
    supportedFeatures: featureSet.numbers,
  });
}

function registerReply(request: RegisterResourceRequest, goal: Goal, result: RegisterResourceResult) {
  if (result.outcome !== 'succeeded' && !request.supportsResultReporting)
    throw new RpcError(statusCodes.internal, 'resource registration failed');
  return RegisterResourceResponse.of({
    urn: result.urn,
    id: result.id === unknownId ? '' : result.id,
    object: writeProperties(replyOutputs(request, goal, result), accepted(request)),
    propertyDependencies: encodeUrnLists(result.propertyDependencies ?? {}),
    result: registerResults[result.outcome],
    unknown: result.isUnknown ?? false,
  });
}

/** A component's outputs are the program's own; SDKs that cannot take partly known values get known ones only. */
function replyOutputs(request: RegisterResourceRequest, goal: Goal, { outputs }: RegisterResourceResult): PropertyMap {
  if (goal.kind === 'component') return emptyMap;
  if (request.supportsPartialValues) return outputs;
  const known: Record<string, PropertyMap[string]> = {};
  for (const [key, value] of Object.entries(outputs)) if (!containsUnknown(value)) setOwn(known, key, value);
  return known;
}

function accepted(request: { readonly acceptSecrets: boolean; readonly acceptResources: boolean }) {
  return {
    secrets: request.acceptSecrets ? 'keep' : 'reveal',
    resources: request.acceptResources ? 'keep' : 'lower',
  } as const;
}

/** What a question for a thing and a read of it have in common. */
async function decodeExists(
  request: ExistsResourceRequest,
  { urns, programDirectory }: Decoding,
): Promise<ExistsRequest> {
  return {
    type: resourceType(request.type, true),
    id: request.id === '' || isUnknownText(request.id) ? undefined : request.id,
    parent: urns.optional(request.parent, 'parent'),
    inputs: await hashAssets(readProperties(request.properties), programDirectory),
    provider: request.provider || undefined,
    version: request.version || undefined,
    pluginDownloadUrl: request.pluginDownloadUrl || undefined,
    pluginChecksums: decodeChecksums(request.pluginChecksums),
    packageRef: request.packageRef || undefined,
  };
}

async function decodeRead(request: ReadResourceRequest, decoding: Decoding): Promise<ReadRequest> {
  const { urns, positions } = decoding;
  return {
    ...(await decodeExists(request, decoding)),
    name: request.name,
    dependencies: urns.list(request.dependencies, 'dependency'),
    additionalSecretOutputs: request.additionalSecretOutputs,
    sourcePosition: positions.position(request.sourcePosition),
    stackTrace: positions.frames(request.stackTrace),
  };
}

async function invoke(monitor: ResourceMonitor, request: ResourceInvokeRequest, { urns }: Decoding) {
  const asked: MonitorInvokeRequest = {
    token: request.token,
    args: readProperties(request.args),
    provider: request.provider || undefined,
    version: request.version || undefined,
    pluginDownloadUrl: request.pluginDownloadUrl || undefined,
    pluginChecksums: decodeChecksums(request.pluginChecksums),
    packageRef: request.packageRef || undefined,
    parent: urns.optional(request.parent, 'parent'),
    dependsOn: urns.list(request.dependsOn, 'dependency'),
  };
  const answer = await monitor.invoke(asked).catch((error: unknown) => {
    throw error instanceof OperationError ? invokeError(request.token, error) : error;
  });
  if (answer.kind === 'unknown') return ResourceInvokeResponse.of({ return: writeProperties(emptyMap), unknown: true });
  const keepsReferences = request.acceptResources || request.token === getResourceToken;
  return ResourceInvokeResponse.of({
    return: writeProperties(answer.result, { resources: keepsReferences ? 'keep' : 'lower' }),
    failures: answer.failures.map((failure) => CheckFailure.of(failure)),
  });
}

function invokeError(token: string, error: OperationError): OperationError {
  const { code, summary, detail, remedy, urn, exitCode } = error;
  const said = summary.includes(token) ? summary : `invocation of ${token} returned an error: ${summary}`;
  return new OperationError({ code, summary: said, detail, remedy, urn, exitCode, cause: error });
}
