import type { CheckFailure } from './check-failure.ts';
import type { WaitingDebuggee } from './debuggee.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Goal, PluginRequest, ResourceTransform, SourcePosition, StackFrame } from './goal.ts';
import type { ErrorHook, ResourceHook } from './hooks.ts';
import type { PropertyMap } from './property-value.ts';
import type { Urn } from './urn.ts';

/** A Goal with what only the wire knows: nothing here reaches a plan. */
export interface RegisterResourceResult {
  readonly urn: Urn;
  /** Empty when not known yet, and for components. */
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly outcome: 'succeeded' | 'failed' | 'skipped';
  readonly propertyDependencies?: { readonly [property: string]: readonly Urn[] };
  /** Whether the outputs are to be taken for unknown as a whole (a creation that was skipped). */
  readonly isUnknown?: boolean;
}

export interface ReadResourceRequest {
  readonly type: string;
  readonly name: string;
  readonly id: string | undefined;
  readonly parent?: Urn;
  readonly inputs: PropertyMap;
  readonly dependencies: readonly Urn[];
  readonly provider?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly pluginChecksums?: PluginRequest['checksums'];
  readonly packageRef?: string;
  readonly additionalSecretOutputs: readonly string[];
  readonly sourcePosition?: SourcePosition;
  readonly stackTrace: readonly StackFrame[];
}

export interface ReadResourceResult {
  readonly urn: Urn;
  readonly outputs: PropertyMap;
  /** Whether the outputs are to be taken for unknown as a whole: it was not read. */
  readonly isUnknown?: boolean;
  /** Absent: it went well, or what failed is not for the program to judge. */
  readonly outcome?: 'failed';
}

/** A question whether there is a thing (Pulumi: ExistsResource). */
export type ExistsResourceRequest = Pick<
  ReadResourceRequest,
  'type' | 'id' | 'parent' | 'inputs' | 'provider' | 'version' | 'pluginDownloadUrl' | 'pluginChecksums' | 'packageRef'
>;

export interface MonitorInvokeRequest {
  readonly token: string;
  readonly args: PropertyMap;
  readonly provider?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly pluginChecksums?: PluginRequest['checksums'];
  readonly packageRef?: string;
  readonly parent?: Urn;
  readonly dependsOn: readonly Urn[];
}

export interface MonitorCallRequest extends Omit<MonitorInvokeRequest, 'dependsOn'> {
  readonly argDependencies: { readonly [argument: string]: readonly Urn[] };
}

export interface MonitorCallResult {
  readonly result: PropertyMap;
  readonly resultDependencies: { readonly [property: string]: readonly Urn[] };
  readonly failures: readonly CheckFailure[];
}

/** A package that a program describes before it uses it (Pulumi: RegisterPackage). */
export interface PackageDescription {
  /** Of the plugin. */
  readonly name: string;
  readonly version?: string;
  readonly downloadUrl?: string;
  readonly checksums?: { readonly [platform: string]: string };
  /** What makes the plugin serve another package. */
  readonly parameterization?: Parameterization;
  /** What teaches the plugin more of its own package. */
  readonly extension?: Parameterization;
}

/** `name` and `version` are those of the package that the plugin serves with it. */
export interface Parameterization {
  readonly name: string;
  readonly version: string;
  /** In base64. */
  readonly value: string;
}

export type MonitorInvokeResult =
  | { readonly kind: 'known'; readonly result: PropertyMap; readonly failures: readonly CheckFailure[] }
  | { readonly kind: 'unknown' };

/** What transforms of invokes see; all but the token they may change. */
export type InvokeTransformRequest = Pick<
  MonitorInvokeRequest,
  'token' | 'args' | 'provider' | 'version' | 'pluginDownloadUrl' | 'pluginChecksums'
>;

export type InvokeTransformResult = Omit<InvokeTransformRequest, 'token'>;

/** A function of the program that sees every invoke before the engine does. Rejects like a ResourceTransform. */
export type InvokeTransform = (request: InvokeTransformRequest) => Promise<InvokeTransformResult>;

/** Facts about the operation that a program may ask for (Pulumi: DeploymentInfo). */
export interface OperationInfo {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** Decrypted; keys `namespace:name`. */
  readonly config: { readonly [key: string]: string };
  readonly configSecretKeys: readonly string[];
  readonly isDryRun: boolean;
  readonly parallel: number;
}

/**
 * What a running program may ask of the engine (Pulumi: ResourceMonitor and Engine services), in domain terms. The
 * engine implements it; `protocol` puts it on the wire. Methods that fail because the operation is being cancelled throw
 * MonitorClosedError; other errors are told to the program.
 */
export interface ResourceMonitor {
  readonly info: OperationInfo;
  registerResource(goal: Goal): Promise<RegisterResourceResult>;
  registerResourceOutputs(urn: Urn, outputs: PropertyMap): Promise<void>;
  readResource(request: ReadResourceRequest): Promise<ReadResourceResult>;
  /** Undefined when it cannot be known yet, in a preview. Nothing is declared by it. */
  existsResource(request: ExistsResourceRequest): Promise<boolean | undefined>;
  invoke(request: MonitorInvokeRequest): Promise<MonitorInvokeResult>;
  call(request: MonitorCallRequest): Promise<MonitorCallResult>;
  /** Returns the reference by which requests name the package. */
  registerPackage(description: PackageDescription): Promise<string>;
  /** For every resource declared from now on, after those of the resource and of its ancestors. */
  registerStackTransform(transform: ResourceTransform): void;
  registerInvokeTransform(transform: InvokeTransform): void;
  /** Throws OperationError when there is a hook of that name. */
  registerResourceHook(hook: ResourceHook): void;
  /** Throws OperationError when there is a hook of that name. */
  registerErrorHook(hook: ErrorHook): void;
  /** Blocks until all of the operation is done: the program stays alive for callbacks. */
  signalAndWaitForShutdown(): Promise<void>;
  log(diagnostic: Diagnostic): void;
  startDebugging(debuggee: WaitingDebuggee): void;
}

export class MonitorClosedError extends Error {
  override readonly name = 'MonitorClosedError';
}

/** How a program ended. */
export type ProgramOutcome =
  | { readonly kind: 'finished' }
  /** It failed and has said so through the monitor's log. */
  | { readonly kind: 'failed-reported' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** Runs the user's program against a monitor. Wired by the toolkit from `hosts` and `protocol`. */
export interface ProgramRunner {
  run(monitor: ResourceMonitor, signal: AbortSignal): Promise<ProgramOutcome>;
  /**
   * Resolves before the first provider call that changes something; throws OperationError to stop it (a type error in
   * the program, say).
   */
  readonly mayChange?: () => Promise<void>;
}
