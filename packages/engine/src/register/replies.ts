import {
  containsUnknown,
  emptyMap,
  MonitorClosedError,
  type RegisterResourceResult,
  type ResourceState,
  type Urn,
  unknownId,
} from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import type { Executed, Registration } from './registration.ts';

/** Whether something about a resource is only known once it has been made or read. */
export function hasUnknown({ isPreview }: Operation, state: ResourceState): boolean {
  const { ownership, id, outputs } = state;
  return isPreview && ownership !== 'component' && (id === '' || id === unknownId || containsUnknown(outputs));
}

const outcomes = { skipped: 'succeeded', failed: 'failed', blocked: 'skipped' } as const;

/** What the program hears of a resource that nothing came of. After a failure in a preview all about it is unknown. */
export function absent({ urn, absence }: Registration): RegisterResourceResult {
  return absence === undefined ? unknownReply(urn) : { ...unknownReply(urn), outcome: outcomes[absence] };
}

function unknownReply(urn: Urn): RegisterResourceResult {
  return { urn, id: '', outputs: emptyMap, outcome: 'succeeded', isUnknown: true };
}

/** What is left alone keeps the URN that it is recorded under. */
export function reply({ goal }: Registration, { state }: Executed): RegisterResourceResult {
  return {
    urn: state.urn,
    id: state.id,
    outputs: goal.kind === 'component' ? emptyMap : state.outputs,
    outcome: 'succeeded',
  };
}

/**
 * What the program hears of a failure. While an update stops, programs are told that the monitor is closing, at which
 * they end quietly. A preview goes on, as if the resource were there and all about it unknown; an update that is to
 * continue on errors, as one that has failed.
 */
export function urnAfterFailure(operation: Operation, registration: Registration | undefined, noted: Error): Urn {
  const { progress, isPreview } = operation;
  const goesOn = registration !== undefined && progress.mayBegin && !(noted instanceof MonitorClosedError);
  if (goesOn) {
    if (!isPreview) registration.absence ??= 'failed';
    return registration.urn;
  }
  throw endProgram(operation, noted);
}

/** What the program hears when it can declare no more; the reason has been told. */
export function endProgram({ progress }: Operation, noted: Error): MonitorClosedError {
  progress.cutProgram();
  return new MonitorClosedError(noted.message);
}
