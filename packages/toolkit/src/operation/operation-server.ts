import type { ResourceMonitor } from '@radiant/model';
import { type Feature, type MonitorServer, type ProgramServiceOptions, serveMonitor } from '@radiant/protocol';
import { type Environment, isOn } from '../home.ts';

/** Where programs and plugins of one operation reach the engine. Nobody listens before somebody asks for the address. */
export class OperationServer {
  readonly #options: Omit<ProgramServiceOptions, 'monitor'>;
  #server: Promise<MonitorServer> | undefined;

  constructor(options: Omit<ProgramServiceOptions, 'monitor'>) {
    this.#options = options;
  }

  /** `127.0.0.1:PORT` of the monitor and engine services. */
  async address(monitor: ResourceMonitor): Promise<string> {
    this.#server ??= serveMonitor({ ...this.#options, monitor });
    return (await this.#server).address;
  }

  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    await server?.close();
  }
}

/** Parts of the wire that Pulumi's switches turn off. */
export function disabledFeatures(env: Environment): readonly Feature[] {
  const switches: readonly (readonly [string, Feature])[] = [
    ['PULUMI_DISABLE_RESOURCE_REFERENCES', 'resourceReferences'],
    ['PULUMI_DISABLE_OUTPUT_VALUES', 'outputValues'],
  ];
  return switches.filter(([name]) => isOn(env[name])).map(([, feature]) => feature);
}
