import { createProgramService, type ProgramServiceOptions } from './monitor/program-service.ts';
import { serveWires } from './transport/wire-server.ts';

/** A monitor that programs can reach. */
export interface MonitorServer {
  /** `127.0.0.1:PORT`, for both `--monitor` and `--engine` of a program. */
  readonly address: string;
  /** Ends open calls in the way that makes SDKs exit quietly, then stops listening. */
  close(): Promise<void>;
}

/** Serves `pulumirpc.ResourceMonitor` and `pulumirpc.Engine` over either wire. */
export async function serveMonitor(options: ProgramServiceOptions): Promise<MonitorServer> {
  const service = createProgramService(options);
  const server = await serveWires(service.methods);
  return {
    address: server.address,
    close: () => {
      service.close();
      return server.close();
    },
  };
}
