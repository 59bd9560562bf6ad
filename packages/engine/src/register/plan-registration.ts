import type { Goal, PropertyMap, ResourceState } from '@radiant/model';
import { type ResourceNaming, resourceNaming } from '../autonaming/resource-naming.ts';
import { type Comparison, compareResource, noDifference } from '../compare/compare-resource.ts';
import { parseOptionPaths } from '../compare/replace-on-changes.ts';
import { decideStep, type StepDecision, type StepFacts } from '../decide/decide-step.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { assertGoalPlanned, assertInputsPlanned, seedOf } from '../plan/planned.ts';
import { inputsByPolicy, inputsByPolicyAgain } from '../policy/enforce-policies.ts';
import type { ProviderHandle } from '../provider/provider-handle.ts';
import { withSecretOutputs } from '../provider/recordable.ts';
import { checkGoal, supportsAutonaming, withIgnoredChanges } from './check-goal.ts';
import { isSameRecord, newState } from './new-state.ts';
import type { Registration } from './registration.ts';
import { declaredInputs } from './unknown-sources.ts';

/** What to do with one registration, and everything that doing it needs. */
export interface RegistrationPlan {
  readonly decision: StepDecision;
  readonly facts: StepFacts;
  readonly recorded: Recorded | undefined;
  /** What `recorded` says, still with the URN by which it was found: so events tell of it. */
  readonly found: ResourceState | undefined;
  readonly provider: string;
  readonly handle: ProviderHandle | undefined;
  /** Checked; for a replacement, checked as those of something new. */
  readonly inputs: PropertyMap;
  readonly comparison: Comparison;
  /** The record if the resource is left alone. */
  readonly same: ResourceState | undefined;
}

export interface Served {
  readonly provider: string;
  readonly handle: ProviderHandle | undefined;
}

/** Asks the provider what it must be asked, then lets the table decide. */
export async function planRegistration(
  operation: Operation,
  registration: Registration,
  recorded: Recorded | undefined,
  served: Served,
): Promise<RegistrationPlan> {
  const { handle, provider } = served;
  const naming = namingOf(operation, registration, handle);
  const { urn } = registration;
  assertPaths(registration);
  const goal = naming?.isFixed === true ? { ...registration.goal, deleteBeforeReplace: true } : registration.goal;
  const old = recorded?.state;
  const declared = declaredInputs(operation, goal);
  operation.scrubber.add(declared);
  const known = old !== undefined && isComparable(old, goal) ? old : undefined;
  warnOfSecretId(operation, registration);
  assertGoalPlanned(operation, registration, goal, provider, recorded);
  const adoption = adoptionOf(goal, old);
  // What is adopted is compared with what is found, once it is recorded.
  const isContinued = known !== undefined && adoption !== 'wanted';
  const wanted = isContinued ? withIgnoredChanges(goal, urn, known.inputs, declared) : declared;
  // What is replaced by order gets fresh defaults and names at once.
  const olds = operation.selection.replaces.matches(urn) ? undefined : known?.inputs;
  // What is made anew is made as declared: changes are ignored of what stays.
  const check = async (olds: PropertyMap | undefined) =>
    handle === undefined
      ? wanted
      : await checkGoal(operation, registration, handle, olds === undefined ? declared : wanted, olds, naming);
  const checked =
    adoption === 'wanted'
      ? wanted
      : await inputsByPolicy(operation, { registration, provider, inputs: await check(olds) });
  if (adoption !== 'wanted') assertInputsPlanned(operation, registration, goal, provider, olds, checked);
  const comparison =
    known === undefined || adoption === 'wanted'
      ? { ...noDifference, deleteFirst: goal.deleteBeforeReplace ?? false }
      : await compareResource(operation, { urn, goal, old: known, inputs: checked, provider, handle });
  const same = known === undefined ? undefined : sameState(registration, provider, known, checked);
  const isGuarded = old?.isProtected === true && goal.protect === true && !operation.ignoresProtection;
  const facts: StepFacts = {
    ...neutralFacts(goal, old),
    adoption,
    difference: differenceOf(comparison, known, same),
    order: comparison.deleteFirst ? 'delete-first' : 'create-first',
    guard: isGuarded ? 'protected' : 'free',
  };
  const decision = decideStep(facts);
  const isRefused = decision === 'refuse-protected' || decision === 'refuse-imported';
  const mayBeRemade = facts.difference === 'replace' && (operation.isPreview || !isRefused);
  const isRemade = mayBeRemade && handle !== undefined && olds !== undefined;
  const inputs = isRemade
    ? await inputsByPolicyAgain(operation, { registration, provider, inputs: await check(undefined) })
    : checked;
  return {
    decision,
    facts,
    recorded,
    found: old,
    provider,
    handle,
    inputs,
    comparison: explained(comparison, facts),
    same,
  };
}

const pathOptions = ['ignoreChanges', 'replaceOnChanges', 'hideDiffs'] as const satisfies readonly (keyof Goal)[];

/** Refused at once, and not only by the update that comes to follow them. */
function assertPaths({ urn, goal }: Registration): void {
  for (const option of pathOptions) parseOptionPaths(goal[option], option, urn);
}

function warnOfSecretId({ reporter }: Operation, { urn, goal }: Registration): void {
  if (!goal.additionalSecretOutputs.includes('id')) return;
  const message = 'The "id" property cannot be made secret. See pulumi/pulumi#2717 for more details.';
  reporter.diagnose({ severity: 'warning', message, urn });
}

/** Says so when the provider cannot follow what was meant for it, in Pulumi's words. */
function namingOf(
  operation: Operation,
  registration: Registration,
  handle: ProviderHandle | undefined,
): ResourceNaming | undefined {
  const { urn, goal } = registration;
  const naming = resourceNaming(operation.autonaming, goal, () => seedOf(operation, registration));
  if (naming === undefined || handle === undefined) return undefined;
  if (naming.isExpected && handle.isConfigured && !supportsAutonaming(handle))
    operation.reporter.diagnose({
      severity: 'warning',
      message:
        `${urn} resource has a custom autonaming setting but the provider does not support autonaming configuration, ` +
        'consider upgrading to a newer version',
      urn,
    });
  return naming;
}

/** What is known of a declared resource without asking anybody. */
export function neutralFacts(goal: Goal, old: ResourceState | undefined): StepFacts {
  return {
    record: recordOf(old),
    goal: goal.kind === 'custom' ? 'managed' : 'component',
    adoption: 'none',
    identity: 'same',
    difference: 'none',
    readiness: old !== undefined && old.initErrors.length > 0 ? 'not-ready' : 'ready',
    order: 'create-first',
    guard: 'free',
    scope: 'in',
  };
}

/** Whether record and goal are of one kind, so that comparing them makes sense. */
function isComparable(old: ResourceState, goal: Goal): boolean {
  if (old.disposition !== 'live') return false;
  return goal.kind === 'custom' ? old.ownership === 'managed' : old.ownership === 'component';
}

export function recordOf(old: ResourceState | undefined): StepFacts['record'] {
  if (old === undefined) return 'none';
  return old.disposition === 'awaiting-recreate' ? 'gone' : old.ownership;
}

/** An id is adopted once: when it is neither the recorded one nor the one adopted before. */
function adoptionOf(goal: Goal, old: ResourceState | undefined): StepFacts['adoption'] {
  if (goal.kind !== 'custom' || goal.importId === undefined) return 'none';
  if (old === undefined || old.ownership === 'external') return 'wanted';
  return old.importId === goal.importId || old.id === goal.importId ? 'done' : 'wanted';
}

function differenceOf(
  comparison: Comparison,
  old: ResourceState | undefined,
  same: ResourceState | undefined,
): StepFacts['difference'] {
  if (comparison.difference !== 'none' || old === undefined || same === undefined) return comparison.difference;
  return isSameRecord(old, same) ? 'none' : 'metadata';
}

/** What becomes a component or stops being one is replaced for the sake of its provider (Pulumi: replace key `provider`). */
function explained(comparison: Comparison, { record, goal }: StepFacts): Comparison {
  const changesKind = (record === 'managed' && goal === 'component') || (record === 'component' && goal === 'managed');
  return changesKind ? { ...comparison, replaceKeys: ['provider'] } : comparison;
}

/** The record of a resource whose provider sees no difference. */
export function sameState(
  { urn, goal }: Registration,
  provider: string,
  old: ResourceState,
  inputs: PropertyMap,
): ResourceState {
  return newState(urn, goal, provider, {
    ownership: old.ownership,
    id: old.id,
    inputs,
    outputs: withSecretOutputs(old.outputs, inputs, goal.additionalSecretOutputs),
    initErrors: old.initErrors,
    created: old.created,
    modified: old.modified,
    refreshBeforeUpdate: old.refreshBeforeUpdate,
    ...(old.extra === undefined ? {} : { extra: old.extra }),
  });
}
