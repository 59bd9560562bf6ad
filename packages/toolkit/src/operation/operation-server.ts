import type { ResourceMonitor } from '@radiant/model';
import { type MonitorServer, type ProgramServiceOptions, serveMonitor } from '@radiant/protocol';

/**
 * Where programs and plugins of one operation reach the engine: each monitor has an address of its own. Nobody listens
 * before somebody asks for it.
 */
export class OperationServer {
  readonly #options: Omit<ProgramServiceOptions, 'monitor'>;
  readonly #servers = new Map<ResourceMonitor, Promise<MonitorServer>>();

  constructor(options: Omit<ProgramServiceOptions, 'monitor' | 'root'>) {
    this.#options = { ...options, root: { urn: '' } };
  }

  /** `127.0.0.1:PORT` of the monitor and engine services. */
  async address(monitor: ResourceMonitor): Promise<string> {
    let server = this.#servers.get(monitor);
    if (server === undefined) {
      server = serveMonitor({ ...this.#options, monitor });
      this.#servers.set(monitor, server);
    }
    return (await server).address;
  }

  async close(): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values());
    await Promise.all(servers.map((server) => (server.status === 'fulfilled' ? server.value.close() : undefined)));
  }
}
