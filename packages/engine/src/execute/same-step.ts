import { assert, isProviderType, propertyEquals, type ResourceState, type StepInfo } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import type { RegistrationPlan } from '../register/plan-registration.ts';
import type { Executed, Registration } from '../register/registration.ts';
import { runStep } from './run-step.ts';

/** Leaves a resource alone. Only what the provider never sees may be recorded anew. */
export async function sameStep(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  { key, state: old }: Recorded,
  hasNewMetadata: boolean,
): Promise<Executed> {
  assert(plan.same !== undefined, 'a resource that stays the same was compared');
  const planned = plan.same;
  let state = hasNewMetadata ? planned : old;
  const info = () => stepInfo('same', { old: plan.found ?? old, new: planned });
  const { step } = await runStep(operation, info(), async (begin) => {
    begin();
    if (isProviderType(registration.goal.type)) state = await keepProvider(operation, plan, old, state);
    if (state !== old) await operation.ledger.change([{ kind: 'put', key, state }]);
    return { step: info(), isToBeContinued: plan.handle === undefined };
  });
  return { key, state, step, isReplaced: false };
}

/** Says that a resource is left alone, without comparing it. */
export async function sameMarker(operation: Operation, state: ResourceState): Promise<StepInfo> {
  const step = stepInfo('same', { old: state, new: state });
  await runStep(operation, step, async () => ({ step, isToBeContinued: state.ownership === 'component' }));
  return step;
}

/**
 * Says that a resource is left alone which the program was run to declare: it is planned like any other, and comes to
 * what is recorded of it.
 */
export async function heardMarker(operation: Operation, state: ResourceState): Promise<StepInfo> {
  const step = stepInfo('same', { old: state, new: { ...state } });
  await runStep(operation, step, async () => ({ step }));
  return step;
}

/** Says that something declared is not made (Pulumi: a skipped create). */
export async function skipMarker(operation: Operation, planned: ResourceState): Promise<void> {
  const step = stepInfo('same', { old: planned, new: planned });
  await runStep(operation, step, async () => ({ step }));
}

/** An unchanged provider still has to be configured, and may have something new to remember. */
async function keepProvider(
  { providers }: Operation,
  { inputs }: RegistrationPlan,
  old: ResourceState,
  state: ResourceState,
): Promise<ResourceState> {
  const { outputs } = await providers.configure({ urn: state.urn, type: state.type, id: old.id, inputs, old });
  return propertyEquals(outputs, old.outputs) ? state : { ...state, outputs };
}
