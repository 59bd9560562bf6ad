import type { Urn } from './urn.ts';

/**
 * A value of a resource's property. Plain JSON values stand for themselves; everything else is an instance of one of
 * the classes below, so that a user's object can never be mistaken for one of ours.
 */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyList
  | PropertyMap
  | Secret
  | Unknown
  | Asset
  | Archive
  | ResourceReference
  | OutputValue;

export type PropertyList = readonly PropertyValue[];

export interface PropertyMap {
  readonly [key: string]: PropertyValue;
}

/** A value that must never leave in the clear: not in state, output, events, logs or errors. */
export class Secret {
  readonly value: PropertyValue;
  constructor(value: PropertyValue) {
    this.value = value;
  }
  /** What careless code sees when it prints a secret. */
  toJSON(): string {
    return '[secret]';
  }
  toString(): string {
    return '[secret]';
  }
}

/** A value that will only be known once something has been created or read. */
export class Unknown {
  /** Where the value will come from, when that is known. */
  readonly source: UnknownSource | undefined;
  constructor(source?: UnknownSource) {
    this.source = source;
  }
  toJSON(): string {
    return '[unknown]';
  }
}

export interface UnknownSource {
  readonly urn: Urn;
  /** Path of the output; absent when nobody said which one it is. */
  readonly property?: string;
  /** What must become of that resource first; absent when nobody said so. */
  readonly after?: KnownAfter;
}

export type KnownAfter = 'create' | 'update' | 'replace' | 'read';

export type AssetContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'elided' };

export class Asset {
  /** sha256 of the bytes, in hex; empty while not computed. */
  readonly hash: string;
  readonly content: AssetContent;
  constructor(content: AssetContent, hash = '') {
    this.content = content;
    this.hash = hash;
  }
}

export type ArchiveContent =
  | { readonly kind: 'assets'; readonly assets: { readonly [name: string]: Asset | Archive } }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'elided' };

export class Archive {
  readonly hash: string;
  readonly content: ArchiveContent;
  constructor(content: ArchiveContent, hash = '') {
    this.content = content;
    this.hash = hash;
  }
}

export class ResourceReference {
  readonly urn: Urn;
  /** Absent for components; Unknown for a resource that a preview has not created. */
  readonly id: string | Unknown | undefined;
  readonly packageVersion: string;
  constructor(urn: Urn, id: string | Unknown | undefined, packageVersion = '') {
    this.urn = urn;
    this.id = id;
    this.packageVersion = packageVersion;
  }
}

/** A value with the dependencies it came by; only between programs, components and transforms, never in state. */
export class OutputValue {
  /** Undefined when unknown. */
  readonly value: PropertyValue | undefined;
  readonly isSecret: boolean;
  readonly dependencies: readonly Urn[];
  constructor(value: PropertyValue | undefined, isSecret: boolean, dependencies: readonly Urn[]) {
    this.value = value;
    this.isSecret = isSecret;
    this.dependencies = dependencies;
  }
}

export function isPropertyList(value: PropertyValue): value is PropertyList {
  return Array.isArray(value);
}

/** Whether `value` is a plain map, not one of the classes above. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown) &&
    !(value instanceof Asset) &&
    !(value instanceof Archive) &&
    !(value instanceof ResourceReference) &&
    !(value instanceof OutputValue)
  );
}

export const emptyMap: PropertyMap = Object.freeze({});
