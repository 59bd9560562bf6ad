import { isProviderType, type ResourceState, type SnapshotChange } from '@radiant/model';
import { runAfterHooks, runBeforeHooks } from '../callbacks/run-hooks.ts';
import type { Recorded } from '../operation/ledger.ts';
import { callContext, type Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { updateThing } from '../provider/provider-calls.ts';
import { recordable } from '../provider/recordable.ts';
import { newState } from '../register/new-state.ts';
import type { RegistrationPlan } from '../register/plan-registration.ts';
import type { Registration, RegistrationResult } from '../register/registration.ts';
import { tracedOutputs } from '../register/unknown-sources.ts';
import { callDurably } from './call-durably.ts';
import { runStep, type StepResult, timestamp } from './run-step.ts';

/** Changes the thing in place and records it. */
export async function updateStep(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  { key, state: old }: Recorded,
): Promise<RegistrationResult> {
  const { urn, goal } = registration;
  const { inputs, provider, handle, comparison } = plan;
  const planned = newState(urn, goal, provider, {
    ownership: old.ownership,
    id: old.id,
    inputs,
    outputs: old.outputs,
    created: old.created,
    modified: timestamp(operation),
    ...(old.extra === undefined ? {} : { extra: old.extra }),
  });
  const info = (state: ResourceState) => stepInfo('update', { old: plan.found ?? old, new: state }, comparison);
  const changesFor = (state: ResourceState): SnapshotChange[] => [{ kind: 'put', key, state }];
  let updated = planned;
  const { step } = await runStep(operation, info(planned), async (): Promise<StepResult> => {
    await runBeforeHooks(operation, 'beforeUpdate', { old, new: planned });
    if (handle === undefined) {
      await operation.ledger.change(changesFor(planned));
      return { step: info(planned), isToBeContinued: true };
    }
    const call = async () => {
      const answer = await updateThing(
        handle,
        updateRequest(operation, registration, plan, old),
        callContext(operation, urn),
      );
      const { outputs, initErrors } = recordable(operation, answer, inputs, goal.additionalSecretOutputs);
      updated = {
        ...planned,
        outputs: tracedOutputs(operation, registration, outputs, inputs, 'update'),
        initErrors,
        modified: timestamp(operation),
      };
      return updated;
    };
    if (isProviderType(goal.type)) await operation.ledger.change(changesFor(await call()));
    else await callDurably(operation, { operation: 'updating', resource: planned, old }, call, changesFor);
    if (updated.initErrors.length === 0) await runAfterHooks(operation, 'afterUpdate', { old, new: updated });
    return { step: info(updated), initErrors: updated.initErrors };
  });
  return { key, state: updated, step, isReplaced: false };
}

function updateRequest(operation: Operation, { urn, goal }: Registration, plan: RegistrationPlan, old: ResourceState) {
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
