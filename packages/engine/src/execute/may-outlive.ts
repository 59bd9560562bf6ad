import { OperationError, type ResourceState, referencedUrns, type Urn } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import type { Registration } from '../register/registration.ts';
import { replaceKeys } from './replace-keys.ts';

/** One that the program has declared and that was left alone, or has failed, still leans on what is to go. */
export async function assertMayOutlive(operation: Operation, { state: going }: Recorded, dependent: ResourceState) {
  const { absence, result } = registrationOf(operation, dependent.urn) ?? {};
  const isUnchanged = absence !== undefined || result?.isPassedOver === true;
  if (!isUnchanged || !referencedUrns(dependent).has(going.urn)) return;
  const keys = await replaceKeys(operation, dependent, new Set([going.urn]));
  if (keys !== undefined) throw stayingDependent(operation, dependent.urn, going.urn);
}

/** What declares a record, which may still have the URN that an alias is to take from it. */
function registrationOf({ registrations, aliased }: Operation, urn: Urn): Registration | undefined {
  return registrations.get(aliased.get(urn) ?? urn);
}

export function stayingDependent(operation: Operation, urn: Urn, cause: Urn): OperationError {
  const absence = registrationOf(operation, urn)?.absence;
  const hasFailed = absence === 'failed' || absence === 'blocked';
  return new OperationError({
    code: 'DEPENDENT_STAYS',
    summary: `unable to replace resource "${cause}", since "${urn}" cannot outlive it`,
    detail: `"${cause}" must be deleted before its successor is made, and "${urn}" ${
      hasFailed ? 'could not be changed before that.' : 'is none of what this operation may touch.'
    }`,
    remedy: hasFailed ? undefined : 'Run it without --exclude, or with a --target for each of the two.',
    urn: cause,
  });
}
