import type { DetailedDiff } from './provider.ts';
import type { ResourceState } from './resource-state.ts';
import type { Urn } from './urn.ts';

/** The operations of a step, in the names of Pulumi's engine events. */
export const stepOps = [
  'same',
  'create',
  'update',
  'delete',
  'replace',
  'create-replacement',
  'delete-replaced',
  'read',
  'read-replacement',
  'discard',
  'discard-replaced',
  'remove-pending-replace',
  'refresh',
  'import',
  'import-replacement',
] as const;

export type StepOp = (typeof stepOps)[number];

/** One unit of work on one resource, as events and renderers see it. */
export interface StepInfo {
  readonly op: StepOp;
  readonly urn: Urn;
  readonly type: string;
  /** What was recorded before the step; for a creation absent. */
  readonly old?: ResourceState;
  /** What will be, or was, recorded by the step; for a deletion absent. */
  readonly new?: ResourceState;
  /** `urn::id`; empty for components. */
  readonly provider: string;
  /** Properties that force the replacement. */
  readonly replaceKeys?: readonly string[];
  /** Top-level properties that differ. */
  readonly diffs?: readonly string[];
  readonly detailedDiff?: DetailedDiff;
  /** Counted in the summary and shown as a change of its own: false for the halves of a replacement. */
  readonly isLogical: boolean;
  /** A default provider and the like: in the event log, but neither shown nor counted. */
  readonly isInternal: boolean;
}
