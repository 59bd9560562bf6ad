import type { WaitingDebuggee } from './debuggee.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { EnforcementLevel, PolicySeverity } from './policy.ts';
import type { PropertyMap } from './property-value.ts';
import type { StepInfo, StepOp } from './step.ts';
import type { Urn } from './urn.ts';

export type OperationKind = 'preview' | 'up' | 'refresh' | 'destroy';

export type OperationResultKind = 'succeeded' | 'failed' | 'cancelled';

export interface OperationSummary {
  readonly kind: OperationKind;
  readonly isPreview: boolean;
  readonly result: OperationResultKind;
  readonly durationMs: number;
  /** Logical, non-internal steps by operation. */
  readonly changes: { readonly [op in StepOp]?: number };
  /** Whether a provider may have done what is not recorded. */
  readonly isMaybeCorrupt: boolean;
  /** Versions of the policy packs that looked on, by `name|local|place`. */
  readonly policyPacks: { readonly [pack: string]: string };
}

interface PolicyNews {
  readonly pack: string;
  readonly packVersion: string;
}

/** A policy that is broken. */
export interface PolicyViolation extends PolicyNews {
  readonly policy: string;
  /** Of the resource that breaks it; of the stack when it is about all of them. */
  readonly urn: Urn;
  readonly description: string;
  readonly message: string;
  readonly level: EnforcementLevel;
  readonly severity?: PolicySeverity;
}

/** Inputs that a policy has changed. */
export interface PolicyRemediation extends PolicyNews {
  readonly policy: string;
  readonly urn: Urn;
  readonly before: PropertyMap;
  readonly after: PropertyMap;
}

/** What the policies of a pack found in a resource, or in the stack. */
export interface PolicySummary extends PolicyNews {
  readonly phase: 'remediate' | 'analyze' | 'analyze-stack';
  readonly urn?: Urn;
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/**
 * What a failed step leaves behind (Pulumi: resource.Status): nothing, a thing that did not become ready, or something
 * that nobody knows.
 */
export type StepFailure = 'not-done' | 'not-ready' | 'in-doubt';

/** What an operation says while it runs. Human, JSON and Automation API views are functions of these. */
export type EngineEvent =
  /** First: the configuration, secrets masked. */
  | { readonly kind: 'prelude'; readonly timeMs: number; readonly config: { readonly [key: string]: string } }
  /** Where changes go: `cluster …`. Once per provider that has a target. */
  | { readonly kind: 'target'; readonly timeMs: number; readonly text: string }
  | { readonly kind: 'diagnostic'; readonly timeMs: number; readonly diagnostic: Diagnostic }
  /** A step begins (Pulumi: resourcePreEvent). */
  | { readonly kind: 'step-started'; readonly timeMs: number; readonly step: StepInfo; readonly isPlanning: boolean }
  /** It succeeded (Pulumi: resOutputsEvent). */
  | { readonly kind: 'step-succeeded'; readonly timeMs: number; readonly step: StepInfo; readonly isPlanning: boolean }
  /** It failed (Pulumi: resOpFailedEvent); the reason is a diagnostic of its own. */
  | {
      readonly kind: 'step-failed';
      readonly timeMs: number;
      readonly step: StepInfo;
      readonly outcome: StepFailure;
      /** How many steps that count had been done before. */
      readonly stepsDone: number;
    }
  /** Policy packs are being started; before everything else. */
  | { readonly kind: 'policies-loading'; readonly timeMs: number }
  | { readonly kind: 'policy-violated'; readonly timeMs: number; readonly violation: PolicyViolation }
  | { readonly kind: 'policy-remediated'; readonly timeMs: number; readonly remediation: PolicyRemediation }
  | { readonly kind: 'policy-summary'; readonly timeMs: number; readonly summary: PolicySummary }
  /** The program, or a plugin, waits for a debugger (Pulumi: startDebuggingEvent). */
  | ({ readonly kind: 'debugging-started'; readonly timeMs: number } & WaitingDebuggee)
  | { readonly kind: 'summary'; readonly timeMs: number; readonly summary: OperationSummary };

export type EventSink = (event: EngineEvent) => void;
