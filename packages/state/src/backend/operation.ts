import {
  assert,
  type Journal,
  OperationError,
  replay,
  type SecretsManager,
  type SecretsProvider,
  type Snapshot,
} from '@radiant/model';
import type { SecretsSource } from '../deployment/deployment.ts';
import type { Json } from '../deployment/deployment-json.ts';
import { encodeHeader, type JournalHeader } from '../journal/journal-format.ts';
import { JournalWriter } from '../journal/journal-writer.ts';
import { leaseLost } from '../journal/objection.ts';
import type { Lease } from '../lease/lease.ts';
import { writeLockFile } from '../lease/lock-files.ts';
import { journalName } from '../lease/stack-files.ts';
import type { StoredCheckpoint } from './checkpoint.ts';
import { startHeartbeat } from './heartbeat.ts';
import { type HistoryKind, isHistoryKind } from './history.ts';
import { lockFolder, radiantFolder } from './layout.ts';
import type { StackRef } from './names.ts';
import { recordHistory, whoOf } from './record-history.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { BackendContext } from './settings.ts';
import { type Damage, type DecodedState, decodeState, integrityError, readRawState } from './stack-state.ts';
import { deleteJournals, fenceOff, giveFree, sweep, takeStack } from './take-stack.ts';
import { type NewState, writeState } from './write-state.ts';
import { openWritingManager, proveCanSeal } from './writing-manager.ts';

export interface OperationRequest {
  readonly kind: HistoryKind;
  /** What people call it, where that says more than the kind: `state delete`. */
  readonly title?: string | undefined;
  readonly message: string;
  /** For the history: `exec.kind`, `git.head`, `pulumi.version` and so on. */
  readonly environment: { readonly [name: string]: string };
  /** Opens the stack's secrets, and seals those the operation records. */
  readonly secrets?: SecretsSource | undefined;
  /** `state repair` and the like may begin with a state that breaks its rules. Otherwise that is refused. */
  readonly violations?: 'refused' | 'accepted';
  /** `state repair` begins with what can be read of a damaged journal. Otherwise that is refused. */
  readonly damage?: Damage | undefined;
  /** Ends the wait for the stack. */
  readonly signal?: AbortSignal | undefined;
}

export interface OperationResult {
  readonly result: 'succeeded' | 'failed';
  readonly changes: { readonly [op: string]: number };
  /** As in the stack's file, secrets sealed. */
  readonly config: { readonly [key: string]: Json };
}

/** A running operation: the right to change the stack, and the journal of what it does. */
export interface OperationHandle {
  /** What the operation begins with. An interrupted operation's journal is already part of it. */
  readonly base: Snapshot;
  readonly state: Omit<DecodedState, 'snapshot'>;
  readonly journal: Journal;
  /** Aborts, with an OperationError, when the stack was cancelled or taken over. */
  readonly signal: AbortSignal;
  /**
   * Ends the operation: makes the journal part of the checkpoint, writes the history, gives the stack free. When it
   * throws, the stack is free too, and what was recorded is in the journal for the next operation.
   */
  commit(result: OperationResult): Promise<void>;
  /** Ends it without that: the journal waits for the next operation. For when the operation itself went wrong. */
  abandon(): Promise<void>;
}

/** See `Backend.beginOperation`. */
export async function beginOperation(
  context: BackendContext,
  ref: StackRef,
  request: OperationRequest,
): Promise<OperationHandle> {
  await requireCheckpoint(context.store, ref);
  const lease = await takeStack(context, ref, request.title ?? request.kind, request.signal);
  try {
    return runOperation(context, ref, request, await settleStack(context, ref, lease, request));
  } catch (error) {
    await giveFree(context, ref, lease);
    throw error;
  }
}

/** A stack that is ours, with nothing left over from earlier holders. */
interface SettledStack {
  readonly lease: Lease;
  readonly state: DecodedState;
  readonly checkpoint: StoredCheckpoint;
  /** What seals new secrets. */
  readonly secrets: SecretsManager | SecretsProvider | undefined;
}

/** Makes what earlier holders left behind part of the checkpoint, and decodes that. */
async function settleStack(
  context: BackendContext,
  ref: StackRef,
  lease: Lease,
  request: OperationRequest,
): Promise<SettledStack> {
  const { store } = context;
  const earlier = await fenceOff(context, ref, lease);
  const raw = await readRawState(context, ref, request.damage);
  const state = await decodeState(raw, request.secrets);
  if (state.violations.length > 0 && request.violations !== 'accepted')
    throw integrityError(
      state.violations,
      `the stack '${ref.stack}' cannot be changed`,
      store.locate(raw.checkpoint.key),
    );
  let { checkpoint } = raw;
  if (raw.journal !== undefined) {
    const secrets = state.secrets ?? state.secretsProvider;
    const next: NewState = { ...state, secrets, knownViolations: state.violations };
    checkpoint = await writeState(context, ref, lease, checkpoint, next, earlier);
    if (raw.journal.header !== undefined) await recordInterrupted(context, ref, checkpoint, raw.journal.header);
  } else {
    // These hold nothing, or nothing that the checkpoint does not have.
    await deleteJournals(context, ref, earlier);
  }
  await sweep(context, ref, lease);
  const secrets = await openWritingManager(request.secrets, state.secrets, state.secretsProvider);
  return { lease, state, checkpoint, secrets };
}

/** Who was interrupted could not write its own entry. */
async function recordInterrupted(
  context: BackendContext,
  ref: StackRef,
  checkpoint: StoredCheckpoint,
  { operation, startedAtMs, by }: JournalHeader,
): Promise<void> {
  await recordHistory(context, ref, checkpoint, true, {
    kind: isHistoryKind(operation) ? operation : 'import',
    startTime: Math.floor(startedAtMs / 1000),
    message: isHistoryKind(operation) ? 'interrupted' : `${operation}: interrupted`,
    environment: whoOf(by),
    config: {},
    result: 'failed',
    endTime: Math.floor(context.clock.nowMs() / 1000),
  });
}

function runOperation(
  context: BackendContext,
  ref: StackRef,
  request: OperationRequest,
  stack: SettledStack,
): OperationHandle {
  const { lease, checkpoint, secrets } = stack;
  const { snapshot: base, ...state } = stack.state;
  const startedAtMs = context.clock.nowMs();
  const by = { user: lease.holder.user, host: lease.holder.process.host };
  const journal = openJournal(context, ref, request, stack);
  const heart = startHeartbeat(lease, context.heartbeatMs, context.store.locate(radiantFolder(ref)));
  let isOver = false;
  const finish = async (work: () => Promise<void>) => {
    assert(!isOver, 'an operation ends once');
    isOver = true;
    try {
      await work();
    } finally {
      await heart.stop();
      await journal.close().catch(() => undefined);
      await giveFree(context, ref, lease);
    }
  };
  const commit = async (result: OperationResult) => {
    // Should the journal still be unwritable, the checkpoint, which tells the same, may not be.
    await journal.flush().catch(throwLeaseLost);
    const isChanged = journal.entries.length > 0;
    if (isChanged) {
      const next: NewState = {
        snapshot: replay(base, journal.entries),
        secrets,
        memory: state.memory,
        carried: state.carried,
        knownViolations: state.violations,
      };
      await writeState(context, ref, lease, checkpoint, next, [lease.token]);
    } else if (!(await lease.isHeld())) throw leaseLost(context.store.locate(radiantFolder(ref)));
    await recordHistory(context, ref, checkpoint, isChanged, {
      kind: request.kind,
      startTime: Math.floor(startedAtMs / 1000),
      message: request.message,
      environment: { ...request.environment, ...whoOf(by) },
      config: result.config,
      result: result.result,
      endTime: Math.floor(context.clock.nowMs() / 1000),
      resourceChanges: result.changes,
    });
  };
  return {
    base,
    state,
    journal,
    signal: heart.signal,
    commit: (result) => finish(() => commit(result)),
    abandon: () => finish(() => journal.flush().catch(() => undefined)),
  };
}

function openJournal(
  context: BackendContext,
  ref: StackRef,
  request: OperationRequest,
  { lease, state: { memory }, checkpoint, secrets }: SettledStack,
): JournalWriter {
  const { store } = context;
  const key = `${radiantFolder(ref)}/${journalName(lease.token)}`;
  const source = store.locate(key);
  const rescue = context.rescueOf(ref, lease.token);
  const { holder } = lease;
  return new JournalWriter({
    clock: context.clock,
    source,
    encryption: { secrets, memory },
    isHeld: () => lease.isHeld(),
    heldForMs: context.leaseSettings.ttlMs / 10,
    rescue: (records) => rescue.keep(records),
    createLog: async () => {
      await proveCanSeal(secrets);
      // From here on a journal may have to wait, across a power failure too.
      await writeLockFile(store, lockFolder(ref), holder, 'lasting');
      let log = await store.createLog(key);
      if (log === undefined) {
        // The number is ours alone: an attempt of ours made it, and failed then.
        await store.deleteLog(key);
        log = await store.createLog(key);
      }
      if (log !== undefined && (await lease.isHeld())) return log;
      // Nobody will look for a log that was made after the lease was lost.
      await log?.close();
      await store.deleteLog(key);
      throw leaseLost(source);
    },
    header: encodeHeader({
      ...ref,
      token: lease.token,
      operation: request.title ?? request.kind,
      startedAtMs: context.clock.nowMs(),
      by: { user: holder.user, host: holder.process.host, pid: holder.process.pid },
      toolVersion: context.toolVersion,
      base: checkpoint.hash,
      ...(secrets === undefined ? {} : { secretsProvider: { type: secrets.type, state: secrets.state } }),
    }),
  });
}

function throwLeaseLost(error: unknown): void {
  if (!(error instanceof OperationError) || error.code === 'STATE_LEASE_LOST') throw error;
}
