import type { HookMoment } from '@radiant/model';

/** The resources of a scenario, by letter. References go to letters before one's own, or all to those after it. */
export const letters = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

export type Letter = (typeof letters)[number];

export function isLetter(value: unknown): value is Letter {
  return letters.some((letter) => letter === value);
}

/** One resource as one turn's program declares it. What is absent is not said. */
export interface ResourceSpec {
  /** `remote`: a component that its provider constructs, with one thing in it. */
  readonly form: 'custom' | 'component' | 'remote' | 'read';
  readonly isRenamed?: boolean;
  /** Can be changed in place. */
  readonly size?: number;
  /** Cannot. */
  readonly kind?: number;
  /** An input that comes from another and can be changed in place. */
  readonly of?: Letter;
  /** Inputs that come from another and cannot. */
  readonly fixedTo?: Letter;
  readonly fixedOn?: Letter;
  readonly after?: Letter;
  readonly replaceWith?: Letter;
  readonly deletedWith?: Letter;
  /** A value, or one that comes from another. */
  readonly trigger?: string | { readonly of: Letter };
  readonly parent?: Place;
  readonly provider?: ProviderName;
  readonly protect?: boolean;
  readonly retain?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly ignoresSize?: boolean;
  readonly replacesOnSize?: boolean;
  /** Whether it has a secret input, and whether `serial` is a secret output. */
  readonly hasSecret?: boolean;
  readonly hidesSerial?: boolean;
  /** Adopts the foreign thing of its letter. */
  readonly adopts?: boolean;
  /** When the hook of its letter runs. */
  readonly hooks?: readonly HookMoment[];
  readonly hasErrorHook?: boolean;
  readonly transform?: TransformKind;
}

/** The outer component, the one in it, or a resource. */
export type Place = 'group' | 'inner' | Letter;

export const hookMoments = [
  'beforeCreate',
  'afterCreate',
  'beforeUpdate',
  'afterUpdate',
  'beforeDelete',
  'afterDelete',
] as const satisfies readonly HookMoment[];

/** What a transform does to all that it sees. */
export const transformKinds = ['resizes', 'protects', 'retains', 'hides', 'throws'] as const;

export type TransformKind = (typeof transformKinds)[number];

/**
 * How the hooks of a letter behave: they fail; fail, which is only to be warned of; run in previews too; ask for an
 * interrupt and never answer; or are not registered. An error hook wants no retry after `warns`, and fails as the others do.
 */
export const hookConducts = ['fails', 'warns', 'rehearses', 'interrupts', 'is-missing'] as const;

export type HookConduct = (typeof hookConducts)[number];

export type ProviderName = 'p1' | 'p2';

export interface ProviderSpec {
  /** Another region is another provider. */
  readonly region: number;
  /** Comes from a resource, and so is unknown until that exists. */
  readonly target?: Letter;
}

export type ProgramSpec = { readonly [letter in Letter]?: ResourceSpec } & {
  readonly providers?: { readonly [name in ProviderName]?: ProviderSpec };
  readonly isGroupRenamed?: boolean;
  /** Declares the last letter first, and refers to letters after one's own. */
  readonly isReversed?: boolean;
  /** Fails once so many resources are declared. */
  readonly throwsAfter?: number;
  readonly exports?: Letter;
  /** Of everything, and of what is in the outer component. */
  readonly transforms?: { readonly stack?: TransformKind; readonly group?: TransformKind };
  /** Hooks that are not named here do what they are for, and want a retry. */
  readonly hooks?: { readonly [letter in Letter]?: HookConduct };
};

export type MoveKind = 'up' | 'up --refresh' | 'up --plan' | 'preview' | 'refresh' | 'destroy';

export type FaultKind =
  | 'fails'
  | 'fails-strangely'
  | 'in-doubt-before'
  | 'in-doubt-after'
  | 'never-ready'
  | 'drain'
  | 'terminate'
  | 'drain-and-terminate'
  | 'crash-before'
  | 'crash-after'
  | 'journal-fails'
  | 'provider-missing';

/** What goes wrong, at which of the operation's changing calls or journal writes. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
  /** Counts all calls of a provider, not only those that change something. */
  readonly countsAll?: true;
}

/** What other engines, people and accidents leave behind: legal records, and worlds that differ from them. */
export const tamperingKinds = [
  'vanishes',
  'drifts',
  'awaits-recreation',
  'has-predecessor',
  'has-two-predecessors',
  'is-tainted',
  'is-not-ready',
  'creation-in-doubt',
  'update-in-doubt',
  'deletion-in-doubt',
  'read-in-doubt',
  'import-in-doubt',
  'is-shuffled',
] as const;

export type TamperingKind = (typeof tamperingKinds)[number];

/** Something that happened to the record or to the world between two operations. */
export interface Tampering {
  readonly kind: TamperingKind;
  readonly letter: Letter;
}

/** A resource under the URN that is recorded for it, or else declared; or a glob. */
export type Pattern = Letter | `${string}*${string}`;

/** What a person adds to a command, by the names of its flags. */
export interface Flags {
  readonly targets?: readonly Pattern[];
  readonly targetDependents?: true;
  /** Not together with targets. */
  readonly excludes?: readonly Pattern[];
  readonly excludeDependents?: true;
  readonly replaces?: readonly Pattern[];
  readonly targetReplaces?: readonly Pattern[];
  readonly continueOnError?: true;
  readonly ignoreProtect?: true;
  readonly excludeProtected?: true;
  readonly runProgram?: true;
}

export interface Turn {
  readonly move: MoveKind;
  readonly program: ProgramSpec;
  readonly flags?: Flags;
  readonly fault?: Fault;
  readonly tampering?: readonly Tampering[];
}

export interface Scenario {
  /** Of latencies and of what tampering chooses. */
  readonly seed: number;
  /** Which resources have a name of their own, and so cannot stand beside their successor. */
  readonly named: readonly Letter[];
  /** What the providers can do. */
  readonly acceptsSecrets?: boolean;
  readonly canLookUp?: boolean;
  readonly supportsPreview?: boolean;
  /** Wants things read before they are updated. */
  readonly wantsRefresh?: boolean;
  /** Does not say where an unknown value comes from, as a plugin. */
  readonly forgetsSources?: boolean;
  /** So much is done at once; 16 where nothing is said. */
  readonly parallel?: number;
  readonly turns: readonly Turn[];
}
