import type { Diagnostic } from './diagnostic.ts';
import type { StepInfo, StepOp } from './step.ts';

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
  | { readonly kind: 'summary'; readonly timeMs: number; readonly summary: OperationSummary };

export type EventSink = (event: EngineEvent) => void;
