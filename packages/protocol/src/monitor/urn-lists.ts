import { setOwn, type Urn } from '@radiant/model';
import { UrnList } from '../messages/common-messages.ts';
import type { UrnPool } from './urn-pool.ts';

type UrnLists = { readonly [name: string]: readonly Urn[] };

/** Which properties came by which resources, for the wire. */
export function encodeUrnLists(lists: UrnLists): ReadonlyMap<string, UrnList> {
  return new Map(Object.entries(lists).map(([name, urns]) => [name, UrnList.of({ urns })]));
}

/** `what` names them in the error for what is no URN. */
export function decodeUrnLists(map: ReadonlyMap<string, UrnList>, urns: UrnPool, what: string): UrnLists {
  const lists: Record<string, readonly Urn[]> = {};
  for (const [name, list] of map) setOwn(lists, name, urns.list(list.urns, what));
  return lists;
}
