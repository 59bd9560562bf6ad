import type { Provider } from '@radiant/model';

/** A provider ready to be asked. */
export interface ProviderHandle {
  /** `urn::id`; empty for the manager of providers itself. */
  readonly reference: string;
  readonly provider: Provider;
  /** False in a preview while an input of the provider is unknown: nothing can be asked of it then. */
  readonly isConfigured: boolean;
  /** Whether it may be asked in a preview what a creation or an update will come to. */
  readonly foresees: boolean;
}
