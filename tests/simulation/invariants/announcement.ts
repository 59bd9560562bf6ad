import type { PendingOperation } from '@radiant/model';
import type { ChangingCall } from '../recorder.ts';

const doing: { readonly [call in ChangingCall['call']]: PendingOperation['kind'] } = {
  create: 'creating',
  update: 'updating',
  delete: 'deleting',
};

/** What the journal says is about to happen when a provider is called: of a deletion the record, else what is planned. */
export function announcementOf({ call, id, pending }: ChangingCall): PendingOperation['resource'] | undefined {
  // A creation has no id yet.
  return pending.find(
    ({ kind, resource }) => kind === doing[call] && (resource.id === id || resource.inputs.name === id),
  )?.resource;
}
