import {
  type CreateResult,
  isProviderType,
  type PropertyMap,
  type ResourceState,
  type SnapshotChange,
  type StateKey,
  type StepOp,
} from '@radiant/model';
import { runAfterHooks, runBeforeHooks } from '../callbacks/run-hooks.ts';
import { StepFailures } from '../callbacks/step-failures.ts';
import type { Operation } from '../operation/operation.ts';
import { callContext } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { createThing } from '../provider/provider-calls.ts';
import { recordable } from '../provider/recordable.ts';
import { newState } from '../register/new-state.ts';
import type { RegistrationPlan } from '../register/plan-registration.ts';
import type { Executed, Registration } from '../register/registration.ts';
import { tracedOutputs } from '../register/unknown-sources.ts';
import { callDurably } from './call-durably.ts';
import { handOver } from './replacement.ts';
import { runStep, type StepResult, timestamp } from './run-step.ts';
import { makeReady } from './update-durably.ts';

export interface Creation {
  readonly op: Extract<StepOp, 'create' | 'create-replacement'>;
  /** What it takes the place of, for the events. */
  readonly old?: ResourceState;
  /** Where it is recorded. */
  readonly key: StateKey;
  /** The record of what is to go, which says so from the moment this one is recorded. */
  readonly supersedes?: StateKey;
  readonly isReplaced: boolean;
}

/** Makes the thing and records it. */
export async function createStep(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  creation: Creation,
): Promise<Executed> {
  const { urn, goal } = registration;
  const { inputs, provider, handle, comparison } = plan;
  const now = timestamp(operation);
  const planned = newState(urn, goal, provider, {
    ownership: handle === undefined ? 'component' : 'managed',
    id: '',
    inputs,
    created: now,
    modified: now,
  });
  const details = creation.isReplaced ? comparison : {};
  const info = (state: ResourceState, old = creation.old) =>
    stepInfo(creation.op, { ...(old === undefined ? {} : { old }), new: state }, details);
  const changesFor = (state: ResourceState): SnapshotChange[] => [
    { kind: 'put', key: creation.key, state },
    ...(creation.supersedes === undefined
      ? []
      : [handOver(operation.ledger, creation.supersedes, state, handle?.provider.capabilities)]),
  ];
  const replaced: ResourceState | undefined =
    creation.old !== undefined && creation.supersedes !== undefined
      ? { ...creation.old, disposition: 'superseded' }
      : creation.old;
  let created = planned;
  const { step } = await runStep(operation, info(planned), async (begin): Promise<StepResult> => {
    if (planned.hooks !== undefined) begin();
    await runBeforeHooks(operation, 'beforeCreate', { new: planned });
    if (handle === undefined) {
      await operation.ledger.change(changesFor(planned));
      return { step: info(planned, replaced), isToBeContinued: true };
    }
    const call = async () => {
      const answer = await createThing(
        handle,
        createRequest(operation, registration, inputs),
        callContext(operation, urn),
      );
      return createdState(operation, registration, creation, planned, answer);
    };
    if (isProviderType(goal.type)) {
      begin();
      created = await call();
      await operation.ledger.change(changesFor(created));
    } else {
      const failures = new StepFailures(operation, { failedOperation: 'create', new: planned });
      created = await callDurably(
        operation,
        { operation: 'creating', resource: planned, begin },
        failures,
        call,
        changesFor,
      );
      created = await makeReady(operation, { registration, plan, handle, begin }, created, failures, changesFor);
    }
    if (created.initErrors.length === 0) await runAfterHooks(operation, 'afterCreate', { new: created });
    return { step: info(created, replaced), initErrors: created.initErrors };
  });
  return { key: creation.key, state: created, step, isReplaced: creation.isReplaced };
}

function createRequest(operation: Operation, { urn, goal }: Registration, inputs: PropertyMap) {
  const timeoutSeconds = goal.customTimeouts.create;
  return {
    urn,
    type: goal.type,
    name: goal.name,
    inputs,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    isPreview: operation.isPreview,
  };
}

function createdState(
  operation: Operation,
  registration: Registration,
  { isReplaced }: Creation,
  planned: ResourceState,
  answer: CreateResult,
): ResourceState {
  const { additionalSecretOutputs } = registration.goal;
  const { outputs, ...kept } = recordable(operation, answer, planned.inputs, additionalSecretOutputs);
  const now = timestamp(operation);
  return {
    ...planned,
    id: answer.id,
    outputs: tracedOutputs(operation, registration, outputs, planned.inputs, isReplaced ? 'replace' : 'create'),
    ...kept,
    created: now,
    modified: now,
  };
}
