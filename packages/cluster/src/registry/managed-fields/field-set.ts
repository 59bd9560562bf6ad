import type { FieldType } from '../../schema/field-types.ts';
import { typeOfField } from '../../schema/field-types.ts';

/**
 * A set of field paths in the form Kubernetes stores it in (FieldsV1): a trie whose edges are path elements (`f:name` a field, `k:{...}` a
 * list item by its keys, `v:...` an item of a set). An empty node is a member; a node with children is one when it has `.`. Sets are
 * values: operations return new ones.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

export type PathElement = string;

export const emptySet: FieldSet = {};
const member: FieldSet = {};

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

export function isMember(node: FieldSet | undefined): boolean {
  return node !== undefined && (node['.'] !== undefined || isEmptySet(node));
}

function hasChildren(node: FieldSet): boolean {
  for (const element in node) if (element !== '.') return true;
  return false;
}

/** A node from its parts; undefined when nothing is left of it. */
function makeNode(isIn: boolean, children: FieldSet): FieldSet | undefined {
  if (isEmptySet(children)) return isIn ? member : undefined;
  return isIn ? { '.': member, ...children } : children;
}

/** Of the children of two nodes, or of two whole sets. */
function combine(
  a: FieldSet,
  b: FieldSet,
  elements: (a: FieldSet, b: FieldSet) => Iterable<string>,
  keep: (inA: boolean, inB: boolean) => boolean,
): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const element of elements(a, b)) {
    if (element === '.') continue;
    const left = a[element];
    const right = b[element];
    const children = combine(childrenOf(left), childrenOf(right), elements, keep);
    const node = makeNode(keep(isMember(left), isMember(right)), children);
    if (node !== undefined) result[element] = node;
  }
  return result;
}

function childrenOf(node: FieldSet | undefined): FieldSet {
  return node ?? emptySet;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  return combine(
    a,
    b,
    (left, right) => new Set([...Object.keys(left), ...Object.keys(right)]),
    (inA, inB) => inA || inB,
  );
}

/** The members of `a` that are not members of `b`; what lies below a removed member stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  return combine(
    a,
    b,
    (left) => Object.keys(left),
    (inA, inB) => inA && !inB,
  );
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return emptySet;
  return combine(
    a,
    b,
    (left, right) => Object.keys(left).filter((element) => right[element] !== undefined),
    (inA, inB) => inA && inB,
  );
}

/** Without the given subtrees: everything at and below a leaf of `b` goes. */
export function withoutSubtrees(a: FieldSet, b: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const [element, node] of Object.entries(a)) {
    const cut = b[element];
    if (cut === undefined) {
      result[element] = node;
      continue;
    }
    if (isEmptySet(cut)) continue;
    if (!hasChildren(node)) {
      result[element] = node;
      continue;
    }
    const { '.': self, ...children } = node;
    const kept = makeNode(self !== undefined, withoutSubtrees(children, cut));
    if (kept !== undefined) result[element] = kept;
  }
  return result;
}

/** Whether both have the same members. */
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  const elements = Object.keys(a);
  if (elements.length !== Object.keys(b).length) return false;
  return elements.every((element) => b[element] !== undefined && equalSets(a[element]!, b[element]!));
}

/** Collects paths one by one. */
export class FieldSetBuilder {
  readonly #root: Record<string, FieldSet> = {};

  insert(path: readonly PathElement[]): void {
    if (path.length === 0) return;
    let node = this.#root;
    path.forEach((element, index) => {
      const isLast = index === path.length - 1;
      const known = node[element] as Record<string, FieldSet> | undefined;
      if (known === undefined) {
        const created: Record<string, FieldSet> = {};
        node[element] = created;
        node = created;
      } else {
        // An empty node was a member; growing children must not lose that.
        if (!isLast && isEmptySet(known)) known['.'] = member;
        if (isLast && !isEmptySet(known)) known['.'] = member;
        node = known;
      }
    });
  }

  build(): FieldSet {
    return this.#root;
  }
}

/** Every member as a path, in the order of the trie. */
export function paths(set: FieldSet, prefix: readonly PathElement[] = []): PathElement[][] {
  const result: PathElement[][] = [];
  for (const [element, node] of Object.entries(set)) {
    if (element === '.') continue;
    const path = [...prefix, element];
    if (isMember(node)) result.push(path);
    result.push(...paths(node, path));
  }
  return result;
}

/** `.spec.containers[name="web"].image`, as the API server prints paths. */
export function pathText(path: readonly PathElement[]): string {
  return path
    .map((element) => {
      const value = element.slice(2);
      if (element.startsWith('f:')) return `.${value}`;
      if (element.startsWith('v:')) return `[=${value}]`;
      if (element.startsWith('i:')) return `[${value}]`;
      const keys = Object.entries(JSON.parse(value) as Record<string, unknown>);
      return `[${keys.map(([name, key]) => `${name}=${JSON.stringify(key)}`).join(',')}]`;
    })
    .join('');
}

/**
 * Struct fields are owned through what is in them. Removal and comparison of ownership need them as members too (structured-merge-diff's
 * EnsureNamedFieldsAreMembers).
 */
export function withNamedFields(set: FieldSet, type: FieldType): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const [element, node] of Object.entries(set)) {
    if (element === '.' || !hasChildren(node)) {
      result[element] = node;
      continue;
    }
    const isNamed = element.startsWith('f:') && type.type === 'struct' && type.fields.has(element.slice(2));
    const { '.': self, ...children } = node;
    const below = withNamedFields(children, typeOfElement(type, element));
    result[element] = self !== undefined || isNamed ? { '.': member, ...below } : below;
  }
  return result;
}

export function typeOfElement(type: FieldType, element: PathElement): FieldType {
  if (element.startsWith('f:')) return typeOfField(type, element.slice(2)) ?? { type: 'any' };
  return type.type === 'list' ? type.of : { type: 'any' };
}
