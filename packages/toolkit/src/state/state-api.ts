import type { CutReference, MoveRequest, StateEffect, Surgery } from '@radiant/state';

export type { CutReference, FieldChange, MoveRequest, StateEffect } from '@radiant/state';

/* Changes of the state by hand, as they are planned and shown. */

export interface RecordSummary {
  readonly urn: string;
  readonly id: string;
  readonly isProtected: boolean;
  readonly isPendingDeletion: boolean;
}

/** A change of the state by hand. `edit`: the text of an export, as an editor left it. */
export type StateChange =
  | Exclude<Surgery, { readonly kind: 'edit' }>
  | { readonly kind: 'edit'; readonly text: string };

export interface PlannedStateChange {
  readonly effects: readonly StateEffect[];
  /** Rules of a state that it breaks now and will not afterwards. */
  readonly mended: readonly string[];
  /** Rules that it will still break. */
  readonly left: readonly string[];
  /** False when there is nothing to write. */
  readonly isNeeded: boolean;
}

export interface ResourceMove {
  /** Full names. */
  readonly source: string;
  readonly destination: string;
  /** Nothing is written. */
  plan(request: MoveRequest): Promise<PlannedMove>;
  /** Moves, provided that it is still what was planned. */
  perform(request: MoveRequest, planned: PlannedMove): Promise<void>;
}

export interface PlannedMove {
  /** By the URNs in the source. */
  readonly moved: readonly string[];
  /** What was asked for and is not in the source. */
  readonly missing: readonly string[];
  /** References that end: of what stays to what moves, and the other way round. */
  readonly cutInSource: readonly CutReference[];
  readonly cutInDestination: readonly CutReference[];
  readonly effects: { readonly source: readonly StateEffect[]; readonly destination: readonly StateEffect[] };
}
