import { isUrn } from '@radiant/model';
import { shortType, shownName } from './names.ts';
import { tableLines } from './table.ts';
import { escaped } from './text-width.ts';

/** A resource of an exported deployment, as far as it is shown. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
}

export interface StackTreeOptions {
  readonly showIds: boolean;
  readonly showUrns: boolean;
}

/** What a stack holds, children under their parents. */
export function resourceTree(resources: readonly RecordedResource[], options: StackTreeOptions): readonly string[] {
  const known = new Set(resources.map((resource) => resource.urn));
  const children = Map.groupBy(resources, (resource) =>
    resource.parent !== undefined && known.has(resource.parent) ? resource.parent : '',
  );
  const rows: string[][] = [];
  const walk = (parent: string, indent: string): void => {
    const siblings = children.get(parent) ?? [];
    for (const [index, resource] of siblings.entries()) {
      const isLast = index === siblings.length - 1;
      const isRoot = parent === '';
      rows.push([`${indent}${isRoot ? '' : isLast ? '└─ ' : '├─ '}${shortType(resource.type)}`, nameOf(resource)]);
      const below = indent + (isRoot ? '' : isLast ? '   ' : '│  ');
      if (options.showUrns) rows.push([`${below}   URN: ${resource.urn}`, '']);
      if (options.showIds && resource.id) rows.push([`${below}   ID: ${resource.id}`, '']);
      walk(resource.urn, below);
    }
  };
  walk('', '');
  return tableLines(['TYPE', 'NAME'], rows);
}

function nameOf(resource: RecordedResource): string {
  return isUrn(resource.urn) ? shownName(resource.urn) : escaped(resource.urn);
}
