import { type Alias, childUrn, type Goal, type Urn, urnName, urnParts } from '@radiant/model';

export interface Naming {
  readonly project: string;
  readonly stack: string;
}

/** What the names that a resource may have had follow from. */
export type Aliased = Pick<Goal, 'type' | 'name' | 'parent' | 'aliases'>;

/** What a resource was found under, when an alias matched. */
export type FormerName = (urn: Urn) => Urn | undefined;

/**
 * The URNs a resource may have been recorded under, in the order they are tried: its own aliases, then those that follow
 * from an alias of its parent (Pulumi: stepGenerator.generateAliases).
 */
export function aliasUrns(naming: Naming, goal: Aliased, formerName: FormerName): readonly Urn[] {
  const parentAlias = goal.parent === undefined ? undefined : formerName(goal.parent);
  if (goal.aliases.length === 0 && parentAlias === undefined) return [];
  const own = goal.aliases.map((alias) => resolveAlias(naming, goal, alias, formerName));
  const urns = new Set(own);
  if (parentAlias !== undefined && goal.parent !== undefined) {
    const inherit = (type: string, name: string) => inheritedAlias(naming, goal.parent!, parentAlias, type, name);
    urns.add(inherit(goal.type, goal.name));
    for (const urn of own) urns.add(inherit(lastType(urn), urnName(urn)));
  }
  return [...urns];
}

function resolveAlias(naming: Naming, goal: Aliased, alias: Alias, formerName: FormerName): Urn {
  if (alias.kind === 'urn') return alias.urn;
  return childUrn(
    alias.stack ?? naming.stack,
    alias.project ?? naming.project,
    parentInAlias(goal, alias, formerName),
    alias.type ?? goal.type,
    alias.name ?? goal.name,
  );
}

/** A parent that is named in an alias had its own former name when the resource was its child. */
function parentInAlias(goal: Aliased, { parent }: Extract<Alias, { kind: 'spec' }>, formerName: FormerName) {
  if (parent === undefined) return goal.parent;
  return parent.kind === 'none' ? undefined : (formerName(parent.urn) ?? parent.urn);
}

/** A child whose name starts with its parent's is taken to have been named after the parent's old name. */
function inheritedAlias(naming: Naming, parent: Urn, parentAlias: Urn, type: string, name: string): Urn {
  const parentName = urnName(parent);
  const oldName = name.startsWith(parentName) ? urnName(parentAlias) + name.slice(parentName.length) : name;
  return childUrn(naming.stack, naming.project, parentAlias, type, oldName);
}

function lastType(urn: Urn): string {
  const { qualifiedType } = urnParts(urn);
  return qualifiedType.slice(qualifiedType.lastIndexOf('$') + 1);
}
