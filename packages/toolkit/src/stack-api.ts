import type { EventSink, Plan } from '@radiant/model';
import type { ConfigEntry, StackConfig } from './config/config-api.ts';
import type { OperationOptions, OperationReport } from './operation/operation-api.ts';
import type { Project } from './project/project-api.ts';
import type { LogsWanted, StackLogLine } from './state/logs-api.ts';
import type { PlannedStateChange, RecordSummary, StateChange } from './state/state-api.ts';

export interface Stack {
  readonly name: string;
  readonly fullName: string;
  readonly project: Project;
  readonly config: StackConfig;
  readonly tags: StackTagStore;
  /**
   * Makes the configuration what the last deployment had. An existing file is first moved out of the way, to the path
   * returned, unless forced. Throws `no previous deployment`.
   */
  refreshConfig(options?: { readonly force?: boolean }): Promise<{ readonly backup: string | undefined }>;
  /**
   * Seals all secrets of the stack, in its state and its file, by another passphrase or key. `provider` is `passphrase`,
   * `default` or the URL of a key; `passphrase` the new one, for when nobody can be asked.
   */
  changeSecretsProvider(change: { readonly provider: string; readonly passphrase?: string | undefined }): Promise<void>;
  /** Secrets are `[secret]` unless asked for. Values are plain JSON. */
  outputs(options?: { readonly showSecrets?: boolean }): Promise<{ readonly [name: string]: unknown }>;
  /** `{version, deployment}` as `stack export` prints it; with `version`, as that operation of the history left it. */
  exportDeployment(options?: { readonly showSecrets?: boolean; readonly version?: number }): Promise<object>;
  /** Newest first. */
  history(options?: HistoryOptions): Promise<readonly HistoryEntry[]>;
  /** Returns warnings (pending operations that were dropped). */
  importDeployment(
    text: string,
    options?: { readonly force?: boolean; readonly sourceName?: string },
  ): Promise<readonly string[]>;
  /** With `WorkspaceOptions.wait`: resolves when nobody holds the stack. Without: at once. `signal` ends the wait. */
  untilFree(signal?: AbortSignal): Promise<void>;
  /** URNs of interrupted creations of which only a person can find out whether they happened. */
  creationsInDoubt(): Promise<readonly string[]>;
  /** What is recorded, for a person to choose from. */
  records(): Promise<readonly RecordSummary[]>;
  /** What a change of the state by hand would do. Nothing is written. */
  planStateChange(change: StateChange): Promise<PlannedStateChange>;
  /** Makes it, provided that it still does what was planned. */
  changeState(change: StateChange, planned: PlannedStateChange): Promise<void>;
  /**
   * What the pods write that go back to resources of the stack: by time what was written so far, or, followed, also what
   * is written until `signal` aborts.
   */
  logs(wanted: LogsWanted, onLine: (line: StackLogLine) => void): Promise<void>;
  preview(
    options: OperationOptions & { readonly of?: 'up' | 'refresh' | 'destroy' },
    events: EventSink,
  ): Promise<OperationReport>;
  up(options: OperationOptions, events: EventSink): Promise<OperationReport>;
  refresh(options: OperationOptions, events: EventSink): Promise<OperationReport>;
  destroy(options: OperationOptions, events: EventSink): Promise<OperationReport>;
  /** Writes what a preview foresaw to a file; its secrets are sealed as those of the state are. */
  writePlan(file: string, plan: Plan): Promise<void>;
  /** Reads such a file, ours or Pulumi's, and warns when the configuration has changed since it was made. */
  readPlan(file: string): Promise<Plan>;
  /** Breaks the lease of whoever holds the stack, and Pulumi's locks. Returns how many there were. */
  cancel(): Promise<number>;
}

/** Labels of a stack: names to values. */
export interface StackTagStore {
  /** By name. */
  list(): Promise<{ readonly [name: string]: string }>;
  /** Throws `stack tag 'x' not found for stack 's'`. */
  get(name: string): Promise<string>;
  set(name: string, value: string): Promise<void>;
  /** What is not there need not be removed. */
  remove(name: string): Promise<void>;
}

export interface HistoryOptions {
  readonly showSecrets?: boolean;
  /** Undefined or 0: everything. */
  readonly pageSize?: number;
  /** From 1. */
  readonly page?: number;
}

/** What is remembered of an operation. */
export interface HistoryEntry {
  /** 1 for the oldest. */
  readonly version: number;
  readonly kind: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly message: string;
  readonly environment: { readonly [name: string]: string };
  readonly config: readonly ConfigEntry[];
  readonly result: 'in-progress' | 'succeeded' | 'failed';
  /** Step names to counts. */
  readonly resourceChanges?: { readonly [op: string]: number } | undefined;
}
