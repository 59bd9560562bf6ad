import type { OperationInfo, Parameterization, Provider } from '@radiant/model';
import { Empty } from '../messages/common-messages.ts';
import * as wire from '../messages/provider-messages.ts';
import { type CallLog, loggingClient } from '../rpc/call-log.ts';
import { connectGrpc } from '../transport/grpc-client.ts';
import { parameterize } from './parameterize.ts';
import { type Agreement, ProviderClient } from './provider-client.ts';
import { isUnimplemented, providerError } from './provider-errors.ts';
import { explained, type ProviderPeer, ProviderRpc } from './provider-rpc.ts';

export interface ProviderConnection {
  /** `kubernetes`, `aws`. */
  readonly packageName: string;
  /** `127.0.0.1:PORT`, as the plugin has printed it. */
  readonly address: string;
  /** Where the provider reaches the engine and monitor services: `127.0.0.1:PORT`. */
  readonly engineAddress: string;
  /** What constructions and methods are told of the operation. */
  readonly info: OperationInfo;
  /** What makes the plugin serve another package: what an SDK carries, or words as a person would give them. */
  readonly parameters?: Parameterization | readonly string[];
  /** The folder of the plugin's binary; absent for a provider that somebody else runs. */
  readonly pluginDirectory?: string;
  /** Whether somebody else started the provider and it is to be told of the engine (PULUMI_DEBUG_PROVIDERS). */
  readonly isAttached?: boolean;
  /** The process that serves; ended with the connection. */
  readonly peer?: ProviderPeer;
  /** How long the plugin may take to answer. Default 10 s. */
  readonly readyWithinMs?: number;
  /** Hears of every call, secrets in the clear. */
  readonly log?: CallLog | undefined;
}

const readyWithinDefaultMs = 10_000;

/**
 * The provider that a plugin process serves (Pulumi: provider_plugin.go). `close` ends the connection and the process;
 * a connection that fails leaves the process to the caller.
 */
export async function connectProvider(connection: ProviderConnection): Promise<Provider> {
  const { packageName, address, peer, log, readyWithinMs = readyWithinDefaultMs } = connection;
  const connected = await connectGrpc(address, readyWithinMs, peer?.ended).catch(async (error: unknown) => {
    throw providerError(packageName, await explained(error, peer, 'operation'));
  });
  const metadata = { kind: 'resource', mode: 'client', name: packageName } as const;
  const client = log === undefined ? connected : loggingClient(connected, metadata, log);
  const rpc = new ProviderRpc(client, peer);
  try {
    const agreed = await handshake(connection, rpc);
    if (connection.isAttached === true) await attach(connection, rpc);
    if (connection.parameters !== undefined) await parameterize(rpc, packageName, connection.parameters);
    return new ProviderClient(connection, rpc, agreed);
  } catch (error) {
    client.close();
    throw providerError(packageName, error);
  }
}

/** Undefined: the provider knows no handshake, and tells what it accepts when it is configured. */
async function handshake(connection: ProviderConnection, rpc: ProviderRpc): Promise<Agreement | undefined> {
  const { engineAddress, pluginDirectory } = connection;
  const request = wire.HandshakeRequest.of({
    engineAddress,
    rootDirectory: pluginDirectory,
    programDirectory: pluginDirectory,
    configureWithUrn: true,
    supportsRefreshBeforeUpdate: true,
    invokeWithPreview: true,
  });
  try {
    const reply = await rpc.call('Handshake', wire.HandshakeRequest, wire.HandshakeResponse, request);
    return {
      capabilities: {
        acceptsSecrets: reply.acceptSecrets,
        acceptsResources: reply.acceptResources,
        supportsPreview: true,
        supportsAutonaming: reply.supportsAutonamingConfiguration,
      },
      acceptsOutputs: reply.acceptOutputs,
    };
  } catch (error) {
    if (isUnimplemented(error)) return undefined;
    throw error;
  }
}

/** A provider that cannot be told does without the engine. */
async function attach({ engineAddress: address }: ProviderConnection, rpc: ProviderRpc): Promise<void> {
  await rpc.call('Attach', wire.PluginAttach, Empty, wire.PluginAttach.of({ address })).catch((error: unknown) => {
    if (!isUnimplemented(error)) throw error;
  });
}
