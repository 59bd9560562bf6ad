import { assert, OperationError, type ResourceState, unreachable } from '@radiant/model';
import { decideStep, type StepDecision } from '../decide/decide-step.ts';
import { createStep } from '../execute/create-step.ts';
import { importStep } from '../execute/import-step.ts';
import { deleteBeforeReplace } from '../execute/replace-cascade.ts';
import { claimNewKey, replaceMarker } from '../execute/replacement.ts';
import { sameStep } from '../execute/same-step.ts';
import { updateStep } from '../execute/update-step.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { assertDecisionPlanned } from '../plan/planned.ts';
import { newState } from './new-state.ts';
import { planRegistration, type RegistrationPlan } from './plan-registration.ts';
import type { Executed, Registration } from './registration.ts';

/** Does what was decided, step by step. */
export async function executePlan(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
): Promise<Executed> {
  const { decision } = plan;
  switch (decision) {
    case 'create':
      return createStep(operation, registration, plan, {
        op: 'create',
        key: registration.vacated ?? claimNewKey(operation),
        isReplaced: false,
      });
    case 'same':
    case 'same-with-new-metadata':
      return sameStep(operation, registration, plan, recordedOf(plan), decision === 'same-with-new-metadata');
    case 'update':
      return updateStep(operation, registration, plan, recordedOf(plan));
    case 'replace-create-first':
      return replaceCreateFirst(operation, registration, plan, recordedOf(plan));
    case 'replace-delete-first':
      await deleteBeforeReplace(operation, recordedOf(plan));
      return recreate(operation, registration, plan, recordedOf(plan));
    case 'recreate':
      return recreate(operation, registration, plan, recordedOf(plan));
    case 'import':
    case 'import-replacement':
      return importAndGoOn(operation, registration, plan);
    case 'refuse-protected':
    case 'refuse-imported':
      return refuse(operation, registration, plan, decision);
    case 'read':
    case 'read-replacement':
      throw unreachable(decision as never, 'a registration is no read');
    case 'leave':
    case 'skip':
      throw unreachable(decision as never, 'what is not to be touched is not planned');
    default:
      return unreachable(decision, 'every decision is executed');
  }
}

function recordedOf({ recorded }: RegistrationPlan): Recorded {
  assert(recorded !== undefined, 'a decision about a recorded resource has its record');
  return recorded;
}

/** The new one is recorded together with the mark that the old one is to go: never one without the other. */
async function replaceCreateFirst(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  { key, state: old }: Recorded,
): Promise<Executed> {
  const replaced = plan.found ?? old;
  const result = await createStep(operation, registration, plan, {
    op: 'create-replacement',
    old: replaced,
    key: claimNewKey(operation),
    supersedes: key,
    isReplaced: true,
  });
  await replaceMarker(operation, plan.comparison, { ...replaced, disposition: 'superseded' }, result.state);
  return result;
}

/** Makes again what is gone; the record that says so becomes the record of the new one. */
async function recreate(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  { key, state: old }: Recorded,
): Promise<Executed> {
  const keys = plan.comparison.replaceKeys.length > 0 ? undefined : operation.cascaded.get(registration.urn);
  const explained = keys === undefined ? plan : { ...plan, comparison: { ...plan.comparison, replaceKeys: keys } };
  const gone: ResourceState = { ...(plan.found ?? old), disposition: 'awaiting-recreate' };
  const { created, modified } = gone;
  const ownership = plan.handle === undefined ? 'component' : 'managed';
  const facts = { ownership, id: '', inputs: plan.inputs, created, modified } as const;
  const planned = newState(registration.urn, registration.goal, plan.provider, facts);
  await replaceMarker(operation, explained.comparison, gone, planned);
  return createStep(operation, registration, explained, { op: 'create-replacement', old: gone, key, isReplaced: true });
}

/**
 * Adopts an existing thing by its id, then makes it what the program declares: reading it comes first, what differs is an
 * update in the same operation (engine reference 7.8, "Import via resource option").
 */
async function importAndGoOn(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
): Promise<Executed> {
  const { recorded, provider, handle } = plan;
  const old = plan.decision === 'import-replacement' ? recorded : undefined;
  const place = old === undefined ? (recorded?.key ?? registration.vacated) : undefined;
  const key = place ?? claimNewKey(operation);
  const { state: imported, step } = await importStep(operation, registration, plan, { key, old });
  if (old !== undefined) await replaceMarker(operation, plan.comparison, old.state, imported);
  const isReplaced = old !== undefined;
  if (registration.goal.adoptsAsFound !== undefined) return { key, state: imported, step, isReplaced };
  const next = await planRegistration(operation, registration, { key, state: imported }, { provider, handle });
  if (next.decision !== 'same' && next.decision !== 'same-with-new-metadata') {
    assertDecisionPlanned(operation, registration.urn, next.decision);
    const result = await executePlan(operation, registration, next);
    return { ...result, isReplaced: result.isReplaced || isReplaced };
  }
  const state = next.same ?? imported;
  if (next.decision === 'same-with-new-metadata') await operation.ledger.change([{ kind: 'put', key, state }]);
  return { key, state, step, isReplaced };
}

type Refusal = Extract<StepDecision, 'refuse-protected' | 'refuse-imported'>;

/** An update stops here. A preview tells and goes on as if it were allowed, to show what would follow. */
async function refuse(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  refusal: Refusal,
): Promise<Executed> {
  const error = refusalError(registration, refusal);
  if (!operation.isPreview) throw error;
  const severity = refusal === 'refuse-imported' ? 'warning' : 'error';
  operation.reporter.diagnose({ severity, message: error.message, urn: registration.urn });
  if (severity === 'error') operation.progress.failStep();
  const adoption = refusal === 'refuse-imported' ? 'none' : plan.facts.adoption;
  const decision = decideStep({ ...plan.facts, guard: 'free', adoption });
  assertDecisionPlanned(operation, registration.urn, decision);
  return executePlan(operation, registration, { ...plan, decision });
}

function refusalError({ urn }: Registration, refusal: Refusal): OperationError {
  if (refusal === 'refuse-imported')
    return new OperationError({
      code: 'IMPORTED_NOT_REPLACED',
      summary:
        'previously-imported resources that still specify an ID may not be replaced; ' +
        'please remove the `import` declaration from your program',
      urn,
    });
  return new OperationError({
    code: 'RESOURCE_PROTECTED',
    summary:
      `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
      'remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`',
    urn,
  });
}
