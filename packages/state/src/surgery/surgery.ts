import { OperationError, type SecretsProvider, type Snapshot, verifySnapshot } from '@radiant/model';
import type { StateViolation } from '../backend/stack-state.ts';
import { type Deletion, deleteRecords } from './delete-records.ts';
import { editState } from './edit-state.ts';
import { type EditedState, settled } from './edited-state.ts';
import { effectsOf, type StateEffect } from './effects.ts';
import { type Mark, markRecords } from './mark-records.ts';
import { renameRecord } from './rename-record.ts';
import { repairState } from './repair-state.ts';

/** A change of the state by hand. Things are never touched by one: only what is recorded of them. */
export type Surgery =
  | ({ readonly kind: 'delete' } & Deletion)
  | { readonly kind: 'rename'; readonly urn: string; readonly name: string }
  /** `urns` undefined: all. */
  | { readonly kind: Mark; readonly urns: readonly string[] | undefined }
  | { readonly kind: 'edit'; readonly edited: Snapshot }
  | { readonly kind: 'repair' };

/** A state as it was found. */
export interface FoundState {
  readonly snapshot: Snapshot;
  readonly violations: readonly StateViolation[];
  readonly secretsProvider: SecretsProvider | undefined;
}

export interface SurgeryPlan {
  readonly edited: EditedState;
  /** What differs afterwards. Empty, with nothing to rewrite: there is nothing to do. */
  readonly effects: readonly StateEffect[];
  /** Rules that the state breaks, and will not afterwards. */
  readonly mended: readonly StateViolation[];
  /** Rules that it breaks before and afterwards. */
  readonly left: readonly StateViolation[];
}

/** Throws what the surgery throws, and `STATE_INTEGRITY` for one that would break a rule that the state keeps now. */
export function planSurgery(found: FoundState, surgery: Surgery): SurgeryPlan {
  return judge(found, editedBy(found, surgery));
}

/** What an edited state means for the one it is made from. Throws `STATE_INTEGRITY`. */
export function judge({ snapshot, violations, secretsProvider }: FoundState, edited: EditedState): SurgeryPlan {
  const known = new Set(violations.map(({ message }) => message));
  const after = verifySnapshot(settled(edited));
  const broken = after.filter(({ message }) => !known.has(message));
  if (broken.length > 0) throw refused(broken);
  const lasting = new Set(after.map(({ message }) => message));
  return {
    edited,
    effects: effectsOf(snapshot, edited, secretsProvider),
    mended: violations.filter(({ message }) => !lasting.has(message)),
    left: after,
  };
}

function editedBy({ snapshot, secretsProvider }: FoundState, surgery: Surgery): EditedState {
  switch (surgery.kind) {
    case 'delete':
      return deleteRecords(snapshot, surgery);
    case 'rename':
      return renameRecord(snapshot, surgery.urn, surgery.name);
    case 'protect':
    case 'unprotect':
    case 'taint':
    case 'untaint':
      return markRecords(snapshot, surgery.kind, surgery.urns);
    case 'edit':
      return editState(snapshot, surgery.edited, secretsProvider);
    case 'repair':
      return repairState(snapshot);
  }
}

function refused(broken: readonly StateViolation[]): OperationError {
  const lines = broken.slice(0, 10).map(({ rule, message }) => `${message} (${rule})`);
  const rest = broken.length > 10 ? [`and ${broken.length - 10} more`] : [];
  return new OperationError({
    code: 'STATE_INTEGRITY',
    summary: 'the state would break its rules; nothing was changed',
    detail: [...lines, ...rest].join('\n'),
  });
}
