import { isProviderType, type ResourceState, type SnapshotChange } from '@radiant/model';
import { runAfterHooks, runBeforeHooks } from '../callbacks/run-hooks.ts';
import { StepFailures } from '../callbacks/step-failures.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { newState } from '../register/new-state.ts';
import type { RegistrationPlan } from '../register/plan-registration.ts';
import type { Executed, Registration } from '../register/registration.ts';
import { runStep, type StepResult, timestamp } from './run-step.ts';
import { makeReady, updateDurably, updateOnce } from './update-durably.ts';

/** Changes the thing in place and records it. */
export async function updateStep(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  { key, state: old }: Recorded,
): Promise<Executed> {
  const { urn, goal } = registration;
  const { inputs, provider, handle, comparison } = plan;
  const planned = newState(urn, goal, provider, {
    ownership: old.ownership,
    id: old.id,
    inputs,
    outputs: old.outputs,
    created: old.created,
    modified: timestamp(operation),
    refreshBeforeUpdate: old.refreshBeforeUpdate,
    ...(old.extra === undefined ? {} : { extra: old.extra }),
  });
  const info = (state: ResourceState) => stepInfo('update', { old: plan.found ?? old, new: state }, comparison);
  const changesFor = (state: ResourceState): SnapshotChange[] => [{ kind: 'put', key, state }];
  let updated = planned;
  const { step } = await runStep(operation, info(planned), async (begin): Promise<StepResult> => {
    if (planned.hooks !== undefined) begin();
    await runBeforeHooks(operation, 'beforeUpdate', { old, new: planned });
    if (handle === undefined) {
      await operation.ledger.change(changesFor(planned));
      return { step: info(planned), isToBeContinued: true };
    }
    const update = { registration, plan, handle, old, planned, begin };
    if (isProviderType(goal.type)) {
      begin();
      updated = await updateOnce(operation, update);
      await operation.ledger.change(changesFor(updated));
    } else {
      const failures = new StepFailures(operation, { failedOperation: 'update', old, new: planned });
      updated = await updateDurably(operation, update, failures, changesFor);
      updated = await makeReady(operation, update, updated, failures, changesFor);
    }
    if (updated.initErrors.length === 0) await runAfterHooks(operation, 'afterUpdate', { old, new: updated });
    return { step: info(updated), initErrors: updated.initErrors };
  });
  return { key, state: updated, step, isReplaced: false };
}
