import type { PendingOperation, ResourceState, Snapshot } from '@radiant/model';

/** A call that changes something in the world, and what was durable when it was made. */
export interface ChangingCall {
  readonly call: 'create' | 'update' | 'delete';
  readonly id: string;
  readonly pending: Snapshot['pendingOperations'];
  /** For a deletion: what is recorded and cannot outlive the thing. */
  readonly leaning: readonly ResourceState[];
  /** Whether it was begun after somebody asked to stop. */
  readonly isLate: boolean;
}

const doing: { readonly [call in ChangingCall['call']]: PendingOperation['kind'] } = {
  create: 'creating',
  update: 'updating',
  delete: 'deleting',
};

/** What the journal says is about to happen when a provider is called: of a deletion the record, else what is planned. */
export function announcementOf({
  call,
  id,
  pending,
}: Pick<ChangingCall, 'call' | 'id' | 'pending'>): PendingOperation['resource'] | undefined {
  // A creation has no id yet. An earlier one may still be in doubt.
  return pending.findLast(
    ({ kind, resource }) => kind === doing[call] && (resource.id === id || resource.inputs.name === id),
  )?.resource;
}
