import { OperationError, parseUrn, type SecretsProvider, type Snapshot } from '@radiant/model';
import { decodeDeployment, readSecretsProvider, type SecretsSource } from '../deployment/deployment.ts';
import { openCheckpoint, type StoredCheckpoint } from './checkpoint.ts';
import type { StackRef } from './names.ts';
import { recordHistory, whoOf } from './record-history.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { BackendContext } from './settings.ts';
import { fenceOff, giveFree, sweep, takeStack } from './take-stack.ts';
import { writeState } from './write-state.ts';
import { openWritingManager } from './writing-manager.ts';

export interface ImportOptions {
  /** Seals what the document holds in the clear. What is sealed already is taken as it is. */
  readonly secrets?: SecretsSource | undefined;
  /** `--force` accepts records of another stack. */
  readonly foreignRecords: 'refused' | 'accepted';
  /** Where the document came from, for errors. */
  readonly source: string;
  /** For the history, as of an operation. */
  readonly message?: string | undefined;
  readonly environment?: { readonly [name: string]: string } | undefined;
}

/**
 * Replaces the state of a stack, and whatever an interrupted operation left, by a deployment of version 1 to 4. Needs
 * nothing of the old state, so it also mends a damaged one. Pending operations are left behind, each with a warning, as
 * Pulumi does: who imports a state vouches for it. Throws `STATE_IMPORT_FOREIGN`, `STATE_INVALID`, `STATE_INTEGRITY`,
 * `STATE_LOCK_HELD`.
 */
export async function importStack(
  context: BackendContext,
  ref: StackRef,
  json: unknown,
  options: ImportOptions,
): Promise<{ readonly warnings: readonly string[] }> {
  const decoded = await decodeDeployment(json, { source: options.source, stack: ref.stack });
  const foreign = foreignWarnings(decoded.snapshot, ref);
  if (foreign.length > 0 && options.foreignRecords === 'refused')
    throw new OperationError({
      code: 'STATE_IMPORT_FOREIGN',
      summary: foreign[0]!,
      detail: 'importing this file could be dangerous; rerun with --force to proceed anyway',
    });
  await requireCheckpoint(context.store, ref);
  const startTime = Math.floor(context.clock.nowMs() / 1000);
  const lease = await takeStack(context, ref, 'import');
  try {
    const earlier = await fenceOff(context, ref, lease);
    const checkpoint = await requireCheckpoint(context.store, ref);
    const provider = decoded.secretsProvider ?? recordedProvider(context, ref, checkpoint);
    const next = {
      snapshot: { resources: decoded.snapshot.resources, pendingOperations: [] },
      secrets: await openWritingManager(options.secrets, undefined, provider),
      carried: decoded.carried,
    };
    await writeState(context, ref, lease, checkpoint, next, earlier);
    await sweep(context, ref, lease);
    const { user, process } = lease.holder;
    await recordHistory(context, ref, checkpoint, true, {
      kind: 'import',
      startTime,
      message: options.message ?? '',
      environment: { ...options.environment, ...whoOf({ user, host: process.host }) },
      config: {},
      result: 'succeeded',
      endTime: Math.floor(context.clock.nowMs() / 1000),
    });
  } finally {
    await giveFree(context, ref, lease);
  }
  return { warnings: [...foreign, ...droppedWarnings(decoded.snapshot)] };
}

function recordedProvider(
  context: BackendContext,
  ref: StackRef,
  checkpoint: StoredCheckpoint,
): SecretsProvider | undefined {
  try {
    return readSecretsProvider(openCheckpoint(context.store, ref, checkpoint));
  } catch (error) {
    // The state that is being replaced may be the damaged one.
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

function foreignWarnings(snapshot: Snapshot, ref: StackRef): readonly string[] {
  return snapshot.resources.flatMap(({ urn }) => {
    const parts = parseUrn(urn);
    if (parts === undefined || parts.stack === ref.stack) return [];
    return [`resource '${urn}' is from a different stack (${parts.stack} != ${ref.stack})`];
  });
}

function droppedWarnings(snapshot: Snapshot): readonly string[] {
  return snapshot.pendingOperations.map(
    ({ kind, resource }) => `removing pending operation '${kind}' on '${resource.urn}'`,
  );
}
