import {
  isProviderType,
  owesProviderDelete,
  type ResourceState,
  type SnapshotChange,
  type StateKey,
  type StepOp,
  type Urn,
  urnName,
} from '@radiant/model';
import { runAfterHooks, runBeforeHooks } from '../callbacks/run-hooks.ts';
import { StepFailures } from '../callbacks/step-failures.ts';
import { callContext, type Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { accepted } from '../provider/provider-calls.ts';
import { callDurably } from './call-durably.ts';
import { runStep } from './run-step.ts';

/** A record that is to go, and how. */
export interface Doomed {
  readonly key: StateKey;
  readonly state: ResourceState;
  readonly op: Extract<
    StepOp,
    'delete' | 'delete-replaced' | 'discard' | 'discard-replaced' | 'remove-pending-replace'
  >;
  /** `drop`: the record goes too. `await`: it stays to say that the thing is to be made again. */
  readonly afterwards: 'drop' | 'await';
  /** Whether the provider deletes it: false for what is not ours, is kept, or goes with another. */
  readonly callsProvider: boolean;
  /** Awaited before it is deleted. */
  readonly before?: () => Promise<void>;
  /** Called when it is gone, or stays after all. */
  readonly after?: () => void;
}

/** Deletes the thing, unless it is not for us to delete, and takes it out of the record. */
export async function deleteStep(operation: Operation, doomed: Doomed): Promise<void> {
  const { state } = doomed;
  const step = stepInfo(doomed.op, { old: state });
  // What an earlier step has deleted ran its hooks then.
  const isHooked = doomed.op !== 'remove-pending-replace';
  await runStep(operation, step, async () => {
    if (isProtectedFromDelete(operation, doomed)) throw new Error(protectedText(state));
    if (isHooked) await runBeforeHooks(operation, 'beforeDelete', { old: state });
    await remove(operation, doomed);
    if (isHooked) await runAfterHooks(operation, 'afterDelete', { old: state });
    return { step };
  });
}

async function remove(operation: Operation, doomed: Doomed): Promise<void> {
  const { state, callsProvider } = doomed;
  if (!callsProvider || operation.isPreview) return operation.ledger.change([afterwards(operation, doomed)]);
  await callDurably(
    operation,
    { operation: 'deleting', resource: state },
    new StepFailures(operation, { failedOperation: 'delete', old: state }),
    () => callDelete(operation, state),
    () => [afterwards(operation, doomed)],
  );
}

async function callDelete(operation: Operation, state: ResourceState): Promise<void> {
  const { provider } = await operation.providers.handle(state.provider);
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

function afterwards({ ledger }: Operation, { key, afterwards }: Doomed): SnapshotChange {
  return afterwards === 'drop'
    ? { kind: 'drop', key }
    : { kind: 'put', key, state: { ...ledger.current(key), disposition: 'awaiting-recreate' } };
}

/** A protected resource is refused by name even when something else keeps it anyway: the person sees all of them. */
export function isProtectedFromDelete({ ignoresProtection }: Operation, { op, state }: Doomed): boolean {
  return op === 'delete' && state.isProtected && !ignoresProtection;
}

/** Whether there is a thing of ours for a provider to delete. */
export function hasThing(state: ResourceState): boolean {
  return owesProviderDelete(state) && !isProviderType(state.type);
}

/** Whether the thing goes by itself when one of `doomed` is deleted (option `deletedWith`). */
export function goesWithAnother({ deletedWith }: ResourceState, doomed: ReadonlySet<Urn>): boolean {
  return deletedWith !== undefined && doomed.has(deletedWith);
}

/** Engine reference 7.5. */
function protectedText({ urn }: ResourceState): string {
  return (
    `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the ` +
    '`protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n' +
    `\`pulumi state unprotect '${urn}'\``
  );
}
