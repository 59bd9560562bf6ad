import { isProviderType, OperationError, packageOfType } from '@radiant/model';
import {
  type ExportJson,
  type FoundState,
  hasNewSecrets,
  type InterruptedOperation,
  journalOf,
  type OperationRequest,
  type OperationResult,
  planSurgery,
  type Surgery,
  type SurgeryPlan,
} from '@radiant/state';
import type { PlannedStateChange, Stack, StateChange } from '../api.ts';
import { isNative } from '../operation/providers.ts';
import { operationOrigin } from '../operation-origin.ts';
import type { StackContext } from '../stack-context.ts';
import { readEditedState } from './edited-text.ts';
import { stateSecrets } from './state-secrets.ts';

export type StateChangeMethods = Pick<Stack, 'creationsInDoubt' | 'records' | 'planStateChange' | 'changeState'>;

/** Changes of a stack's state by hand: planned, shown, and made like an operation, with a lease, a journal and a history. */
export function stateChanges(
  context: StackContext,
  sealedConfig: () => Promise<OperationResult['config']>,
): StateChangeMethods {
  const { ref, backend, interaction } = context;

  const surgeryOf = async (change: StateChange): Promise<Surgery> => {
    if (change.kind !== 'edit') return change;
    const { json } = await backend.exportStack(ref, { mode: 'encrypted' });
    return { kind: 'edit', edited: await readEditedState(change.text, json satisfies ExportJson, ref.stack) };
  };

  return {
    async creationsInDoubt() {
      const { snapshot } = await backend.loadStack(ref);
      return snapshot.pendingOperations
        .filter(({ kind, resource }) => kind === 'creating' && resource.ownership === 'managed')
        .filter(({ resource }) => !isProviderType(resource.type) && !isNative(packageOfType(resource.type)))
        .map(({ resource }) => resource.urn);
    },

    async records() {
      const { snapshot } = await backend.loadStack(ref);
      return snapshot.resources.map(({ urn, id, isProtected, disposition }) => ({
        urn,
        id,
        isProtected,
        isPendingDeletion: disposition === 'superseded',
      }));
    },

    async planStateChange(change) {
      const found = await backend.loadStack(ref, { damage: damageIn(change) });
      return summarize(planSurgery(found, await surgeryOf(change)));
    },

    async changeState(change, planned) {
      const surgery = await surgeryOf(change);
      const operation = await backend.beginOperation(ref, {
        ...(await requestOf(context, change)),
        ...(surgery.kind === 'edit' && hasNewSecrets(surgery.edited) && { secrets: stateSecrets(context) }),
      });
      const { interrupted } = operation.state;
      if (interrupted !== undefined) interaction.notice(describeInterrupted(interrupted));
      try {
        const found = foundIn(operation);
        const plan = planSurgery(found, surgery);
        assertAsShown(summarize(plan).effects, planned.effects, ref.stack);
        for (const entry of journalOf(found.snapshot, plan.edited)) await operation.journal.append(entry);
      } catch (error) {
        await operation.abandon();
        throw error;
      }
      await operation.commit({ result: 'succeeded', changes: {}, config: await sealedConfig() });
    },
  };
}

/** The state that an operation began with. */
export function foundIn(operation: {
  readonly base: FoundState['snapshot'];
  readonly state: Omit<FoundState, 'snapshot'>;
}): FoundState {
  const { violations, secretsProvider } = operation.state;
  return { snapshot: operation.base, violations, secretsProvider };
}

export function summarize({ effects, mended, left }: SurgeryPlan): PlannedStateChange {
  return {
    effects,
    mended: mended.map(({ message }) => message),
    left: left.map(({ message, rule }) => `${message} (${rule})`),
    isNeeded: effects.length > 0 || mended.length > 0,
  };
}

function describeInterrupted({ operation, startedAtMs, by }: InterruptedOperation): string {
  const when = new Date(startedAtMs).toISOString();
  return (
    `The ${operation} that ${by.user} began on ${by.host} at ${when} was interrupted. What it did is recorded; ` +
    'the next update finds out about the steps that are in doubt.'
  );
}

/** What is done is what was shown and agreed to. */
export function assertAsShown(now: object, shown: object, stack: string): void {
  if (JSON.stringify(now) === JSON.stringify(shown)) return;
  throw new OperationError({
    code: 'STATE_CHANGED_MEANWHILE',
    summary: `the state of stack '${stack}' was changed by another operation since it was shown; nothing was changed`,
    remedy: 'Run the command again, and look again.',
  });
}

async function requestOf(context: StackContext, change: StateChange): Promise<OperationRequest> {
  return {
    // Pulumi's history knows of no changes by hand; to its service they are imports of a state.
    kind: 'import',
    title: `state ${change.kind}`,
    message: describe(change),
    environment: (await operationOrigin(context.project, undefined)).environment,
    violations: 'accepted',
    damage: damageIn(change),
  };
}

/** Only who mends a state goes on from what is left of a journal. */
function damageIn({ kind }: StateChange): 'refused' | 'salvaged' {
  return kind === 'repair' ? 'salvaged' : 'refused';
}

function describe(change: StateChange): string {
  switch (change.kind) {
    case 'delete':
      return `state delete ${change.record === undefined ? '--all' : `'${change.record.urn}'`}`;
    case 'rename':
      return `state rename '${change.urn}' ${change.name}`;
    case 'edit':
    case 'repair':
      return `state ${change.kind}`;
    default:
      return `state ${change.kind} ${change.urns?.map((urn) => `'${urn}'`).join(' ') ?? '--all'}`;
  }
}
