import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Clock, SecretsProvider } from '@radiant/model';
import type { SecretsSource } from '../deployment/deployment.ts';
import { type Processes, systemProcesses } from '../lease/process-identity.ts';
import { openStore, type StorePlace } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { type Cancellation, cancelOperation } from './cancel.ts';
import { readCheckpoint } from './checkpoint.ts';
import { type ExportOptions, exportStack, type StackExport } from './export.ts';
import { type HistoryEntry, readHistory } from './history.ts';
import { type ImportOptions, importStack } from './import.ts';
import { checkStackRef, type StackRef } from './names.ts';
import { beginOperation, type OperationHandle, type OperationRequest } from './operation.ts';
import { type RenameOptions, renameStack, underName } from './rename-stack.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import { createRescue } from './rescue.ts';
import { type ResealOptions, resealStack } from './reseal.ts';
import type { BackendContext, Patience } from './settings.ts';
import { type Damage, type DecodedState, decodeState, readRawState, readRawVersion } from './stack-state.ts';
import { checkLayout, createStack, listStacks, removeStack, type StackSummary, summarizeStack } from './stacks.ts';
import { systemClock } from './system-clock.ts';
import { readTags, type StackTags, writeTags } from './tags.ts';
import { type StoreUpgrade, upgradeStore } from './upgrade.ts';
import { waitUntilFree } from './wait-for-stack.ts';

/** The stacks of one store. Every function throws OperationErrors; names are checked before they touch the store. */
export interface Backend {
  readonly url: string;
  /** Sorted by project and name. */
  listStacks(project?: string): Promise<readonly StackRef[]>;
  summarizeStack(ref: StackRef): Promise<StackSummary>;
  stackExists(ref: StackRef): Promise<boolean>;
  /** Throws `STACK_NOT_FOUND`, which names it as it is named here. */
  requireStack(ref: StackRef, name: string): Promise<void>;
  /** Records which manager will seal the stack's secrets, if that is known already. */
  createStack(ref: StackRef, options: { readonly secretsProvider?: SecretsProvider | undefined }): Promise<void>;
  /** `force` removes a stack that still has resources, which are then nobody's. */
  removeStack(ref: StackRef, options: { readonly force: boolean }): Promise<void>;
  /**
   * The state as of now: the checkpoint, with the journal of a running or interrupted operation applied. Without
   * `secrets` its secrets stay sealed. Broken rules are in `violations`; planning from such a state must be refused
   * (`integrityError`). With `version`, the state as the operation of that number in the history left it, under the name
   * that the stack has now.
   */
  loadStack(ref: StackRef, options?: LoadOptions): Promise<DecodedState>;
  exportStack(ref: StackRef, options: ExportOptions): Promise<StackExport>;
  importStack(ref: StackRef, json: unknown, options: ImportOptions): Promise<{ readonly warnings: readonly string[] }>;
  /**
   * Takes the stack for an operation that changes it, and makes an interrupted operation's journal part of its base.
   * Throws `STATE_LOCK_HELD` when somebody holds it who lives, at once or after a wait (`BackendOptions.patience`), and
   * `STATE_INTEGRITY` for a broken state.
   */
  beginOperation(ref: StackRef, request: OperationRequest): Promise<OperationHandle>;
  /** Waits until nobody holds the stack (see `waitUntilFree`); returns at once where there is no patience. */
  waitUntilFree(ref: StackRef, signal?: AbortSignal): Promise<void>;
  /** Seals every secret of the stack's state anew, by another manager (see `resealStack`). */
  reseal(ref: StackRef, options: ResealOptions): Promise<void>;
  /** Takes the stack from whoever holds it, who is returned. */
  cancel(ref: StackRef): Promise<Cancellation>;
  /** See `renameStack`. */
  renameStack(ref: StackRef, to: StackRef, options: RenameOptions): Promise<void>;
  readTags(ref: StackRef): Promise<StackTags>;
  /** Replaces all of them. Throws `STACK_TAG_INVALID`. */
  writeTags(ref: StackRef, tags: StackTags): Promise<void>;
  /** See `upgradeStore`. */
  upgrade(projectOf: (stack: string) => Promise<string | undefined>): Promise<StoreUpgrade | undefined>;
  /** Newest first; all of it unless a page (from 1) is asked for. */
  history(ref: StackRef, page?: { readonly size: number; readonly number: number }): Promise<readonly HistoryEntry[]>;
}

export interface LoadOptions {
  readonly secrets?: SecretsSource | undefined;
  /** See `HistoryEntry`. Throws `STACK_VERSION_NOT_FOUND`, `STACK_VERSION_NOT_KEPT`. */
  readonly version?: number | undefined;
  /** `salvaged`: of a damaged journal what can be read, and a violation that says so. Otherwise `STATE_JOURNAL_DAMAGED`. */
  readonly damage?: Damage | undefined;
}

export interface BackendOptions {
  /** Written into the manifests of states: `v3.270.0+radiant.0.1.0`. */
  readonly toolVersion: string;
  /** Where records of a journal go that cannot be written, in order of preference. */
  readonly rescueFolders: readonly string[];
  /** Who runs this; the user of the operating system when absent. */
  readonly user?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly processes?: Processes | undefined;
  readonly leaseTtlMs?: number | undefined;
  readonly heartbeatMs?: number | undefined;
  /** Absent: what needs a stack that is held is refused at once. */
  readonly patience?: Patience | undefined;
  /** False leaves out `.pulumi/backups` (PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS). */
  readonly keepsBackups?: boolean | undefined;
  /** True packs the files of new stacks (PULUMI_DIY_BACKEND_GZIP); existing ones stay as they are. */
  readonly packsNewStacks?: boolean | undefined;
}

/** How long a holder elsewhere, or a stopped one, is waited for; and how often it shows that it lives. */
const defaultLeaseTtlMs = 45_000;
const defaultHeartbeatMs = 10_000;

/** The backend that a URL names (see `openStore`), laid out as Pulumi's own. */
export function openBackendAt(url: string, options: BackendOptions & StorePlace): Backend {
  return openBackend(openStore(url, options), options);
}

export function openBackend(store: Store, options: BackendOptions): Backend {
  const clock = options.clock ?? systemClock;
  const processes = options.processes ?? systemProcesses;
  const context: BackendContext = {
    store,
    clock,
    processes,
    leaseSettings: { clock, processes, ttlMs: options.leaseTtlMs ?? defaultLeaseTtlMs },
    heartbeatMs: options.heartbeatMs ?? defaultHeartbeatMs,
    patience: options.patience,
    user: options.user ?? currentUser(),
    toolVersion: options.toolVersion,
    keepsBackups: options.keepsBackups ?? true,
    newFileSuffix: options.packsNewStacks === true ? '.json.gz' : '.json',
    rescueOf: (ref, token) => createRescue(options.rescueFolders, store.url, ref, token),
  };
  let isLayoutKnown = false;
  const checked = async (ref: StackRef) => {
    checkStackRef(ref);
    if (!isLayoutKnown) await checkLayout(context);
    isLayoutKnown = true;
  };
  return {
    url: store.url,
    listStacks: (project) => listStacks(context, project),
    summarizeStack: async (ref) => {
      await checked(ref);
      return await summarizeStack(context, ref);
    },
    stackExists: async (ref) => {
      await checked(ref);
      return (await readCheckpoint(store, ref)) !== undefined;
    },
    requireStack: async (ref, name) => {
      await checked(ref);
      await requireCheckpoint(store, ref, name);
    },
    createStack: (ref, { secretsProvider }) => createStack(context, ref, secretsProvider),
    removeStack: async (ref, { force }) => {
      await checked(ref);
      await removeStack(context, ref, force ? 'accepted' : 'refused');
    },
    loadStack: async (ref, { secrets, version, damage } = {}) => {
      await checked(ref);
      if (version === undefined) return await decodeState(await readRawState(context, ref, damage), secrets);
      return underName(ref, await decodeState(await readRawVersion(context, ref, version), secrets));
    },
    exportStack: async (ref, exportOptions) => {
      await checked(ref);
      return await exportStack(context, ref, exportOptions);
    },
    importStack: async (ref, json, importOptions) => {
      await checked(ref);
      return await importStack(context, ref, json, importOptions);
    },
    beginOperation: async (ref, request) => {
      await checked(ref);
      return await beginOperation(context, ref, request);
    },
    waitUntilFree: async (ref, signal) => {
      const { patience } = context;
      if (patience === undefined) return;
      await checked(ref);
      await waitUntilFree({ ...context, patience }, ref, { startedAtMs: clock.nowMs(), signal });
    },
    reseal: async (ref, resealOptions) => {
      await checked(ref);
      await resealStack(context, ref, resealOptions);
    },
    cancel: async (ref) => {
      await checked(ref);
      return await cancelOperation(context, ref);
    },
    renameStack: async (ref, to, renameOptions) => {
      await checked(ref);
      checkStackRef(to);
      await renameStack(context, ref, to, renameOptions);
    },
    readTags: async (ref) => {
      await checked(ref);
      return await readTags(store, ref);
    },
    writeTags: async (ref, tags) => {
      await checked(ref);
      await writeTags(store, ref, tags);
    },
    upgrade: (projectOf) => upgradeStore(store, projectOf),
    history: async (ref, page = { size: 0, number: 1 }) => {
      await checked(ref);
      return await readHistory(store, ref, page);
    },
  };
}

function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as an id that has no name.
    return 'unknown';
  }
}

/** Where rescued records go: beside what else Radiant keeps for the user, else among temporary files. */
export function defaultRescueFolders(radiantHome: string, temporaryFolder: string): readonly string[] {
  return [join(radiantHome, 'rescue'), join(temporaryFolder, 'radiant-rescue')];
}
