import { normalize } from 'node:path';
import type { OperationInfo } from '@radiant/model';
import * as wire from '../messages/analyzer-messages.ts';
import { Empty } from '../messages/common-messages.ts';
import { writeProperties } from '../properties/write-properties.ts';
import { readAnswer } from '../provider-client/answers.ts';
import { explained, type ProviderPeer } from '../provider-client/provider-rpc.ts';
import { type CallLog, loggingClient } from '../rpc/call-log.ts';
import { connectGrpc } from '../transport/grpc-client.ts';
import type { MessageOf } from '../wire/message.ts';
import { AnalyzerClient, enforcementLevelOf, enforcementNumber, subjectOf } from './analyzer-client.ts';
import type { AnalyzerDescription, PolicySettings } from './analyzer-description.ts';
import { AnalyzerRpc, analyzerError } from './analyzer-rpc.ts';

export interface AnalyzerConnection {
  /** `127.0.0.1:PORT`, as the pack has printed it. */
  readonly address: string;
  readonly engineAddress: string;
  /** The folder of the pack as the person has named it. */
  readonly place: string;
  /** What the sources of the pack say, over what it answers. */
  readonly version?: string | undefined;
  /** What policies may know of the operation. */
  readonly info: OperationInfo;
  /** The process that serves; ended with the connection. */
  readonly peer: ProviderPeer;
  /** Hears of every call, secrets in the clear. */
  readonly log?: CallLog | undefined;
}

/** A pack that has said what it is, and is yet to be configured. */
export interface AnalyzerHandle {
  readonly description: AnalyzerDescription;
  /** `settings`: of every policy; a pack that cannot be configured is not told. */
  configure(settings: ReadonlyMap<string, PolicySettings>): Promise<AnalyzerClient>;
}

const readyWithinMs = 10_000;

/**
 * Connects to a running policy pack (engine reference 5.1). Throws OperationError; a connection that fails leaves the
 * process to the caller.
 */
export async function connectAnalyzer(connection: AnalyzerConnection): Promise<AnalyzerHandle> {
  const { address, peer, place, log } = connection;
  const connected = await connectGrpc(address, readyWithinMs, peer.ended).catch(async (error: unknown) => {
    throw analyzerError(place, await explained(error, peer, 'operation'));
  });
  const metadata = { kind: 'analyzer', mode: 'client', name: place } as const;
  const rpc = new AnalyzerRpc(
    log === undefined ? connected : loggingClient(connected, metadata, log),
    peer,
    normalize(place),
  );
  try {
    await introduce(rpc, connection);
    const told = describe(await rpc.call('GetAnalyzerInfo', Empty, wire.AnalyzerInfo, {}));
    const description = { ...told, version: connection.version ?? told.version };
    return { description, configure: (settings) => configure(rpc, description, settings) };
  } catch (error) {
    connected.close();
    throw error;
  }
}

/** Older packs know neither of the two. */
async function introduce(rpc: AnalyzerRpc, { engineAddress, place, info }: AnalyzerConnection): Promise<void> {
  const hello = wire.AnalyzerHandshakeRequest.of({ engineAddress, rootDirectory: place, programDirectory: place });
  await rpc.offer('Handshake', wire.AnalyzerHandshakeRequest, hello);
  const { stack, project, organization, isDryRun: dryRun, config, configSecretKeys } = info;
  const stackConfig = wire.AnalyzerStackConfigureRequest.of({
    stack,
    project,
    organization,
    dryRun,
    config: new Map(Object.entries(config)),
    configSecretKeys: [...configSecretKeys],
  });
  await rpc.offer('ConfigureStack', wire.AnalyzerStackConfigureRequest, stackConfig);
}

function describe(info: MessageOf<typeof wire.AnalyzerInfo>): AnalyzerDescription {
  return {
    name: info.name,
    version: info.version,
    supportsConfig: info.supportsConfig,
    policies: info.policies.map(({ name, enforcementLevel, policyType, configSchema: schema }) => ({
      name,
      level: enforcementLevelOf(enforcementLevel),
      subject: subjectOf(policyType),
      schema: schema && { properties: readAnswer(schema.properties), required: schema.required },
    })),
    initialConfig: new Map(
      Array.from(info.initialConfig, ([name, { enforcementLevel, properties }]) => [
        name,
        { level: enforcementLevelOf(enforcementLevel), properties: readAnswer(properties) },
      ]),
    ),
  };
}

async function configure(
  rpc: AnalyzerRpc,
  description: AnalyzerDescription,
  settings: ReadonlyMap<string, PolicySettings>,
): Promise<AnalyzerClient> {
  if (description.supportsConfig) {
    const policyConfig = new Map(
      Array.from(settings, ([name, { level, properties }]) => [
        name,
        { enforcementLevel: enforcementNumber(level), properties: writeProperties(properties) },
      ]),
    );
    await rpc.call('Configure', wire.ConfigureAnalyzerRequest, Empty, { policyConfig });
  }
  return new AnalyzerClient(rpc, description, settings);
}
