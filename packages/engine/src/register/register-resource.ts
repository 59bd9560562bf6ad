import {
  assert,
  formatProviderReference,
  type Goal,
  isProviderType,
  providerPackage,
  type RegisterResourceResult,
} from '@radiant/model';
import { transformGoal } from '../callbacks/transform-goal.ts';
import { assertBounded, assertInputsBounded } from '../operation/assert-bounded.ts';
import { noteFailure } from '../operation/note-failure.ts';
import type { Operation } from '../operation/operation.ts';
import { withPlugin } from '../provider/provider-inputs.ts';
import { constructComponent } from './construct-component.ts';
import { conclude, type Registration } from './registration.ts';
import { absent, endProgram, hasUnknown, reply, urnAfterFailure } from './replies.ts';
import { assertTypeToken, claimUrn, inherit, refuseMisplaced, withParent } from './resolve-goal.ts';
import { workOn } from './work-on.ts';

/**
 * Registers what the program declares, and works on it when its turn has come. Most resources need nobody's answer to be
 * registered: until they are admitted, they cost their registration and a place in the queue, and no suspended function.
 */
export function registerResource(operation: Operation, declared: Goal): Promise<RegisterResourceResult> {
  try {
    operation.progress.assertMayBegin();
    assertTypeToken(declared);
    refuseMisplaced(declared);
    assertGoalBounded(declared);
    const described = transformGoal(operation, inherit(operation, withParent(operation, declared)));
    if (described instanceof Promise || described.kind === 'remote') return registerAfterCalls(operation, described);
    return admit(operation, register(operation, packaged(operation, described)));
  } catch (error) {
    return Promise.reject(endProgram(operation, noteFailure(operation, undefined, error)));
  }
}

/** Registers what its transforms have a say in, or another process declares. */
async function registerAfterCalls(
  operation: Operation,
  described: Goal | Promise<Goal>,
): Promise<RegisterResourceResult> {
  let registration: Registration;
  try {
    const goal = packaged(operation, await described);
    const constructed = goal.kind === 'remote' ? await constructComponent(operation, goal) : { goal };
    if (!('goal' in constructed)) return constructed;
    registration = register(operation, constructed.goal);
  } catch (error) {
    throw endProgram(operation, noteFailure(operation, undefined, error));
  }
  return admit(operation, registration);
}

function admit(operation: Operation, registration: Registration): Promise<RegisterResourceResult> {
  const work = () => carryOut(operation, registration);
  return waitsForProgram(operation, registration) ? work() : operation.admission.run(work);
}

async function carryOut(operation: Operation, registration: Registration): Promise<RegisterResourceResult> {
  try {
    const result = await workOn(operation, registration);
    if (result === undefined) return absent(registration);
    conclude(registration, { ...result, hasUnknown: hasUnknown(operation, result.state) });
    return reply(registration, result);
  } catch (error) {
    urnAfterFailure(operation, registration, noteFailure(operation, registration, error));
    return absent(registration);
  } finally {
    registration.ended?.();
  }
}

/** Declares a default provider: as any resource, but under no parent. Returns its reference. */
export async function registerDefaultProvider(operation: Operation, goal: Goal): Promise<string> {
  const registration = claimUrn(operation, { ...goal, inputs: withPlugin(goal.inputs, goal, true) });
  try {
    const result = await workOn(operation, registration);
    assert(result !== undefined, 'a default provider is never skipped');
    conclude(registration, result);
    return formatProviderReference({ urn: registration.urn, id: result.state.id });
  } catch (error) {
    throw noteFailure(operation, registration, error);
  } finally {
    registration.ended?.();
  }
}

/** What may not end before the program has declared more: it must not keep others from being admitted. */
function waitsForProgram({ ledger }: Operation, { urn, goal }: Registration): boolean {
  const { kind, type, hooks } = goal;
  if (kind !== 'custom' || isProviderType(type) || hooks !== undefined) return true;
  // The hooks that a replaced resource was recorded with run when it goes.
  return ledger.live(urn)?.state.hooks !== undefined;
}

function assertGoalBounded(goal: Goal): void {
  assertInputsBounded(goal, goal.inputs);
  if (goal.replacementTrigger !== undefined)
    assertBounded(
      { replacementTrigger: goal.replacementTrigger },
      (name) => `the ${name} of ${goal.type} '${goal.name}'`,
    );
}

/** With what it has of its package. */
function packaged({ packages }: Operation, goal: Goal): Goal {
  return goal.plugin.packageRef === undefined ? goal : { ...goal, plugin: packages.resolve(goal.plugin) };
}

function register(operation: Operation, goal: Goal): Registration {
  return claimUrn(operation, isProviderType(goal.type) ? withPluginInputs(operation, goal) : goal);
}

function withPluginInputs({ packages }: Operation, goal: Goal): Goal {
  const plugin = packages.forExplicitProvider(providerPackage(goal.type), goal.plugin);
  return { ...goal, inputs: withPlugin(goal.inputs, { ...goal, plugin }, false) };
}
