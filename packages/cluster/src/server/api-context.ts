import type { RegistryContext } from '../registry/context.ts';

/** What the router's handlers work on. */
export interface ApiContext {
  readonly registry: RegistryContext;
  /** Resolves when every write so far survives the process. */
  readonly durable: () => Promise<void>;
}
