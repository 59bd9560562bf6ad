import {
  containsSecret,
  emptyMap,
  OperationError,
  type PropertyMap,
  type ResourceState,
  type SnapshotChange,
  type StateKey,
  type StepInfo,
} from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import { callContext, type Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { secretNames } from '../operation/secret-names.ts';
import { checkInputs, readThing } from '../provider/provider-calls.ts';
import { recordable, withSecretOutputs } from '../provider/recordable.ts';
import { newState } from '../register/new-state.ts';
import type { RegistrationPlan } from '../register/plan-registration.ts';
import type { Registration } from '../register/registration.ts';
import { supersede } from './replacement.ts';
import { runStep, timestamp } from './run-step.ts';

/** Reads an existing thing and records it as ours; what it replaces is marked to go. */
export async function importStep(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  place: { readonly key: StateKey; readonly old: Recorded | undefined },
): Promise<{ readonly state: ResourceState; readonly step: StepInfo }> {
  const { key, old } = place;
  let imported = importedState(operation, registration, plan);
  const op = old === undefined ? 'import' : 'import-replacement';
  const info = () => stepInfo(op, { ...(old === undefined ? {} : { old: old.state }), new: imported });
  const { step } = await runStep(operation, info(), async (begin) => {
    if (plan.handle?.isConfigured === true)
      imported = await operation.stepping.run(() => {
        operation.progress.assertMayBegin();
        begin();
        return readImported(operation, registration, plan);
      });
    const changes: SnapshotChange[] = [{ kind: 'put', key, state: imported }];
    if (old !== undefined) changes.push(supersede(operation.ledger, old.key));
    changes.push(...takenBack(operation, imported));
    await operation.ledger.change(changes);
    return { step: info() };
  });
  return { state: imported, step };
}

/** A thing that was replaced and still waits for its deletion is not deleted once it is adopted again. */
function takenBack({ ledger }: Operation, { urn, id }: ResourceState): SnapshotChange[] {
  const earlier = ledger.generations(urn).filter((key) => {
    const state = ledger.current(key);
    return state.disposition === 'superseded' && state.id === id;
  });
  return earlier.map((key) => ({ kind: 'drop', key }));
}

/** What is recorded as it is found is not a program's import: no program will say so again. */
function importedState(operation: Operation, { urn, goal }: Registration, plan: RegistrationPlan) {
  const now = timestamp(operation);
  const { importId, ...unbound } = goal;
  return newState(urn, goal.adoptsAsFound === undefined ? goal : unbound, plan.provider, {
    ownership: 'managed',
    id: importId!,
    inputs: plan.inputs,
    created: now,
    modified: now,
  });
}

async function readImported(operation: Operation, registration: Registration, plan: RegistrationPlan) {
  const { urn, goal } = registration;
  const timeoutSeconds = goal.customTimeouts.read;
  const request = {
    urn,
    type: goal.type,
    name: goal.name,
    id: goal.importId!,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
  const answer = await operation.progress.untilTerminated(
    readThing(plan.handle!, request, callContext(operation, urn)),
  );
  if (answer === undefined)
    throw new OperationError({
      code: 'IMPORT_NOT_FOUND',
      summary: `resource '${goal.importId}' does not exist`,
      ...(goal.adoptsAsFound === undefined && {
        detail: `${goal.type} '${goal.name}' is to adopt it by the option \`import\`.`,
      }),
      urn,
    });
  if (answer.inputs === undefined)
    throw new OperationError({
      code: 'IMPORT_UNSUPPORTED',
      summary: `provider does not support importing resources; please try updating the '${goal.type.split(':')[0]}' plugin`,
      urn,
    });
  const imported = { ...importedState(operation, registration, plan), id: answer.id };
  const declared = Object.keys(plan.inputs).filter((name) => containsSecret(plan.inputs[name]!));
  const secret = [...declared, ...secretNames(operation, imported)];
  const found = await inputsAsFound(operation, registration, plan, answer.inputs);
  const inputs = withSecretOutputs(found, emptyMap, secret);
  return { ...imported, inputs, ...recordable(operation, answer, inputs, secret) };
}

/** What is recorded as it is found is what the provider would have it, as far as the person wants it (Pulumi: ImportStep). */
async function inputsAsFound(
  { reporter }: Operation,
  { urn, goal }: Registration,
  { handle }: RegistrationPlan,
  found: PropertyMap,
): Promise<PropertyMap> {
  if (goal.adoptsAsFound === undefined) return found;
  const { properties } = goal.adoptsAsFound;
  const wanted =
    properties === undefined
      ? found
      : Object.fromEntries(Object.entries(found).filter(([name]) => properties.includes(name)));
  const { type, name } = goal;
  const request = { urn, type, name, oldInputs: wanted, newInputs: wanted, randomSeed: new Uint8Array(32) };
  const checked = await checkInputs(handle!, request);
  if (checked.failures.length === 0) return checked.inputs;
  const message =
    `One or more imported inputs failed to validate. This is almost certainly a bug in the \`${type.split(':')[0]}\` ` +
    'provider. The import will still succeed, but you will need to edit the generated code after copying it into your program.';
  reporter.diagnose({ severity: 'warning', message, urn });
  for (const { property, reason } of checked.failures)
    reporter.diagnose({ severity: 'warning', message: `${property}: ${reason}`, urn });
  return wanted;
}
