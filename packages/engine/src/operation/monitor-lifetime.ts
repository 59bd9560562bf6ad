import type { ResourceMonitor } from '@radiant/model';

/** What programs and plugins may ask of the operation. */
export interface MonitorLifetime {
  /** The program's. */
  readonly monitor: ResourceMonitor;
  /** That of plugins, which live as long as the operation whatever they have declared. */
  readonly pluginMonitor: ResourceMonitor;
  /** Calls wait for `gate`: what must be settled before anything is planned. */
  openAfter(gate: Promise<void>): void;
  /** Resolves when the program says that it has declared everything. */
  readonly isSignalled: Promise<void>;
  /** Resolves when no call of the program is being worked on. From then on nothing more can be declared. */
  settled(): Promise<void>;
  /** Lets the program end. */
  release(): void;
}
