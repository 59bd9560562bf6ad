import type { OperationResultKind, OperationSummary, Plan, PropertyMap, ResourceState } from '@radiant/model';
import type { Imports } from '../import/import-api.ts';

/** A policy pack as a person names it. */
export interface PolicyPackOption {
  /** A folder with a PulumiPolicy.yaml, or an executable; as told, relative to `root`. */
  readonly place: string;
  /** A file of JSON that configures its policies. */
  readonly configFile?: string;
  /** What both are relative to. */
  readonly root: string;
}

export interface OperationOptions {
  readonly message?: string;
  /** Undefined: 4 × cores, or PULUMI_PARALLEL; 0 and less: unlimited. */
  readonly parallel?: number;
  readonly refresh?: boolean;
  /** URNs or globs (`*` stands for all but colons, `**` for anything) of what alone is touched. Not with `excludes`. */
  readonly targets?: readonly string[];
  /** And what depends on the targets. */
  readonly targetDependents?: boolean;
  /** URNs or globs of what is not touched. */
  readonly excludes?: readonly string[];
  /** Nor what depends on the excluded. */
  readonly excludeDependents?: boolean;
  /** URNs or globs of what is replaced, whether it changes or not. */
  readonly replaces?: readonly string[];
  /** Run the program to refresh or destroy; to preview or update with `refresh`, read resources as they are declared. */
  readonly runProgram?: boolean;
  /** After a failure go on with what does not depend on it. */
  readonly continueOnError?: boolean;
  /** Replace and delete protected resources, too. */
  readonly ignoreProtect?: boolean;
  /** Destroy all but what is protected and what that depends on. */
  readonly excludeProtected?: boolean;
  /** Policy packs that every declared resource, and the stack, is to keep to. */
  readonly policyPacks?: readonly PolicyPackOption[];
  readonly typecheck?: 'off' | 'warn' | 'error';
  /** Binds the operation: what the plan does not foresee is refused. */
  readonly plan?: Plan;
  /** Whether the report of a preview is to have a plan. */
  readonly makesPlan?: boolean;
  /** What the person knows of creations that were interrupted and that no provider can tell about. */
  readonly pendingCreates?: {
    /** URN to the id of the thing that was created after all. */
    readonly imports: { readonly [urn: string]: string };
    /** URNs of what was not created. */
    readonly clears?: readonly string[];
    /** Nor were all the others. */
    readonly clearsOthers: boolean;
  };
  /** Declare what was declared when the operation of that version in the history ended, instead of running the program. */
  readonly rollbackTo?: number;
  /** Record these things, which exist, instead of running the program. */
  readonly imports?: Imports;
  /** Do not check the configuration against what Pulumi.yaml declares. */
  readonly skipConfigValidation?: boolean;
  readonly debug?: boolean;
  /** The program waits for a debugger; an event tells where. */
  readonly attachesDebugger?: boolean;
  /** Aborted by the first Ctrl-C: nothing new begins, what runs is finished and recorded. */
  readonly drain?: AbortSignal;
  /** Aborted by the second: stops at once; the journal holds what was in flight. */
  readonly terminate?: AbortSignal;
  /** `auto.local`, `auto.inline`, `cli`: kept in the history. */
  readonly execKind?: string;
  /** `HOST:PORT` of the process in which the program lives, which serves `pulumirpc.LanguageRuntime` (Automation API). */
  readonly client?: string;
}

export interface OperationReport {
  readonly result: OperationResultKind;
  readonly summary: OperationSummary;
  /** Outputs of the stack after the operation; in a preview as far as known. Secret and Unknown values are kept as such. */
  readonly outputs: PropertyMap;
  /** What a preview foresaw, when it was asked for and nothing failed. */
  readonly plan?: Plan;
  /** Outputs recorded before the operation, for the difference. */
  readonly oldOutputs: PropertyMap;
  /** What was imported, when that was asked for. */
  readonly imported?: readonly ResourceState[];
  /** How many resources the stack has afterwards. */
  readonly resourceCount: number;
  /** 0 when it succeeded; see `exitCodes`. */
  readonly exitCode: number;
}
