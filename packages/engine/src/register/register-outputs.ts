import {
  containsUnknown,
  emptyMap,
  OperationError,
  type PropertyMap,
  type PropertyValue,
  propertyEquals,
  type ResourceState,
  type StepInfo,
  setOwn,
  stackType,
  type Urn,
} from '@radiant/model';
import { runAfterHooks } from '../callbacks/run-hooks.ts';
import { assertBounded } from '../operation/assert-bounded.ts';
import { noteFailure } from '../operation/note-failure.ts';
import type { Operation } from '../operation/operation.ts';
import { assertOutputsPlanned } from '../plan/planned.ts';
import { withSecretOutputs } from '../provider/recordable.ts';
import type { Registration, RegistrationResult } from './registration.ts';
import { urnAfterFailure } from './replies.ts';

/**
 * What the program says of a component at its end. The stack's outputs are kept until the operation ends: they are
 * published when everything else is done.
 */
export async function registerOutputs(operation: Operation, urn: Urn, outputs: PropertyMap): Promise<void> {
  operation.progress.assertMayBegin();
  const registration = operation.registrations.get(urn);
  if (registration === undefined || registration.hasOutputs)
    throw new OperationError({
      code: 'OUTPUTS_UNEXPECTED',
      summary: `cannot complete a resource '${urn}' whose registration isn't pending`,
      urn,
    });
  registration.hasOutputs = true;
  try {
    const { type, name } = registration.goal;
    assertBounded(outputs, (property) => `output '${property}' of ${type} '${name}'`, urn);
    operation.scrubber.add(outputs);
    if (isBound(operation, registration)) assertOutputsPlanned(operation, urn, registration.found?.outputs, outputs);
  } catch (error) {
    urnAfterFailure(operation, registration, noteFailure(operation, registration, error));
  }
  if (registration.goal.type === stackType) operation.stackOutputs = outputs;
  else
    await recordOutputs(
      operation,
      registration,
      knownOutputs(operation, registration.result?.state.outputs ?? emptyMap, outputs),
    );
}

/**
 * What is not made, or left alone, is recorded with no outputs but those that it has. After a failure, an update has told
 * why outputs are not as they were planned.
 */
function isBound({ isPreview, progress }: Operation, { result }: Registration): boolean {
  return result !== undefined && result.isPassedOver !== true && (isPreview || !progress.isFailed);
}

/** The stack's outputs. After a failure, those that the program did not come to are kept as they were. */
export async function publishStackOutputs(operation: Operation, stack: Registration, isWhole: boolean): Promise<void> {
  const { result } = stack;
  if (result === undefined || operation.stackOutputs === undefined) return;
  const declared = knownOutputs(operation, result.state.outputs, operation.stackOutputs);
  const outputs = isWhole ? declared : { ...result.state.outputs, ...declared };
  operation.stackOutputs = outputs;
  await recordOutputs(operation, stack, outputs);
}

/** Components that the program left without outputs are done all the same. */
export async function completeComponents(operation: Operation): Promise<void> {
  for (const registration of operation.registrations.values()) {
    const { goal, result, hasOutputs } = registration;
    if (goal.kind !== 'component' || goal.type === stackType || hasOutputs || result === undefined) continue;
    registration.hasOutputs = true;
    await recordOutputs(operation, registration, result.state.outputs);
  }
}

/** What was left alone stays so; what a destruction has deleted is not to come back. */
function isToBeRecorded({ ledger }: Operation, { key, isPassedOver }: RegistrationResult): boolean {
  return isPassedOver !== true && ledger.get(key) !== undefined;
}

/**
 * What came of resources that were not made is unknown even after an update, and cannot be recorded: what was recorded
 * before stays.
 */
function knownOutputs({ isPreview }: Operation, olds: PropertyMap, news: PropertyMap): PropertyMap {
  if (isPreview || !containsUnknown(news)) return news;
  const known: Record<string, PropertyValue> = {};
  for (const [key, value] of Object.entries(news)) {
    const kept = containsUnknown(value) ? (Object.hasOwn(olds, key) ? olds[key] : undefined) : value;
    if (kept !== undefined) setOwn(known, key, kept);
  }
  return known;
}

async function recordOutputs(operation: Operation, registration: Registration, outputs: PropertyMap): Promise<void> {
  const { result, goal, openStep } = registration;
  if (result === undefined) return;
  // As its record is compared with what is declared the next time.
  const secret = withSecretOutputs(outputs, result.state.inputs, goal.additionalSecretOutputs);
  const state = { ...result.state, outputs: secret };
  if (isToBeRecorded(operation, result) && !propertyEquals(result.state.outputs, secret)) {
    registration.result = { ...result, state };
    await operation.ledger.change([{ kind: 'put', key: result.key, state }]);
  }
  if (openStep === undefined) return;
  await runComponentHooks(operation, openStep, state);
  const step = { ...openStep, new: state };
  operation.reporter.emit({ kind: 'step-succeeded', step, isPlanning: operation.isPreview });
}

/** A component is made or changed only when the program has told its outputs. */
async function runComponentHooks(operation: Operation, { op, old }: StepInfo, state: ResourceState): Promise<void> {
  if (op === 'update')
    await runAfterHooks(operation, 'afterUpdate', { ...(old === undefined ? {} : { old }), new: state });
  else if (op === 'create' || op === 'create-replacement')
    await runAfterHooks(operation, 'afterCreate', { new: state });
}
