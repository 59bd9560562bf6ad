import { isProviderType, owesProviderDelete, type ResourceState, urnName } from '@radiant/model';
import { runAfterHooks, runBeforeHooks } from '../callbacks/run-hooks.ts';
import { StepFailures } from '../callbacks/step-failures.ts';
import { callContext, type Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { accepted } from '../provider/provider-calls.ts';
import { callDurably } from './call-durably.ts';
import type { Companions } from './companions.ts';
import type { Doomed } from './doomed.ts';
import { runStep } from './run-step.ts';

/** Deletes the thing, unless it is not for us to delete, and takes it out of the record. */
export async function deleteStep(operation: Operation, doomed: Doomed, companions: Companions): Promise<void> {
  const { state } = doomed;
  const step = stepInfo(doomed.op, { old: state });
  // What an earlier step has deleted ran its hooks then.
  const isHooked = doomed.op !== 'remove-pending-replace';
  await runStep(operation, step, async (begin) => {
    if (isProtectedFromDelete(operation, doomed)) throw new Error(protectedText(state));
    if (isHooked && state.hooks !== undefined) begin();
    if (isHooked) await runBeforeHooks(operation, 'beforeDelete', { old: state });
    await remove(operation, doomed, companions, begin);
    if (isHooked) await runAfterHooks(operation, 'afterDelete', { old: state });
    return { step };
  });
}

async function remove(operation: Operation, doomed: Doomed, companions: Companions, begin: () => void): Promise<void> {
  const { state, callsProvider } = doomed;
  if (!callsProvider && companions.take(doomed)) return;
  const isKept = !callsProvider || operation.isPreview || (await doomed.isLeft?.());
  if (isKept) return operation.ledger.change(companions.changesFor(doomed));
  await callDurably(
    operation,
    { operation: 'deleting', resource: state, begin },
    new StepFailures(operation, { failedOperation: 'delete', old: state }),
    () => callDelete(operation, state),
    () => companions.changesFor(doomed),
  );
}

async function callDelete(operation: Operation, state: ResourceState): Promise<void> {
  const { provider } = await operation.providers.handle(state.provider, state.extension);
  const timeoutSeconds = state.customTimeouts.delete;
  await provider.delete(
    {
      urn: state.urn,
      type: state.type,
      name: urnName(state.urn),
      id: state.id,
      inputs: accepted(provider, state.inputs),
      outputs: accepted(provider, state.outputs),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    },
    callContext(operation, state.urn),
  );
}

/** A protected resource is refused by name even when something else keeps it anyway: the person sees all of them. */
export function isProtectedFromDelete({ ignoresProtection }: Operation, { op, state }: Doomed): boolean {
  return (op === 'delete' || op === 'discard') && state.isProtected && !ignoresProtection;
}

/** Whether there is a thing of ours for a provider to delete. */
export function hasThing(state: ResourceState): boolean {
  return owesProviderDelete(state) && !isProviderType(state.type);
}

/** Engine reference 7.5. */
function protectedText({ urn }: ResourceState): string {
  return (
    `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the ` +
    '`protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n' +
    `\`pulumi state unprotect '${urn}'\``
  );
}
