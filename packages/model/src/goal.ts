import type { PropertyMap, PropertyValue } from './property-value.ts';
import type { Urn } from './urn.ts';

/**
 * Who answers for a resource: a provider (`custom`), the program itself (`component`), or a provider process that
 * registers the component's children over the wire (`remote`).
 */
export type GoalKind = 'custom' | 'component' | 'remote';

/** In seconds; absent means the provider's default. */
export interface CustomTimeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
  readonly read?: number;
}

export type Alias =
  | { readonly kind: 'urn'; readonly urn: Urn }
  | {
      readonly kind: 'spec';
      readonly name?: string;
      readonly type?: string;
      readonly stack?: string;
      readonly project?: string;
      readonly parent?: { readonly kind: 'urn'; readonly urn: Urn } | { readonly kind: 'none' };
    };

/** `project:///index.ts#8,65` once it is inside a state; `file:///…` with line and column on the wire. */
export type SourcePosition = string;

export interface StackFrame {
  /** Absent for frames outside the project. */
  readonly sourcePosition?: SourcePosition;
}

export interface HookBindings {
  readonly beforeCreate: readonly string[];
  readonly afterCreate: readonly string[];
  readonly beforeUpdate: readonly string[];
  readonly afterUpdate: readonly string[];
  readonly beforeDelete: readonly string[];
  readonly afterDelete: readonly string[];
  readonly onError: readonly string[];
}

/** Which build of which plugin serves a resource. */
export interface PluginRequest {
  readonly version?: string;
  readonly downloadUrl?: string;
  readonly checksums?: { readonly [platform: string]: string };
  /** What RegisterPackage returned; the engine puts what it stands for in its place. */
  readonly packageRef?: string;
  /** The plugin that serves the package when it is told the parameter, in base64. */
  readonly base?: { readonly name: string; readonly version?: string; readonly parameter: string };
  /** What the plugin is to be taught beside what it serves anyway. */
  readonly extension?: Extension;
}

/** What teaches a provider more of its own package, for some of its resources (Pulumi: extension parameterization). */
export interface Extension {
  /** sha256 in hex of the rest: the same extension has the same in every stack. */
  readonly ref: string;
  readonly name: string;
  readonly version: string;
  /** In base64. */
  readonly value: string;
}

/** A resource as the program declared it. */
export interface Goal {
  readonly kind: GoalKind;
  readonly type: string;
  readonly name: string;
  readonly inputs: PropertyMap;
  readonly parent?: Urn;
  /** An explicit provider, as a reference `urn::id`. */
  readonly provider?: string;
  /** Package to provider reference, for the children of a component. */
  readonly providers: { readonly [packageName: string]: string };
  readonly plugin: PluginRequest;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: { readonly [property: string]: readonly Urn[] };
  readonly aliases: readonly Alias[];
  /** Undefined leaves it to the parent. */
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: Urn;
  readonly replaceWith: readonly Urn[];
  readonly replacementTrigger?: PropertyValue;
  /** Undefined leaves the order to the provider. */
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly hideDiffs: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly customTimeouts: CustomTimeouts;
  /** The id of an existing thing to adopt. */
  readonly importId?: string;
  /**
   * What is adopted is recorded as it is found, and the program has nothing to say of it: all inputs, or those that
   * `properties` names.
   */
  readonly adoptsAsFound?: { readonly properties: readonly string[] | undefined };
  readonly hooks?: HookBindings;
  readonly envVarMappings: { readonly [name: string]: string };
  /** The resource's own, for itself and all below it. */
  readonly transforms?: readonly ResourceTransform[];
  readonly sourcePosition?: SourcePosition;
  readonly stackTrace: readonly StackFrame[];
  /** It is declared again from a record: what its provider remarks about the inputs was remarked then. */
  readonly isRedeclared?: true;
}

/** A resource with no options. */
export function bareGoal(kind: GoalKind, type: string, name: string, inputs: PropertyMap): Goal {
  return {
    kind,
    type,
    name,
    inputs,
    providers: {},
    plugin: {},
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    replaceWith: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    hideDiffs: [],
    additionalSecretOutputs: [],
    customTimeouts: {},
    envVarMappings: {},
    stackTrace: [],
  };
}

/** The options that transforms may change (Pulumi: TransformResourceOptions). */
export type TransformableOptions = Pick<
  Goal,
  | 'provider'
  | 'providers'
  | 'plugin'
  | 'dependencies'
  | 'aliases'
  | 'protect'
  | 'retainOnDelete'
  | 'deletedWith'
  | 'replaceWith'
  | 'replacementTrigger'
  | 'deleteBeforeReplace'
  | 'ignoreChanges'
  | 'replaceOnChanges'
  | 'hideDiffs'
  | 'additionalSecretOutputs'
  | 'customTimeouts'
  | 'importId'
  | 'hooks'
>;

export interface TransformRequest {
  readonly type: string;
  readonly name: string;
  readonly isCustom: boolean;
  readonly parent?: Urn;
  /** Secrets and unknowns are output values, and so is what depends on other resources. */
  readonly inputs: PropertyMap;
  readonly options: TransformableOptions;
}

export type TransformResult = Pick<TransformRequest, 'inputs' | 'options'>;

/**
 * A function of the program that sees a resource before the engine does, and may change it. Rejects with an Error whose
 * message is for the person who wrote it.
 */
export type ResourceTransform = (request: TransformRequest) => Promise<TransformResult>;
