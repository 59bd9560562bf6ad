import type { EnforcementLevel, PropertyMap } from '@radiant/model';

/** What a pack says of itself, before it is configured. */
export interface AnalyzerDescription {
  readonly name: string;
  readonly version: string;
  readonly supportsConfig: boolean;
  readonly policies: readonly PolicyDescription[];
  readonly initialConfig: ReadonlyMap<string, PolicySettings>;
}

export interface PolicyDescription {
  readonly name: string;
  readonly level: EnforcementLevel;
  readonly subject: 'resource' | 'stack' | 'unknown';
  /** JSON Schemas of what can be configured. */
  readonly schema: { readonly properties: PropertyMap; readonly required: readonly string[] } | undefined;
}

export interface PolicySettings {
  readonly level: EnforcementLevel;
  readonly properties: PropertyMap;
}
