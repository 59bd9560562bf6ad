import type { ResourceState, SnapshotChange } from '@radiant/model';
import type { StepFailures } from '../callbacks/step-failures.ts';
import { callContext, type Operation } from '../operation/operation.ts';
import { updateThing } from '../provider/provider-calls.ts';
import type { ProviderHandle } from '../provider/provider-handle.ts';
import { recordable } from '../provider/recordable.ts';
import type { RegistrationPlan } from '../register/plan-registration.ts';
import type { Registration } from '../register/registration.ts';
import { tracedOutputs } from '../register/unknown-sources.ts';
import { callDurably } from './call-durably.ts';
import { initErrorText, timestamp } from './run-step.ts';

/** What is to be brought to the planned inputs. */
export interface Update {
  readonly registration: Registration;
  readonly plan: RegistrationPlan;
  readonly handle: ProviderHandle;
  /** As it is recorded. */
  readonly old: ResourceState;
  /** The record to be, but for what the provider answers. */
  readonly planned: ResourceState;
  readonly begin: () => void;
}

type Changes = (state: ResourceState) => readonly SnapshotChange[];

export function updateDurably(
  operation: Operation,
  update: Update,
  failures: StepFailures,
  changesFor: Changes,
): Promise<ResourceState> {
  const step = { operation: 'updating', resource: update.planned, begin: update.begin } as const;
  return callDurably(operation, step, failures, () => updateOnce(operation, update), changesFor);
}

/**
 * Updates what exists but did not become ready, as often as its error hooks want that. Whatever made it, another attempt
 * is an update: to create it again would leave the first one behind.
 */
export async function makeReady(
  operation: Operation,
  update: Omit<Update, 'old' | 'planned'>,
  state: ResourceState,
  failures: StepFailures,
  changesFor: Changes,
): Promise<ResourceState> {
  let current = state;
  while (current.initErrors.length > 0) {
    if (!(await failures.wantRetryAfter(new Error(initErrorText(current.initErrors))))) break;
    current = await updateDurably(operation, { ...update, old: current, planned: current }, failures, changesFor);
  }
  return current;
}

/** Returns what is to be recorded. */
export async function updateOnce(operation: Operation, update: Update): Promise<ResourceState> {
  const { registration, plan, handle, planned } = update;
  const { urn, goal } = registration;
  const answer = await updateThing(handle, updateRequest(operation, update), callContext(operation, urn));
  const { outputs, ...kept } = recordable(operation, answer, plan.inputs, goal.additionalSecretOutputs);
  return {
    ...planned,
    outputs: tracedOutputs(operation, registration, outputs, plan.inputs, 'update'),
    ...kept,
    modified: timestamp(operation),
  };
}

function updateRequest(operation: Operation, { registration, plan, old }: Update) {
  const { urn, goal } = registration;
  const timeoutSeconds = goal.customTimeouts.update;
  return {
    urn,
    type: goal.type,
    name: goal.name,
    id: old.id,
    oldInputs: old.inputs,
    oldOutputs: old.outputs,
    newInputs: plan.inputs,
    ignoreChanges: goal.ignoreChanges,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    isPreview: operation.isPreview,
  };
}
