import type { CheckFailure } from './check-failure.ts';
import type { Goal } from './goal.ts';
import type { Parameterization, ResourceMonitor } from './monitor.ts';
import type { PropertyMap } from './property-value.ts';
import type { Urn } from './urn.ts';

export type DiffKind = 'add' | 'add-replace' | 'delete' | 'delete-replace' | 'update' | 'update-replace';

/** Property path to what happens there. `isInputDiff`: the comparison was of old inputs to new, not of the real thing. */
export interface DetailedDiff {
  readonly [path: string]: { readonly kind: DiffKind; readonly isInputDiff: boolean };
}

export interface CheckRequest {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  /** Undefined when the resource is new or made anew. */
  readonly oldInputs?: PropertyMap;
  readonly newInputs: PropertyMap;
  /** 32 bytes; the same seed gives the same names. */
  readonly randomSeed: Uint8Array;
  /** What the stack's configuration says about names; only to a provider that supports it. */
  readonly autonaming?: Autonaming;
}

/** How a resource without a name of its own is to be named (Pulumi: CheckRequest.AutonamingOptions). */
export interface Autonaming {
  /** Empty when the mode is `disable`. */
  readonly proposedName: string;
  /** `propose`: a suggestion. `enforce`: this name or an error. `disable`: no name is made up; the program must give one. */
  readonly mode: 'propose' | 'enforce' | 'disable';
}

export interface CheckResult {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
  readonly warnings?: readonly string[];
}

export interface DiffRequest {
  readonly urn: Urn;
  readonly type: string;
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly newInputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

/** `unknown` lets the engine compare the inputs itself. */
export type DiffResult =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none'; readonly stables?: readonly string[] }
  | {
      readonly kind: 'some';
      /** Properties that cannot be changed in place. Empty: an update. */
      readonly replaceKeys: readonly string[];
      readonly deleteBeforeReplace: boolean;
      /** Top-level properties that differ. */
      readonly diffs: readonly string[];
      readonly detailedDiff?: DetailedDiff;
      readonly stables?: readonly string[];
    };

/** What all calls that work on a real thing carry. */
export interface CallContext {
  /** Aborts when the user cancels. */
  readonly signal: AbortSignal;
  /** A line about how it goes, for the live view. */
  readonly report: (status: string) => void;
  /** A warning that stays. */
  readonly warn: (message: string) => void;
}

export interface CreateRequest {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly inputs: PropertyMap;
  readonly timeoutSeconds?: number;
  readonly isPreview: boolean;
}

export interface CreateResult {
  /** Empty in a preview when the id is not known before creation. */
  readonly id: string;
  /** In a preview: Unknown where only the creation will tell. */
  readonly outputs: PropertyMap;
  /** Not empty: the thing exists but did not become ready, for these reasons. */
  readonly initErrors?: readonly string[];
  /** Whether it is to be read before each later update; left out: no. */
  readonly refreshBeforeUpdate?: boolean;
}

export interface ReadRequest {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** Undefined on a first read, by id alone. */
  readonly inputs?: PropertyMap;
  readonly outputs?: PropertyMap;
  readonly timeoutSeconds?: number;
}

/** Undefined: there is no such thing (any more). */
export type ReadResult =
  | {
      readonly id: string;
      readonly inputs?: PropertyMap;
      readonly outputs: PropertyMap;
      readonly initErrors?: readonly string[];
      readonly refreshBeforeUpdate?: boolean;
    }
  | undefined;

export interface UpdateRequest {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly newInputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
  readonly timeoutSeconds?: number;
  readonly isPreview: boolean;
}

export interface UpdateResult {
  readonly outputs: PropertyMap;
  readonly initErrors?: readonly string[];
  readonly refreshBeforeUpdate?: boolean;
}

export interface DeleteRequest {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly timeoutSeconds?: number;
}

export interface InvokeRequest {
  readonly token: string;
  readonly args: PropertyMap;
  readonly isPreview: boolean;
}

export interface InvokeResult {
  readonly result: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

/** A component that another process declares the children of. */
export interface ConstructRequest {
  readonly urn: Urn;
  /** As declared, with what it inherits and the providers of its parents; inputs are output values where they came by something. */
  readonly goal: Goal;
}

export interface ConstructResult {
  readonly urn: Urn;
  readonly outputs: PropertyMap;
  readonly propertyDependencies: { readonly [property: string]: readonly Urn[] };
}

/** A method of a resource. */
export interface CallRequest {
  readonly token: string;
  /** The resource itself is `__self__`. */
  readonly args: PropertyMap;
  readonly argDependencies: { readonly [argument: string]: readonly Urn[] };
}

export interface CallResult {
  readonly result: PropertyMap;
  readonly resultDependencies: { readonly [property: string]: readonly Urn[] };
  readonly failures: readonly CheckFailure[];
}

export interface ConfigureRequest {
  readonly urn: Urn;
  readonly id: string;
  readonly inputs: PropertyMap;
  /** What an earlier configure asked to be remembered (see ConfigureResult). */
  readonly oldOutputs?: PropertyMap;
  /** The inputs recorded last, when the provider existed before. */
  readonly oldInputs?: PropertyMap;
}

export interface ConfigureResult {
  /** Kept in the outputs of the provider's own state beside its inputs: the identity of the target, say. */
  readonly remember?: PropertyMap;
  /** Where it works, in words: `cluster trantor (context "trantor", https://…)`. Printed by every preview and up. */
  readonly target?: string;
}

/** How an operation in doubt turned out, as far as the provider can tell from the world. */
export type InDoubtVerdict =
  /** It is there, as this. */
  | {
      readonly kind: 'exists';
      readonly id: string;
      readonly outputs: PropertyMap;
      readonly initErrors?: readonly string[];
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'cannot-tell' };

/** What a provider itself says of how it wants to be called. */
export interface ProviderCapabilities {
  readonly acceptsSecrets: boolean;
  readonly acceptsResources: boolean;
  /** Whether Create and Update may be called in a preview. */
  readonly supportsPreview: boolean;
  /** Whether Check heeds `autonaming`. Absent: no. */
  readonly supportsAutonaming?: boolean;
  /** Whether an id names one thing, so that two records of one type and id mean the same. Absent: it may be any text. */
  readonly hasUniqueIds?: boolean;
}

/**
 * Owns resource types (Pulumi: ResourceProvider). Failures that leave the world as it was are thrown as OperationError
 * or Error; a thrown `OutcomeUnknownError` leaves the step in doubt.
 */
export interface Provider {
  readonly capabilities: ProviderCapabilities;
  checkConfig(request: CheckRequest): Promise<CheckResult>;
  diffConfig(request: DiffRequest): Promise<DiffResult>;
  /** Not called while an input is unknown. Must not touch the world, beyond learning which world it is. */
  configure(request: ConfigureRequest): Promise<ConfigureResult>;
  /** Learns to serve more of its package, beside what it serves already; called once for each extension. Absent: it cannot. */
  extend?(extension: Parameterization): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest, context: CallContext): Promise<CreateResult>;
  read(request: ReadRequest, context: CallContext): Promise<ReadResult>;
  update(request: UpdateRequest, context: CallContext): Promise<UpdateResult>;
  /** A thing that is already gone is a success. */
  delete(request: DeleteRequest, context: CallContext): Promise<void>;
  invoke(request: InvokeRequest, context: CallContext): Promise<InvokeResult>;
  /** Declares a component and its children through the operation's monitor. Absent: it has no components. */
  construct?(request: ConstructRequest, context: CallContext): Promise<ConstructResult>;
  /** Calls a method; it may declare resources, too. Absent: its resources have no methods. */
  call?(request: CallRequest, context: CallContext): Promise<CallResult>;
  /**
   * Whether a replacement that was not the diff's idea (`replaceWith`, a taint, another provider) can only be created once
   * the old thing is gone, because both would have the same name. Absent: it can always be created first.
   */
  mustDeleteFirst?(request: DiffRequest): Promise<boolean>;
  /** Looks whether a creation whose outcome nobody recorded has happened. Absent: it cannot tell. */
  lookUpInDoubt?(request: CreateRequest, context: CallContext): Promise<InDoubtVerdict>;
  /**
   * What an unchanged preview may notice about recorded resources without being asked to refresh: drift, and things
   * that vanished. One note per finding; never a step.
   */
  inspect?(
    resources: readonly { urn: Urn; type: string; id: string; inputs: PropertyMap; outputs: PropertyMap }[],
    context: CallContext,
  ): Promise<readonly InspectionNote[]>;
  close(): Promise<void>;
}

export interface InspectionNote {
  readonly urn?: Urn;
  readonly severity: 'info' | 'warning';
  readonly message: string;
}

/** The provider may or may not have done it (Pulumi: resource status unknown). */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
  /** Whether the provider itself has said that it failed; else nobody has said anything. */
  readonly saysFailed: boolean;
  constructor(message: string, options: ErrorOptions & { readonly saysFailed?: boolean } = {}) {
    super(message, options);
    this.saysFailed = options.saysFailed ?? false;
  }
}

export interface ProviderLoad {
  readonly packageName: string;
  readonly inputs: PropertyMap;
  /** What a provider that is a process of its own may ask of the engine, for as long as the operation lasts. */
  readonly monitor: ResourceMonitor;
  /** For providers that serve the engine's own functions. */
  readonly resources: RegisteredResources;
  /** Hides the secrets of the operation in a text. What is to be cut short is masked first: half a secret is not known. */
  readonly mask: (text: string) => string;
}

/** The provider finds fault with single inputs of a construction or a method; `property` is a path (Pulumi: InputPropertiesError). */
export class InvalidInputsError extends Error {
  override readonly name = 'InvalidInputsError';
  readonly failures: readonly CheckFailure[];
  constructor(message: string, failures: readonly CheckFailure[], options?: ErrorOptions) {
    super(message, options);
    this.failures = failures;
  }
}

/** What the program has declared so far in the running operation. */
export interface RegisteredResources {
  /** `id` is empty for a component, and while it is unknown. */
  find(urn: Urn): { readonly id: string; readonly outputs: PropertyMap } | undefined;
}

/** Where the engine gets providers from: built in, or a plugin process. */
export interface ProviderSource {
  /** One instance per provider resource. Throws OperationError when nobody serves the package. */
  load(request: ProviderLoad): Promise<Provider>;
}
