import path from 'node:path';
import { policyPackCommand, startPlugin } from '@radiant/hosts';
import type { PolicyPack, PolicySource } from '@radiant/model';
import { type CallLog, connectAnalyzer } from '@radiant/protocol';
import type { PolicyPackOption } from '../api.ts';
import type { Environment } from '../home.ts';
import type { OperationServer } from '../operation/operation-server.ts';
import { readPolicyConfig, settingsOfPack } from './policy-config.ts';

export interface PolicySettings {
  readonly packs: readonly PolicyPackOption[];
  readonly env: Environment;
  readonly server: OperationServer;
  readonly log: CallLog | undefined;
}

type Engine = Parameters<PolicySource['load']>[0];

/** Where the engine gets policy packs from: each is a process of its own. Undefined when there are none. */
export function policySource(settings: PolicySettings): PolicySource | undefined {
  if (settings.packs.length === 0) return undefined;
  return {
    async load(engine) {
      const loaded = await Promise.allSettled(settings.packs.map((pack) => loadPack(settings, pack, engine)));
      const failure = loaded.find((result) => result.status === 'rejected');
      const packs = loaded.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      if (failure === undefined) return packs;
      await Promise.all(packs.map((pack) => pack.close()));
      throw failure.reason;
    },
  };
}

async function loadPack(
  settings: PolicySettings,
  { place, configFile, root }: PolicyPackOption,
  { monitor, mask }: Engine,
): Promise<PolicyPack> {
  const { info } = monitor;
  const given = configFile === undefined ? undefined : await readPolicyConfig(path.resolve(root, configFile));
  const engineAddress = await settings.server.address(monitor);
  const { organization, project, stack: name, isDryRun, config } = info;
  const { version, ...command } = policyPackCommand(place, {
    root,
    engineAddress,
    env: settings.env,
    stack: { organization, project, name, isDryRun, config },
  });
  const peer = await startPlugin({ ...command, title: `the policy pack ${place}`, mask });
  try {
    const handle = await connectAnalyzer({
      address: peer.address,
      engineAddress,
      place,
      version,
      info,
      peer,
      log: settings.log,
    });
    return await handle.configure(settingsOfPack(handle.description, given));
  } catch (error) {
    await peer.stop();
    throw error;
  }
}
