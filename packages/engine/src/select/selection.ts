import { parseProviderReference, type Urn } from '@radiant/model';
import { UrnPatterns } from './urn-patterns.ts';

/** Which resources an operation may touch, as a person says it (engine reference 7.6). */
export interface SelectionOptions {
  /** URNs or globs: nothing else is touched. Not together with `excludes`. */
  readonly targets?: readonly string[];
  /** And what leans on those. */
  readonly targetDependents?: boolean;
  /** URNs or globs: everything else may be touched. */
  readonly excludes?: readonly string[];
  /** Nor what leans on those. */
  readonly excludeDependents?: boolean;
  /** URNs or globs of what is to be replaced, whatever its provider says. They bound nothing. */
  readonly replaces?: readonly string[];
}

/** What deciding on a resource depends on; the same for one that is declared and one that is recorded. */
export interface Subject {
  readonly urn: Urn;
  readonly type: string;
  readonly parent?: Urn | undefined;
  /** `urn::id` */
  readonly provider?: string | undefined;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: { readonly [property: string]: readonly Urn[] };
  readonly deletedWith?: Urn | undefined;
}

/** The patterns of an operation, compiled. */
export class Selection {
  readonly targets: UrnPatterns;
  readonly excludes: UrnPatterns;
  readonly replaces: UrnPatterns;
  readonly targetsDependents: boolean;
  readonly excludesDependents: boolean;

  constructor(options: SelectionOptions) {
    this.targets = new UrnPatterns(options.targets ?? []);
    this.excludes = new UrnPatterns(options.excludes ?? []);
    this.replaces = new UrnPatterns(options.replaces ?? []);
    this.targetsDependents = options.targetDependents ?? false;
    this.excludesDependents = options.excludeDependents ?? false;
  }

  get isBounded(): boolean {
    return !this.targets.isEmpty || !this.excludes.isEmpty;
  }

  /** Who may be touched, one after another. */
  reach(): Reach {
    if (!this.targets.isEmpty) {
      const spread = new Spread(this.targets, this.targetsDependents);
      return { admits: (subject) => spread.takes(subject), keepsName: (urn, name) => spread.alsoTakes(urn, name) };
    }
    if (this.excludes.isEmpty) return { admits: () => true, keepsName: () => {} };
    const spread = new Spread(this.excludes, this.excludesDependents);
    return { admits: (subject) => !spread.takes(subject), keepsName: (urn, name) => spread.alsoTakes(urn, name) };
  }
}

/** Asked about each resource after all that it leans on. */
export interface Reach {
  admits(subject: Subject): boolean;
  /** What was declared as `urn` is left alone under the URN that it is recorded with, by which others name it. */
  keepsName(urn: Urn, recorded: Urn): void;
}

/** What the patterns match, and what leans on that when it is to spread. Asked in the order of dependencies. */
export class Spread {
  readonly #taken = new Set<Urn>();
  readonly #patterns: UrnPatterns;
  readonly #isSpreading: boolean;

  constructor(patterns: UrnPatterns, isSpreading: boolean) {
    this.#patterns = patterns;
    this.#isSpreading = isSpreading;
  }

  takes(subject: Subject): boolean {
    if (this.#taken.has(subject.urn)) return true;
    const isTaken = this.#patterns.matches(subject.urn) || (this.#isSpreading && this.#leansOnTaken(subject));
    if (isTaken) this.#taken.add(subject.urn);
    return isTaken;
  }

  /** Whoever leans on `other` leans on `urn`. */
  alsoTakes(urn: Urn, other: Urn): void {
    if (this.#taken.has(urn)) this.#taken.add(other);
  }

  #leansOnTaken({ parent, provider, dependencies, propertyDependencies, deletedWith }: Subject): boolean {
    const isTaken = (urn: Urn | undefined) => urn !== undefined && this.#taken.has(urn);
    const server = provider === undefined || provider === '' ? undefined : parseProviderReference(provider)?.urn;
    if (isTaken(parent) || isTaken(server) || isTaken(deletedWith)) return true;
    return dependencies.some(isTaken) || Object.values(propertyDependencies).some((urns) => urns.some(isTaken));
  }
}
