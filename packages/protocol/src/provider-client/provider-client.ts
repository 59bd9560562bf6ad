import {
  type CallContext,
  type CallRequest,
  type CallResult,
  type CheckRequest,
  type CheckResult,
  type ConfigureRequest,
  type ConfigureResult,
  type ConstructRequest,
  type ConstructResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type InvokeRequest,
  type InvokeResult,
  type OperationInfo,
  OutcomeUnknownError,
  type Parameterization,
  type PropertyMap,
  type Provider,
  type ProviderCapabilities,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
  type UpdateResult,
  urnName,
  urnType,
} from '@radiant/model';
import { Empty } from '../messages/common-messages.ts';
import * as wire from '../messages/provider-messages.ts';
import { readProperties } from '../properties/read-properties.ts';
import { type WriteOptions, writeProperties } from '../properties/write-properties.ts';
import { CallFailedError, connectGrpc, type GrpcClient } from '../transport/grpc-client.ts';
import type { MessageType } from '../wire/message.ts';
import { callMessage, callResult, constructMessage, constructResult } from './construct-messages.ts';
import { diffResult } from './diff-result.ts';
import {
  changeError,
  configureError,
  initFailure,
  isUnavailable,
  isUnimplemented,
  providerError,
} from './provider-errors.ts';
import { providerVariables } from './provider-variables.ts';

export interface ProviderConnection {
  /** `kubernetes`, `aws`. */
  readonly packageName: string;
  /** `127.0.0.1:PORT`, as the plugin has printed it. */
  readonly address: string;
  /** Where the provider reaches the engine and monitor services: `127.0.0.1:PORT`. */
  readonly engineAddress: string;
  /** What constructions and methods are told of the operation. */
  readonly info: OperationInfo;
  /** What makes the plugin serve another package. */
  readonly parameterization?: Parameterization;
  /** The folder of the plugin's binary; absent for a provider that somebody else runs. */
  readonly pluginDirectory?: string;
  /** Whether somebody else started the provider and it is to be told of the engine (PULUMI_DEBUG_PROVIDERS). */
  readonly isAttached?: boolean;
  /** The process that serves; ended with the connection. */
  readonly peer?: ProviderPeer;
  /** How long the plugin may take to answer. Default 10 s. */
  readonly readyWithinMs?: number;
}

/** The process behind a provider. */
export interface ProviderPeer {
  /** Why it is gone, in words; undefined while it runs. */
  explainEnd(): Promise<string | undefined>;
  stop(): Promise<void>;
}

const servicePath = '/pulumirpc.ResourceProvider/';
const readyWithinDefaultMs = 10_000;

/** How long a provider gets to hear that it is over. */
const farewellMs = 1000;

/** The provider that a plugin process serves (Pulumi: provider_plugin.go). `close` ends the connection and the process. */
export async function connectProvider(connection: ProviderConnection): Promise<Provider> {
  const { packageName, address, readyWithinMs = readyWithinDefaultMs } = connection;
  const client = await connectGrpc(address, readyWithinMs).catch((error: unknown) => {
    throw providerError(packageName, error);
  });
  try {
    if (connection.isAttached === true) await attach(connection, client);
    const agreed = await handshake(connection, client);
    if (connection.parameterization !== undefined) await parameterize(connection.parameterization, client);
    return new ProviderClient(connection, client, agreed);
  } catch (error) {
    client.close();
    throw providerError(packageName, error);
  }
}

async function attach({ engineAddress }: ProviderConnection, client: GrpcClient): Promise<void> {
  await client.call(`${servicePath}Attach`, wire.PluginAttach, Empty, wire.PluginAttach.of({ address: engineAddress }));
}

async function parameterize({ name, version, value }: Parameterization, client: GrpcClient): Promise<void> {
  const request = wire.ParameterizeRequest.of({ value: { name, version, value: Buffer.from(value, 'base64') } });
  await client.call(`${servicePath}Parameterize`, wire.ParameterizeRequest, wire.ParameterizeResponse, request);
}

/** Undefined: the provider knows no handshake, and tells its capabilities when it is configured. */
async function handshake(
  { engineAddress, pluginDirectory }: ProviderConnection,
  client: GrpcClient,
): Promise<ProviderCapabilities | undefined> {
  const request = wire.HandshakeRequest.of({
    engineAddress,
    rootDirectory: pluginDirectory,
    programDirectory: pluginDirectory,
    configureWithUrn: true,
    invokeWithPreview: true,
  });
  try {
    const reply = await client.call(`${servicePath}Handshake`, wire.HandshakeRequest, wire.HandshakeResponse, request);
    return {
      acceptsSecrets: reply.acceptSecrets,
      acceptsResources: reply.acceptResources,
      supportsPreview: true,
      supportsAutonaming: reply.supportsAutonamingConfiguration,
    };
  } catch (error) {
    if (isUnimplemented(error)) return undefined;
    throw error;
  }
}

const autonamingModes = { propose: 0, enforce: 1, disable: 2 } as const;

function autonamingOptions({ autonaming }: CheckRequest) {
  if (autonaming === undefined) return undefined;
  const { proposedName, mode } = autonaming;
  return wire.AutonamingOptions.of({ proposedName, mode: autonamingModes[mode] });
}

class ProviderClient implements Provider {
  private readonly connection: ProviderConnection;
  private readonly client: GrpcClient;
  private readonly agreed: ProviderCapabilities | undefined;
  private configured: ProviderCapabilities = { acceptsSecrets: false, acceptsResources: false, supportsPreview: false };
  private readonly cancelled = new WeakSet<AbortSignal>();

  constructor(connection: ProviderConnection, client: GrpcClient, agreed: ProviderCapabilities | undefined) {
    this.connection = connection;
    this.client = client;
    this.agreed = agreed;
  }

  get capabilities(): ProviderCapabilities {
    return this.agreed ?? this.configured;
  }

  async checkConfig(request: CheckRequest): Promise<CheckResult> {
    return this.callCheck('CheckConfig', request).catch((error: unknown) => {
      if (isUnimplemented(error)) return { inputs: request.newInputs, failures: [] };
      throw this.failed(error, request);
    });
  }

  async diffConfig(request: DiffRequest): Promise<DiffResult> {
    return this.callDiff('DiffConfig', request);
  }

  async configure(request: ConfigureRequest): Promise<ConfigureResult> {
    const { urn, id, inputs } = request;
    const { packageName } = this.connection;
    const message = wire.ConfigureRequest.of({
      variables: providerVariables(packageName, inputs),
      args: writeProperties(inputs, { outputs: 'lower' }),
      acceptSecrets: true,
      acceptResources: true,
      sendsOldInputs: true,
      sendsOldInputsToDelete: true,
      id,
      urn,
      name: urnName(urn),
      type: urnType(urn),
    });
    const reply = await this.rpc('Configure', wire.ConfigureRequest, wire.ConfigureResponse, message).catch(
      (error: unknown) => {
        throw configureError(packageName, error, urn);
      },
    );
    this.configured = {
      acceptsSecrets: reply.acceptSecrets,
      acceptsResources: reply.acceptResources,
      supportsPreview: reply.supportsPreview,
      supportsAutonaming: reply.supportsAutonamingConfiguration,
    };
    return {};
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return this.callCheck('Check', request).catch((error: unknown) => {
      throw this.failed(error, request);
    });
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return this.callDiff('Diff', request);
  }

  async create(request: CreateRequest, context: CallContext): Promise<CreateResult> {
    const { urn, type, name, inputs, isPreview, timeoutSeconds: timeout = 0 } = request;
    const message = wire.CreateRequest.of({
      urn,
      type,
      name,
      properties: this.write(inputs),
      timeout,
      preview: isPreview,
    });
    return this.cancellable(context, async () => {
      try {
        const reply = await this.rpc('Create', wire.CreateRequest, wire.CreateResponse, message);
        if (reply.id === '' && !isPreview) throw emptyId(this.connection.packageName, request);
        return { id: reply.id, outputs: readProperties(reply.properties) };
      } catch (error) {
        const partial = initFailure(error);
        if (partial === undefined || partial.id === '') throw changeError(this.connection.packageName, error, urn);
        return { id: partial.id, outputs: readProperties(partial.properties), initErrors: partial.reasons };
      }
    });
  }

  async read(request: ReadRequest, context: CallContext): Promise<ReadResult> {
    const { urn, type, name, id, inputs, outputs, timeoutSeconds: timeout = 0 } = request;
    const message = wire.ReadRequest.of({
      urn,
      type,
      name,
      id,
      properties: this.write(outputs ?? {}, { assets: 'elide' }),
      inputs: inputs === undefined ? undefined : this.write(inputs, { assets: 'elide' }),
      timeout,
    });
    return this.cancellable(context, async () => {
      const reply = await this.rpc('Read', wire.ReadRequest, wire.ReadResponse, message).catch((error: unknown) => {
        const partial = initFailure(error);
        if (partial === undefined) throw this.failed(error, request);
        return { ...partial, initErrors: partial.reasons };
      });
      if (reply.id === '') return undefined;
      return {
        id: reply.id,
        inputs: reply.inputs === undefined ? undefined : readProperties(reply.inputs),
        outputs: readProperties(reply.properties),
        initErrors: 'initErrors' in reply ? reply.initErrors : undefined,
      };
    });
  }

  async update(request: UpdateRequest, context: CallContext): Promise<UpdateResult> {
    const { urn, type, name, id, timeoutSeconds: timeout = 0 } = request;
    const message = wire.UpdateRequest.of({
      urn,
      type,
      name,
      id,
      olds: this.write(request.oldOutputs, { assets: 'elide' }),
      news: this.write(request.newInputs),
      oldInputs: this.write(request.oldInputs, { assets: 'elide' }),
      ignoreChanges: request.ignoreChanges,
      preview: request.isPreview,
      timeout,
    });
    return this.cancellable(context, async () => {
      try {
        const reply = await this.rpc('Update', wire.UpdateRequest, wire.UpdateResponse, message);
        return { outputs: readProperties(reply.properties) };
      } catch (error) {
        const partial = initFailure(error);
        if (partial === undefined) throw changeError(this.connection.packageName, error, urn);
        return { outputs: readProperties(partial.properties), initErrors: partial.reasons };
      }
    });
  }

  async delete(request: DeleteRequest, context: CallContext): Promise<void> {
    const { urn, type, name, id, timeoutSeconds: timeout = 0 } = request;
    const message = wire.DeleteRequest.of({
      urn,
      type,
      name,
      id,
      properties: this.write(request.outputs, { assets: 'elide' }),
      oldInputs: this.write(request.inputs, { assets: 'elide' }),
      timeout,
    });
    await this.cancellable(context, () =>
      this.rpc('Delete', wire.DeleteRequest, Empty, message).catch((error: unknown) => {
        throw changeError(this.connection.packageName, error, urn);
      }),
    );
  }

  async invoke({ token, args, isPreview }: InvokeRequest, context: CallContext): Promise<InvokeResult> {
    const message = wire.InvokeRequest.of({ token, args: this.write(args, { unknowns: 'drop' }), preview: isPreview });
    return this.cancellable(context, async () => {
      const reply = await this.rpc('Invoke', wire.InvokeRequest, wire.InvokeResponse, message).catch(
        (error: unknown) => {
          throw providerError(this.connection.packageName, error);
        },
      );
      return { result: readProperties(reply.return), failures: reply.failures };
    });
  }

  async construct(request: ConstructRequest, context: CallContext): Promise<ConstructResult> {
    const { packageName, info, engineAddress } = this.connection;
    const message = constructMessage(request, info, engineAddress, (inputs) => this.write(inputs, this.outputs()));
    return this.cancellable(context, async () => {
      const reply = await this.rpc('Construct', wire.ConstructRequest, wire.ConstructResponse, message).catch(
        (error: unknown) => {
          throw providerError(packageName, error, request.urn);
        },
      );
      return constructResult(reply);
    });
  }

  async call(request: CallRequest, context: CallContext): Promise<CallResult> {
    const { packageName, info, engineAddress } = this.connection;
    const message = callMessage(request, info, engineAddress, (args) => this.write(args, this.outputs()));
    return this.cancellable(context, async () => {
      const reply = await this.rpc('Call', wire.CallRequest, wire.CallResponse, message).catch((error: unknown) => {
        throw providerError(packageName, error);
      });
      return callResult(reply);
    });
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, farewellMs);
    });
    await Promise.race([this.cancel(), patience]);
    clearTimeout(timer);
    this.client.close();
    await this.connection.peer?.stop();
  }

  private async callCheck(method: 'Check' | 'CheckConfig', request: CheckRequest): Promise<CheckResult> {
    const message = wire.CheckRequest.of({
      urn: request.urn,
      type: request.type,
      name: request.name,
      olds: this.write(request.oldInputs ?? {}),
      news: this.write(request.newInputs),
      randomSeed: request.randomSeed,
      autonaming: autonamingOptions(request),
    });
    const reply = await this.rpc(method, wire.CheckRequest, wire.CheckResponse, message);
    return { inputs: readProperties(reply.inputs), failures: reply.failures };
  }

  private async callDiff(method: 'Diff' | 'DiffConfig', request: DiffRequest): Promise<DiffResult> {
    const message = wire.DiffRequest.of({
      id: request.id,
      urn: request.urn,
      type: request.type,
      name: urnName(request.urn),
      olds: this.write(request.oldOutputs, { assets: 'elide' }),
      news: this.write(request.newInputs),
      oldInputs: this.write(request.oldInputs, { assets: 'elide' }),
      ignoreChanges: request.ignoreChanges,
    });
    const reply = await this.rpc(method, wire.DiffRequest, wire.DiffResponse, message).catch((error: unknown) => {
      if (isUnimplemented(error)) return wire.DiffResponse.of({});
      throw this.failed(error, request);
    });
    return diffResult(reply);
  }

  /** Providers of components take output values; what does not hears of secrets and unknowns alone. */
  private outputs(): WriteOptions {
    return { outputs: 'keep' };
  }

  private write(map: PropertyMap, options: WriteOptions = {}): Buffer {
    const { acceptsSecrets, acceptsResources } = this.capabilities;
    return writeProperties(map, {
      ...options,
      secrets: acceptsSecrets ? 'keep' : 'reveal',
      resources: acceptsResources ? 'keep' : 'lower',
    });
  }

  private rpc<Request, Response>(
    method: string,
    requestType: MessageType<Request>,
    responseType: MessageType<Response>,
    request: Request,
  ): Promise<Response> {
    return this.client.call(`${servicePath}${method}`, requestType, responseType, request).catch(async (error) => {
      throw await this.explained(error);
    });
  }

  /** A connection that broke says nothing; how the process ended does. */
  private async explained(error: unknown): Promise<unknown> {
    if (!isUnavailable(error)) return error;
    const reason = await this.connection.peer?.explainEnd();
    return reason === undefined ? error : new CallFailedError(error.code, reason, error.extras);
  }

  private failed(error: unknown, { urn }: { readonly urn: CheckRequest['urn'] }): unknown {
    return providerError(this.connection.packageName, error, urn);
  }

  /** A provider that awaits something stops when it hears Cancel, and then answers the call: nothing is cut off. */
  private async cancellable<T>({ signal }: CallContext, work: () => Promise<T>): Promise<T> {
    const onAbort = () => {
      if (this.cancelled.has(signal)) return;
      this.cancelled.add(signal);
      void this.cancel();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Best effort: a provider that cannot be cancelled, or is gone, has nothing to stop. */
  private async cancel(): Promise<void> {
    await this.rpc('Cancel', Empty, Empty, {}).catch(() => {});
  }
}

/** Something may be there that nobody can find by an ID. */
function emptyId(packageName: string, { urn, type }: CreateRequest): OutcomeUnknownError {
  return new OutcomeUnknownError(`the provider "${packageName}" returned an empty ID for a new ${type} (${urn})`);
}
