import { OperationError, parseUrn, type SecretsProvider, type Snapshot, verifySnapshot } from '@radiant/model';
import { decodeDeployment, readSecretsProvider, type SecretsSource } from '../deployment/deployment.ts';
import { openCheckpoint, type StoredCheckpoint } from './checkpoint.ts';
import type { StackRef } from './names.ts';
import { recordHistory, whoOf } from './record-history.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { BackendContext } from './settings.ts';
import { violationLines } from './stack-state.ts';
import { fenceOff, giveFree, sweep, takeStack } from './take-stack.ts';
import { writeState } from './write-state.ts';
import { openWritingManager } from './writing-manager.ts';

export interface ImportOptions {
  /** Seals what the document holds in the clear. What is sealed already is taken as it is. */
  readonly secrets?: SecretsSource | undefined;
  /** Throws for a provider whose secrets nobody here could ever open. */
  readonly checkProvider?: ((provider: SecretsProvider) => void) | undefined;
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
 * Pulumi does: who imports a state vouches for it. Secrets that it has in the clear are sealed by what seals the stack's,
 * when none of them is sealed: it may come from another backend. Throws `STATE_IMPORT_FOREIGN`, `STATE_INVALID`, `STATE_INTEGRITY`,
 * `STATE_LOCK_HELD`.
 */
export async function importStack(
  context: BackendContext,
  ref: StackRef,
  json: unknown,
  options: ImportOptions,
): Promise<{ readonly warnings: readonly string[] }> {
  const decoded = await decodeDeployment(json, { source: options.source, stack: ref.stack });
  if (decoded.hasSealedSecrets && decoded.secretsProvider !== undefined)
    options.checkProvider?.(decoded.secretsProvider);
  const foreign = foreignWarnings(decoded.snapshot, ref);
  if (foreign.length > 0 && options.foreignRecords === 'refused')
    throw new OperationError({
      code: 'STATE_IMPORT_FOREIGN',
      summary: foreign[0]!,
      detail: 'importing this file could be dangerous; rerun with --force to proceed anyway',
    });
  refuseBroken(decoded.snapshot, options.source);
  await requireCheckpoint(context.store, ref);
  const startTime = Math.floor(context.clock.nowMs() / 1000);
  const lease = await takeStack(context, ref, 'import');
  try {
    const earlier = await fenceOff(context, ref, lease);
    const checkpoint = await requireCheckpoint(context.store, ref);
    const provider = decoded.hasSealedSecrets
      ? decoded.secretsProvider
      : ownProvider(context, ref, checkpoint, options);
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

/** What has sealed the stack's secrets so far, unless that cannot be read, or nobody here could use it. */
function ownProvider(
  context: BackendContext,
  ref: StackRef,
  checkpoint: StoredCheckpoint,
  { checkProvider }: ImportOptions,
): SecretsProvider | undefined {
  try {
    const provider = readSecretsProvider(openCheckpoint(context.store, ref, checkpoint));
    if (provider !== undefined) checkProvider?.(provider);
    return provider;
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

function refuseBroken({ resources }: Snapshot, source: string): void {
  const violations = verifySnapshot({ resources, pendingOperations: [] });
  if (violations.length === 0) return;
  throw new OperationError({
    code: 'STATE_INTEGRITY',
    summary: `${source} cannot be imported: snapshot integrity failure: ${violations.length} record(s) break the rules of a state`,
    detail: [...violationLines(violations), 'Nothing was changed.'].join('\n'),
    remedy: 'Correct these records in it, and import it again.',
  });
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
