import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { aliasUrns } from './aliases.ts';
import { refusal } from './refusal.ts';
import type { Registration } from './registration.ts';

/**
 * Finds what is recorded of a declared resource and takes it until the registration has ended, so that nobody else decides
 * on it; who must wait for it can. Waits itself while a delete-before-replace cascade has it in its hands.
 */
export async function claimRecord(operation: Operation, registration: Registration): Promise<Recorded | undefined> {
  for (;;) {
    const recorded = findRecord(operation, registration);
    const hold = recorded === undefined ? undefined : operation.held.get(recorded.key);
    if (hold !== undefined) {
      await hold.settled;
      continue;
    }
    if (recorded === undefined) return undefined;
    operation.claimed.add(recorded.key);
    const ended = Promise.withResolvers<void>();
    operation.inFlight.set(recorded.key, ended.promise);
    registration.ended = () => {
      operation.inFlight.delete(recorded.key);
      registration.ended = undefined;
      ended.resolve();
    };
    registration.found = recorded.state;
    if (recorded.state.urn !== registration.urn) {
      registration.aliasOf = recorded.state.urn;
      operation.aliased.set(recorded.state.urn, registration.urn);
    }
    return recorded;
  }
}

function findRecord(operation: Operation, { urn, goal }: Registration): Recorded | undefined {
  const { ledger, registrations, request, aliased } = operation;
  const owner = aliased.get(urn);
  if (owner !== undefined)
    throw refusal(
      urn,
      'URN_IS_ALIAS',
      `Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${owner}'`,
    );
  const own = ledger.live(urn);
  if (own !== undefined) return own;
  for (const alias of aliasUrns(request, goal, (other) => registrations.get(other)?.aliasOf)) {
    const taker = aliased.get(alias);
    if (taker !== undefined)
      throw refusal(
        urn,
        'ALIAS_DUPLICATE',
        `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${taker}'`,
      );
    const recorded = ledger.live(alias);
    if (recorded === undefined) continue;
    if (registrations.has(alias))
      throw refusal(
        urn,
        'ALIAS_DUPLICATE',
        `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${alias}'`,
      );
    return recorded;
  }
  return undefined;
}
