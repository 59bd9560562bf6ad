import type { CustomTimeouts } from './goal.ts';
import type { ResourceMonitor } from './monitor.ts';
import type { PropertyMap } from './property-value.ts';
import type { Urn } from './urn.ts';

/** What breaking a policy means; `remediate` repairs what it can and is as strict as `mandatory` about the rest. */
export type EnforcementLevel = 'advisory' | 'mandatory' | 'remediate' | 'disabled';

export type PolicySeverity = 'low' | 'medium' | 'high' | 'critical';

export interface Policy {
  readonly name: string;
  /** What it looks at. */
  readonly subject: 'resource' | 'stack' | 'unknown';
  /** As configured. */
  readonly level: EnforcementLevel;
}

/** The resource that serves another, as policies see it. */
export interface PolicyProvider {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly properties: PropertyMap;
}

/** A declared resource as policies see it (engine reference 5.2). */
export interface PolicyResource extends PolicyProvider {
  readonly options: {
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly deleteBeforeReplace: boolean | undefined;
    readonly additionalSecretOutputs: readonly string[];
    readonly aliases: readonly Urn[];
    readonly customTimeouts: CustomTimeouts;
    readonly parent: Urn | undefined;
  };
  readonly provider: PolicyProvider | undefined;
}

/** A resource of the stack as it is in the end: its properties are its outputs. */
export interface PolicyStackResource extends PolicyResource {
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: { readonly [property: string]: readonly Urn[] };
}

/** What a policy found. */
export interface PolicyFinding {
  readonly policy: string;
  readonly description: string;
  readonly message: string;
  readonly level: EnforcementLevel;
  readonly severity: PolicySeverity | undefined;
  /** Of the resource that it is about, where a policy of the stack names one. */
  readonly urn: Urn | undefined;
}

/** What a policy has made of the inputs of a resource, or why it could not. */
export interface Remediation {
  readonly policy: string;
  readonly description: string;
  readonly outcome:
    | { readonly kind: 'repaired'; readonly properties: PropertyMap }
    | { readonly kind: 'failed'; readonly reason: string };
}

export interface PolicyVerdict<Result> {
  readonly results: readonly Result[];
  /** Names of policies that did not look at it. */
  readonly notApplicable: readonly string[];
}

/** A running policy pack. What it throws ends the operation: what was not looked at must not pass. */
export interface PolicyPack {
  readonly name: string;
  readonly version: string;
  /** Where it is, as the person has named it. */
  readonly place: string;
  readonly policies: readonly Policy[];
  remediate(resource: PolicyResource): Promise<PolicyVerdict<Remediation>>;
  analyze(resource: PolicyResource): Promise<PolicyVerdict<PolicyFinding>>;
  analyzeStack(resources: readonly PolicyStackResource[]): Promise<PolicyVerdict<PolicyFinding>>;
  close(): Promise<void>;
}

/** The policy packs that an operation is to keep to. */
export interface PolicySource {
  /** Starts them. Throws OperationError when one does not start or is not configured rightly. */
  load(engine: {
    readonly monitor: ResourceMonitor;
    /** Hides secrets in what a pack says. */
    mask(text: string): string;
  }): Promise<readonly PolicyPack[]>;
}
