import type { PendingOperation } from '@radiant/model';
import type { PendingCreates } from './request.ts';

/** What the person says of a creation in doubt. */
export type Answer = { readonly kind: 'created'; readonly id: string } | { readonly kind: 'not-created' };

/** The answer to each, where there is one. A URN may be in doubt several times; its id answers for the first alone. */
export function answersTo(
  pending: readonly PendingOperation[],
  { imports = {}, clears = [], clearsOthers = false }: PendingCreates = {},
): readonly (Answer | undefined)[] {
  const ids = new Map(Object.entries(imports));
  return pending.map(({ kind, resource: { urn } }) => {
    if (kind !== 'creating') return undefined;
    const id = ids.get(urn);
    ids.delete(urn);
    if (id !== undefined) return { kind: 'created', id };
    return clearsOthers || clears.includes(urn) ? { kind: 'not-created' } : undefined;
  });
}

/** Pulumi's words, with the flags that answer. */
export function unsettledText(unsettled: readonly PendingOperation[]): string {
  const list = unsettled.map(
    (doubt) => `  * ${doubt.resource.urn}, interrupted while ${doubt.kind}${whichOne(doubt, unsettled)}`,
  );
  return (
    `Attempting to deploy or update resources with ${unsettled.length} pending operations from previous deployment.\n` +
    `${list.join('\n')}\n` +
    'These resources are in an unknown state: the operation was interrupted before it was known whether they were ' +
    'created, and their provider cannot tell. Look there, then answer:\n' +
    '    radiant refresh --import-pending-creates URN,ID    it was created, with that id\n' +
    '    radiant refresh --clear-pending-creates            they were not created'
  );
}

/** Tells those of one URN apart: which of them it is, and when it was begun as far as that was recorded. */
export function whichOne(doubt: PendingOperation, all: readonly PendingOperation[]): string {
  const alike = all.filter(({ resource }) => resource.urn === doubt.resource.urn);
  if (alike.length === 1) return '';
  const { created } = doubt.resource;
  const begun = doubt.kind !== 'creating' || created === undefined ? '' : `, begun ${created}`;
  return ` (${alike.indexOf(doubt) + 1} of ${alike.length}${begun})`;
}
