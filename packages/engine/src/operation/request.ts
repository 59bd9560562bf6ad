import type {
  Clock,
  Diagnostic,
  EventSink,
  Journal,
  OperationKind,
  OperationResultKind,
  OperationSummary,
  Plan,
  PluginRequest,
  PolicySource,
  ProgramRunner,
  PropertyMap,
  ProviderSource,
  Random,
  Snapshot,
} from '@radiant/model';
import type { SelectionOptions } from '../select/selection.ts';

/** What to do to which stack, and from where it starts. */
export interface OperationRequest {
  /** `preview` is short for an `up` that is a preview. */
  readonly kind: OperationKind;
  readonly isPreview: boolean;
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /** Decrypted; keys `namespace:name`. */
  readonly config: { readonly [key: string]: string };
  readonly configSecretKeys: readonly string[];
  /** Secrets inside structured configuration, which must not be told either. */
  readonly secretTexts?: readonly string[];
  /** Provider calls at a time; 0 and less: unlimited. */
  readonly parallel: number;
  readonly projectRoot: string;
  readonly snapshot: Snapshot;
  /** The operation before it, when that did not end in order. */
  readonly interruption?: Interruption | undefined;
  readonly options?: OperationOptions;
}

/** An operation that was begun and did not end in order. */
export interface Interruption {
  /** What people call it: `update`, `destroy`. */
  readonly operation: string;
  readonly startedAtMs: number;
  readonly by: { readonly user: string; readonly host: string };
}

export interface OperationOptions extends SelectionOptions {
  /** Read every resource from its provider before the program is planned (`up --refresh`). */
  readonly refresh?: boolean;
  /** Run the program during a refresh or destruction, too; with `refresh`, read each resource when it is declared. */
  readonly runProgram?: boolean;
  /** Take what has the inputs that are recorded for the same, without asking its provider (PULUMI_ENABLE_LEGACY_DIFF). */
  readonly legacyDiff?: boolean;
  /** Let outputs alone tell whether a refresh has found a change (PULUMI_ENABLE_LEGACY_REFRESH_DIFF). */
  readonly legacyRefreshDiff?: boolean;
  /** How many policy packs look at resources at a time; 0 and absent: unlimited (PULUMI_PARALLEL_ANALYZE). */
  readonly parallelAnalyze?: number;
  /** Let inputs stand for what a provider would foresee in a preview (PULUMI_DISABLE_PROVIDER_PREVIEW). */
  readonly disableProviderPreview?: boolean;
  /** Go on with what does not lean on a failed resource. */
  readonly continueOnError?: boolean;
  /** Delete and replace protected resources as if they were not. */
  readonly ignoreProtect?: boolean;
  /** Destroy everything but what is protected and what that leans on. */
  readonly excludeProtected?: boolean;
  /** Binds the operation: what it does not foresee is refused, before anything is done to the resource. */
  readonly plan?: Plan;
  /** Whether the outcome is to have a plan, for a later operation to be bound by. */
  readonly makesPlan?: boolean;
  /** What becomes of creations in doubt whose provider cannot tell. */
  readonly pendingCreates?: PendingCreates;
}

/** The answers of `--import-pending-creates` and `--clear-pending-creates`. */
export interface PendingCreates {
  /** URN to the id of the thing that was created after all. */
  readonly imports?: { readonly [urn: string]: string };
  /** URNs of what was not created. */
  readonly clears?: readonly string[];
  /** Nor were all the others. */
  readonly clearsOthers?: boolean;
}

export interface OperationPorts {
  readonly providers: ProviderSource;
  /** Needed by preview and up. */
  readonly program?: ProgramRunner;
  /** The plugin that what the program has installed asks for, for a package whose requests name none. */
  readonly installedPackage?: ((packageName: string) => PluginRequest | undefined) | undefined;
  /** What declared resources are to keep to. */
  readonly policies?: PolicySource | undefined;
  /** Not written to by a preview. */
  readonly journal?: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly cancellation?: Cancellation;
}

export interface Cancellation {
  /** Aborted: nothing new begins, what runs is finished and recorded. */
  readonly drain: AbortSignal;
  /** Aborted: the engine stops waiting; what was in flight stays in doubt in the journal. */
  readonly terminate: AbortSignal;
}

export interface OperationOutcome {
  readonly result: OperationResultKind;
  readonly summary: OperationSummary;
  readonly changes: OperationSummary['changes'];
  /** What the base and the journal's entries come to; the base itself after a preview. */
  readonly snapshot: Snapshot;
  /** Of the stack, after the operation; in a preview as far as known. */
  readonly stackOutputs: PropertyMap;
  /** What was foreseen, when the request asked for it and nothing failed. */
  readonly plan?: Plan;
  /** Errors and warnings that were told. */
  readonly diagnostics: readonly Diagnostic[];
}
